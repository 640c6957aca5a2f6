// SPDX-License-Identifier: MIT

//go:build tools

// Package release pins the official command of Dex's last release, v2.45.1:
//
//	go build github.com/dexidp/dex/cmd/dex
//
// The import keeps its modules in go.sum; nothing here is compiled.
package release

import _ "github.com/dexidp/dex/cmd/dex"
