/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/err.h>

/*
 * Asks the module of one source of nsswitch.conf as glibc would, but by itself
 * and without glibc: getpwnam(3) hides which source did not answer, and an
 * UNAVAIL with ENOENT looks like a "no" there.
 */

/* What to ask: for a user or a group, by name, or by number if name is NULL. */
struct pp_nss_question {
	bool group;
	const char *name;
	uint32_t number;
};

/* What one source says. */
struct pp_nss_reply {
	bool found;
	char name[256];
	uint32_t number; /* uid or gid */
};

/*
 * Asks a source, "sss" for libnss_sss.so.2. A source that is not installed, or
 * whose module has no such function, has no users. The module may wait for a
 * network. Returns PP_OK and sets *ret_reply; fails with
 * PP_REASON_OTHER_SOURCE_DOWN if the source did not answer or its module cannot
 * be loaded, with PP_REASON_NO_MEMORY.
 */
enum pp_kind pp_nss_module_ask(const char *source,
	const struct pp_nss_question *question, struct pp_nss_reply *ret_reply,
	struct pp_err *err) PP_NODISCARD;
