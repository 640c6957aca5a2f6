/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_DISPLAY_H
#define PLAYPEN_POLICY_DISPLAY_H

#include "request.h"
#include "terminal.h"

/*
 * What a person sees while they sign in (pam_playpen(8)), drawn from what
 * the worker sent: a matrix of modules, a URL, a code. Each is checked again
 * here, for the worker parses what strangers sent; a text that is not plain
 * graphic ASCII is refused, not repaired, and so is an address on a host that
 * the configuration does not name. Where the matrix leads is not known here.
 */

/*
 * Draws heading, QR code, URL and code; question is the last line. prompt is
 * checked: PP_REASON_FRAME_INVALID when it holds anything a terminal might
 * obey, or an address that request->conf does not allow. *ret_text is the
 * caller's.
 */
enum pp_kind display_draw(const struct request *request,
	const struct pp_device_prompt *prompt, const char *question,
	char **ret_text, struct pp_err *err) PP_NODISCARD;

/*
 * Appends the matrix (side * side bytes, 1 is dark) as half blocks with a quiet
 * zone of one module, a line feed after each row. With TERMINAL_QR_UTF8 light
 * modules are drawn, so that the code has the right polarity on a dark
 * terminal; invert turns that round.
 */
enum pp_kind display_append_qr(struct pp_secret *text,
	const unsigned char *modules, int side, enum terminal_qr form,
	bool invert, struct pp_err *err) PP_NODISCARD;

#endif
