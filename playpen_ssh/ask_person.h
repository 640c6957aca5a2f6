/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/secret.h>

/* Returns true if a window can be opened on this machine. */
bool ask_person_has_display(void);

/* Opens the person's terminal. Returns -1 if there is none; the descriptor is
 * the caller's. */
int ask_person_open_terminal(void);

/*
 * Shows the address where the person signs in, and starts the browser with it
 * if start is true.
 */
void ask_person_to_open(const char *address, bool start);

/*
 * Reads one line from the terminal, until deadline_ms of the boot clock and as
 * long as peer, another descriptor, is quiet. Fails with PP_REASON_DEADLINE,
 * PP_REASON_CANCELLED (the end of the input) and PP_REASON_PEER_GONE.
 */
enum pp_kind ask_person_for_code(int terminal, bool again, int64_t deadline_ms,
	int peer, struct pp_secret *ret_code, struct pp_err *err) PP_NODISCARD;
