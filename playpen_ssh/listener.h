/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/secret.h>

#include "client_settings.h"

/*
 * The loopback address that the browser comes back to (RFC 8252 section 7.3).
 * Any process of this machine can connect to it: what does not bring the state
 * of this sign-in gets a page that says so, and the wait goes on.
 */

struct listener {
	int fd; /* -1: none */
	int port;
};

/* Listens on 127.0.0.1, on the first free port of the settings, or on any port
 * if they name none. Fails with PP_REASON_SYSTEM. */
enum pp_kind listener_open(const struct settings *settings,
	struct listener *ret_listener, struct pp_err *err) PP_NODISCARD;

/*
 * Waits until the browser brings a code with this state, and answers with a
 * page that says that it is done. Waits until deadline_ms of the boot clock,
 * and no longer than peer, another descriptor, is quiet. Fails with
 * PP_REASON_ACCESS_DENIED if the browser brings an error, PP_REASON_DEADLINE,
 * and PP_REASON_PEER_GONE if peer can be read.
 */
enum pp_kind listener_wait(const struct listener *listener,
	const struct pp_secret *state, int64_t deadline_ms, int peer,
	struct pp_secret *ret_code, struct pp_err *err) PP_NODISCARD;

void listener_free(struct listener *listener);
