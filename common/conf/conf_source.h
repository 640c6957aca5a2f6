/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/conf/conf.h>

/*
 * The text of one file as a sequence of sections and keys. libinih takes the
 * lines apart; this layer hands them over one by one, so that it knows the line
 * number. It refuses what libinih would silently repair: long lines, control
 * characters, indented lines (continued values) and "key: value". It also
 * refuses text behind a section's bracket and a comment of the wrong kind
 * behind a value.
 */

/* What the parser calls; each returns PP_OK to go on. */
struct pp_conf_sink {
	/* A [section]; title is what stands between the brackets. */
	enum pp_kind (*section)(
		void *context, const char *title, struct pp_err *err);
	/*
	 * A key and its value. line is the whole line less its comment, for
	 * those whose keys may hold '=' or ':' themselves.
	 */
	enum pp_kind (*pair)(void *context, const char *line, const char *key,
		const char *value, struct pp_err *err);
	void *context;
	unsigned int line; /* where the parser is, from 1 */
};

/*
 * Parses content. name stands in messages ("NAME:12: ..."). Fails with
 * PP_REASON_CONFIG_INVALID or with what the sink said.
 */
enum pp_kind pp_conf_source_parse(const char *name,
	const struct pp_secret *content, struct pp_conf_sink *sink,
	struct pp_err *err) PP_NODISCARD;
