// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/dexidp/dex/storage"
)

// Dex has a device wait so many seconds between two questions, and sees to it.
const dexInterval = 5

// interval is how long Dex has them wait here: every sign-in of every test
// waits, and what most of them look at does not depend on how long. Who asks
// too soon is told so and punished by Dex as ever.
type interval struct {
	seconds atomic.Int64
}

// intervalStorage keeps the time that Dex goes by.
type intervalStorage struct {
	storage.Storage
	interval *interval
}

func (s intervalStorage) UpdateDeviceToken(ctx context.Context, code string,
	updater func(storage.DeviceToken) (storage.DeviceToken, error)) error {
	return s.Storage.UpdateDeviceToken(ctx, code,
		func(old storage.DeviceToken) (storage.DeviceToken, error) {
			changed, err := updater(old)
			if changed.PollIntervalSeconds == dexInterval {
				changed.PollIntervalSeconds = int(s.interval.seconds.Load())
			}
			return changed, err
		})
}

// heldWriter holds an answer back.
type heldWriter struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *heldWriter) WriteHeader(status int)      { w.status = status }
func (w *heldWriter) Write(b []byte) (int, error) { return w.body.Write(b) }

// tell changes the time that Dex tells a device.
func (i *interval) tell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/device/code") {
			next.ServeHTTP(w, r)
			return
		}
		held := &heldWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(held, r)
		body := i.rewrite(held.body.Bytes())
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(held.status)
		_, _ = w.Write(body)
	})
}

func (i *interval) rewrite(body []byte) []byte {
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil || answer["interval"] == nil {
		return body
	}
	answer["interval"] = i.seconds.Load()
	changed, err := json.Marshal(answer)
	if err != nil {
		return body
	}
	return changed
}

func (i *interval) change(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.ParseInt(r.PathValue("seconds"), 10, 64)
	if err == nil {
		i.seconds.Store(seconds)
	}
	answer(w, err)
}
