// SPDX-License-Identifier: MIT

// dex-head serves the newest Dex for the tests and the demo.
//
// Dex's own command does not build at this commit (it wants an unpublished
// module), its server package does. This launcher reads the part of Dex's
// ConfigMap format that the project uses, keeps everything in memory, and
// offers a control port on which a test changes what a real Dex would change
// in the course of weeks: a person's groups, a name, the signing keys.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	gosundheit "github.com/AppsFlyer/go-sundheit"
	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/server/connectors"
	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/server/tokens"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"
	"github.com/prometheus/client_golang/prometheus"
)

func main() {
	control := flag.String("control", "", "host:port of the control port")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: dex-head [-control HOST:PORT] CONFIG")
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(),
		os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, flag.Arg(0), *control); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, file, controlAddr string) error {
	conf, err := readConfig(file)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr,
		&slog.HandlerOptions{Level: conf.Logger.Level}))
	wait := new(interval)
	wait.seconds.Store(dexInterval)
	store, err := openStorage(ctx, conf, wait, logger)
	if err != nil {
		return err
	}
	keys, err := (&signer.LocalConfig{
		KeysRotationPeriod: conf.Expiry.SigningKeys,
	}).Open(ctx, store, conf.idTokens, utcNow, logger)
	if err != nil {
		return err
	}
	dex, err := newDex(ctx, conf, store, keys, logger)
	if err != nil {
		return err
	}
	ctl := &controlPort{store: store, keys: keys, interval: wait,
		secrets: map[string][]string{}}
	all := ctl.record(ctl.overhear(wait.tell(dex)))
	errs := make(chan error, 3)
	if controlAddr != "" {
		go serve(ctx, controlAddr, ctl.handler(), errs, "", "")
	}
	if conf.Web.HTTP != "" {
		go serve(ctx, conf.Web.HTTP, all, errs, "", "")
	}
	if conf.Web.HTTPS != "" {
		go serve(ctx, conf.Web.HTTPS, all, errs,
			conf.Web.TLSCert, conf.Web.TLSKey)
	}
	select {
	case err = <-errs:
		return err
	case <-ctx.Done():
		return nil
	}
}

func newDex(ctx context.Context, conf *config, store storage.Storage,
	keys signer.Signer, logger *slog.Logger) (*server.Server, error) {
	refresh, err := tokens.NewRefreshTokenPolicy(logger, false, "", "",
		conf.Expiry.RefreshTokens.ReuseInterval)
	if err != nil {
		return nil, err
	}
	// A connector type of ours beside Dex's own: a second house with its
	// own people, one of whom may well call himself alice.
	server.ConnectorsConfig["directory"] = func() connectors.ConnectorConfig {
		return new(directory)
	}
	return server.NewServer(ctx, server.Config{
		Issuer:                 conf.Issuer,
		Storage:                store,
		AllowedGrantTypes:      conf.OAuth2.GrantTypes,
		SkipApprovalScreen:     conf.OAuth2.SkipApprovalScreen,
		IDTokensValidFor:       conf.idTokens,
		DeviceRequestsValidFor: conf.deviceRequests,
		RefreshTokenPolicy:     refresh,
		Logger:                 logger,
		Now:                    utcNow,
		Signer:                 keys,
		PrometheusRegistry:     prometheus.NewRegistry(),
		HealthChecker:          gosundheit.New(),
	})
}

func openStorage(ctx context.Context, conf *config, wait *interval,
	logger *slog.Logger) (storage.Storage, error) {
	var store storage.Storage = intervalStorage{
		refreshOutsideLock{memory.New(logger)}, wait}

	// In the storage proper, not as Dex's static passwords: those are
	// read-only, and the control port changes them.
	for _, p := range conf.StaticPasswords {
		if err := store.CreatePassword(ctx, p.stored()); err != nil {
			return nil, fmt.Errorf("user %s: %w", p.Email, err)
		}
	}
	store = storage.WithStaticClients(store, conf.StaticClients)
	return storage.WithStaticConnectors(store, conf.storedConnectors()), nil
}

// refreshOutsideLock avoids a deadlock of Dex at this commit: the memory
// storage runs the updater of a refresh token under its lock, and the updater
// reads the offline sessions, which takes the same lock: every later request
// hangs for ever. Storages with transactions are not affected.
type refreshOutsideLock struct{ storage.Storage }

func (s refreshOutsideLock) UpdateRefreshToken(ctx context.Context, id string,
	updater func(storage.RefreshToken) (storage.RefreshToken, error)) error {
	old, err := s.GetRefresh(ctx, id)
	if err != nil {
		return err
	}
	changed, err := updater(old)
	if err != nil {
		return err
	}
	return s.Storage.UpdateRefreshToken(ctx, id,
		func(storage.RefreshToken) (storage.RefreshToken, error) {
			return changed, nil
		})
}

// serve ends with the context; with a certificate it speaks TLS.
func serve(ctx context.Context, addr string, h http.Handler,
	errs chan<- error, cert, key string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		errs <- err
		return
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		s.Close()
	}()
	if cert != "" {
		errs <- s.ServeTLS(l, cert, key)
	} else {
		errs <- s.Serve(l)
	}
}

func utcNow() time.Time { return time.Now().UTC() }
