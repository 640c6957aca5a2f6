// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"log/slog"

	"github.com/dexidp/dex/connector"
)

// directory is a connector with people of its own, who choose their names
// without asking the other connectors. Passwords are plain: it is a test.
type directory struct {
	Users []struct {
		Login             string   `json:"login"`
		Password          string   `json:"password"`
		UserID            string   `json:"userID"`
		Username          string   `json:"username"`
		PreferredUsername string   `json:"preferredUsername"`
		Email             string   `json:"email"`
		Groups            []string `json:"groups"`
	} `json:"users"`
}

func (d *directory) Open(string, *slog.Logger) (connector.Connector, error) {
	return d, nil
}

func (d *directory) Prompt() string { return "Login" }

func (d *directory) Login(_ context.Context, _ connector.Scopes,
	login, password string) (connector.Identity, bool, error) {
	for _, u := range d.Users {
		if u.Login == login && u.Password == password {
			return connector.Identity{
				UserID:            u.UserID,
				Username:          u.Username,
				PreferredUsername: u.PreferredUsername,
				Email:             u.Email,
				EmailVerified:     true,
				Groups:            u.Groups,
			}, true, nil
		}
	}
	return connector.Identity{}, false, nil
}
