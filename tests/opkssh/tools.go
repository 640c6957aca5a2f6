// SPDX-License-Identifier: MIT

//go:build tools

// Package opkssh pins the client of OpenPubkey, v0.16.0:
//
//	go build github.com/openpubkey/opkssh
//
// The import keeps its modules in go.sum; nothing here is compiled.
package opkssh

import _ "github.com/openpubkey/opkssh"
