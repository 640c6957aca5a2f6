// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// confidential are the members of a form or an answer that nobody but the
// client and Dex may ever read.
var confidential = []string{"device_code", "code", "code_verifier",
	"client_secret", "access_token", "id_token", "refresh_token"}

// bodyWriter keeps what is sent through it.
type bodyWriter struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (w *bodyWriter) Write(b []byte) (int, error) {
	w.body.Write(b)
	return w.ResponseWriter.Write(b)
}

// overhear collects the secrets that clients and Dex exchange.
func (c *controlPort) overhear(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost ||
			!(strings.HasSuffix(r.URL.Path, "/token") ||
				strings.HasSuffix(r.URL.Path, "/device/code")) {
			next.ServeHTTP(w, r)
			return
		}
		asked, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(asked))
		bw := &bodyWriter{ResponseWriter: w}
		next.ServeHTTP(bw, r)
		c.keepSecrets(r, asked, bw.body.Bytes())
	})
}

func (c *controlPort) keepSecrets(r *http.Request, asked, told []byte) {
	form, _ := url.ParseQuery(string(asked))
	var reply map[string]any
	_ = json.Unmarshal(told, &reply)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, password, ok := r.BasicAuth(); ok {
		c.secrets["client_secret"] = append(
			c.secrets["client_secret"], password)
	}
	for _, name := range confidential {
		if value := form.Get(name); value != "" {
			c.secrets[name] = append(c.secrets[name], value)
		}
		if value, _ := reply[name].(string); value != "" {
			c.secrets[name] = append(c.secrets[name], value)
		}
	}
}

func (c *controlPort) listSecrets(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer(w, json.NewEncoder(w).Encode(c.secrets))
}
