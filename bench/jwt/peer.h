/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * A library that stands beside ours: a module with these two functions, which
 * verify loads by its path. Each lives in a module of its own because libjwt
 * and cjose bring jansson, whose names are json-c's too.
 */

#define PEER __attribute__((visibility("default")))

/* The provider's RSA key, in both forms; what can be kept ready is kept. */
PEER bool peer_load(const char *pem, const char *jwk);

/* Verifies a token and reads its iss, as far as the library goes by itself. */
PEER bool peer_verify(const char *token, size_t len, const char *issuer);
