/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"
#include "terminal.h"

/*
 * Draws what the user sees during a sign-in (pam_playpen(8)) from what the
 * worker sent: a QR code, a URL, a code. Each is checked again here, because
 * the worker parses data from the network. A text that is not graphic ASCII and
 * a URL on a host that the configuration does not name are refused. The content
 * of the QR code is not checked.
 */

/*
 * Draws heading, QR code, URL and code; question is the last line. Returns
 * PP_OK and *ret_text, which the caller frees. Fails with
 * PP_REASON_FRAME_INVALID if prompt contains anything that a terminal might
 * obey, or a URL that request->conf does not allow.
 */
enum pp_kind display_draw(const struct request *request,
	const struct pp_device_prompt *prompt, const char *question,
	char **ret_text, struct pp_err *err) PP_NODISCARD;

/*
 * Appends the QR code (side * side bytes, 1 is dark) as half blocks with a
 * quiet zone of one module, a line feed after each row. With TERMINAL_QR_UTF8
 * the light modules are drawn, so that the code has the right polarity on a
 * dark terminal; invert draws the dark ones. Returns PP_OK or fails if text is
 * full.
 */
enum pp_kind display_append_qr(struct pp_secret *text,
	const unsigned char *modules, int side, enum terminal_qr form,
	bool invert, struct pp_err *err) PP_NODISCARD;
