// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/storage"
)

const requestsKept = 20000

// controlPort is what a test may do to a running Dex:
//
//	PUT  /users/EMAIL  {"groups": [...], "preferredUsername": "..."}
//	POST /keys         a new signing key now; the old one still verifies
//	PUT  /interval/N   seconds between two questions of a device, not 5
//	GET  /requests     what Dex was asked since the last DELETE
//	GET  /secrets      what clients and Dex told each other, by member name
//	DELETE /requests   forgets both
type controlPort struct {
	store storage.Storage
	keys  signer.Signer

	interval *interval

	mu       sync.Mutex
	requests []request
	secrets  map[string][]string
}

type request struct {
	Time   float64 `json:"time"` // seconds since 1970
	From   string  `json:"from"`
	Method string  `json:"method"`
	Path   string  `json:"path"`
	Status int     `json:"status"`
}

func (c *controlPort) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /users/{email}", c.changeUser)
	mux.HandleFunc("POST /keys", c.rotateKeys)
	mux.HandleFunc("PUT /interval/{seconds}", c.interval.change)
	mux.HandleFunc("GET /requests", c.listRequests)
	mux.HandleFunc("GET /secrets", c.listSecrets)
	mux.HandleFunc("DELETE /requests", c.forgetRequests)
	return mux
}

func (c *controlPort) changeUser(w http.ResponseWriter, r *http.Request) {
	var change struct {
		Groups            *[]string `json:"groups"`
		PreferredUsername *string   `json:"preferredUsername"`
	}
	if err := json.NewDecoder(r.Body).Decode(&change); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, c.store.UpdatePassword(r.Context(), r.PathValue("email"),
		func(p storage.Password) (storage.Password, error) {
			if change.Groups != nil {
				p.Groups = *change.Groups
			}
			if change.PreferredUsername != nil {
				p.PreferredUsername = *change.PreferredUsername
			}
			return p, nil
		}))
}

// rotateKeys makes the key due and lets the signer look again, as it does by
// itself every 30 seconds; the context that has ended stops its second clock.
func (c *controlPort) rotateKeys(w http.ResponseWriter, r *http.Request) {
	err := c.store.UpdateKeys(r.Context(),
		func(k storage.Keys) (storage.Keys, error) {
			k.NextRotation = utcNow().Add(-time.Second)
			return k, nil
		})
	if err == nil {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		c.keys.Start(ended)
	}
	answer(w, err)
}

func (c *controlPort) listRequests(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer(w, json.NewEncoder(w).Encode(append([]request{}, c.requests...)))
}

func (c *controlPort) forgetRequests(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = nil
	c.secrets = map[string][]string{}
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (c *controlPort) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := float64(time.Now().UnixMicro()) / 1e6
		sw := &statusWriter{w, http.StatusOK}
		next.ServeHTTP(sw, r)
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(c.requests) < requestsKept {
			c.requests = append(c.requests, request{at,
				r.RemoteAddr, r.Method, r.URL.Path, sw.status})
		}
	})
}
