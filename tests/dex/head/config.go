// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/dexidp/dex/server/connectors"
	"github.com/dexidp/dex/storage"
	"github.com/ghodss/yaml"
)

// config is the part of Dex's ConfigMap format (config.yaml) that is served
// here. A key outside it is an error: a test that sets something must not
// believe that it works.
type config struct {
	Issuer string `json:"issuer"`
	Web    struct {
		HTTP    string `json:"http"`
		HTTPS   string `json:"https"`
		TLSCert string `json:"tlsCert"`
		TLSKey  string `json:"tlsKey"`
	} `json:"web"`
	Storage struct {
		Type string `json:"type"`
	} `json:"storage"`
	Expiry struct {
		SigningKeys    string `json:"signingKeys"`
		IDTokens       string `json:"idTokens"`
		DeviceRequests string `json:"deviceRequests"`
		RefreshTokens  struct {
			ReuseInterval string `json:"reuseInterval"`
		} `json:"refreshTokens"`
	} `json:"expiry"`
	OAuth2 struct {
		GrantTypes         []string `json:"grantTypes"`
		SkipApprovalScreen bool     `json:"skipApprovalScreen"`
	} `json:"oauth2"`
	Logger struct {
		Level slog.Level `json:"level"`
	} `json:"logger"`
	EnablePasswordDB bool              `json:"enablePasswordDB"`
	StaticClients    []storage.Client  `json:"staticClients"`
	StaticPasswords  []password        `json:"staticPasswords"`
	Connectors       []configConnector `json:"connectors"`

	idTokens       time.Duration
	deviceRequests time.Duration
}

// password is a person of the local password database; its hash is text in
// the ConfigMap and bytes in the storage.
type password struct {
	storage.Password
	Hash string `json:"hash"`
}

type configConnector struct {
	ID     string          `json:"id"`
	Type   string          `json:"type"`
	Name   string          `json:"name"`
	Config json.RawMessage `json:"config"`
}

func readConfig(file string) (*config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c := new(config)
	c.Expiry.SigningKeys = "6h"
	c.Expiry.RefreshTokens.ReuseInterval = "3s"
	if text, err = yaml.YAMLToJSON(text); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(c); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if c.Storage.Type != "memory" {
		return nil, errors.New("storage: only memory is served here")
	}
	if c.idTokens, err = duration(c.Expiry.IDTokens, 24*time.Hour); err != nil {
		return nil, err
	}
	c.deviceRequests, err = duration(c.Expiry.DeviceRequests, 5*time.Minute)
	return c, err
}

func duration(text string, other time.Duration) (time.Duration, error) {
	if text == "" {
		return other, nil
	}
	return time.ParseDuration(text)
}

func (p *password) stored() storage.Password {
	p.Password.Hash = []byte(p.Hash)
	return p.Password
}

func (c *config) storedConnectors() []storage.Connector {
	var all []storage.Connector
	for _, e := range c.Connectors {
		all = append(all, storage.Connector{
			ID: e.ID, Type: e.Type, Name: e.Name, Config: e.Config,
		})
	}
	if c.EnablePasswordDB {
		all = append(all, storage.Connector{
			ID:   connectors.LocalConnector,
			Type: connectors.LocalConnector,
			Name: "Email",
		})
	}
	return all
}
