/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <playpen/conf/conf.h>
#include <playpen/ipc/pam_messages.h>

/*
 * How a QR code can be shown at the user's terminal. A wrong guess shows
 * garbage above the URL, which always follows as plain text.
 */
enum terminal_qr {
	TERMINAL_QR_NONE,
	TERMINAL_QR_UTF8, /* half blocks in the terminal's own colours */
	TERMINAL_QR_ANSI, /* half blocks, black on white by escape sequences */
};

/*
 * Chooses the form by the setting of the service, by the application and, on a
 * terminal of this machine, by its size and (on a virtual terminal) its font.
 * side is the number of modules. Returns TERMINAL_QR_NONE if no form is
 * possible. Never reads from or writes to the terminal.
 */
enum terminal_qr terminal_qr_form(const struct pp_conf_pam_service *service,
	const struct pp_start *start, int side);

/* Returns true if PAM_TTY names a terminal of this machine. An X11 display is
 * not a terminal. */
bool terminal_is_there(const struct pp_start *start);
