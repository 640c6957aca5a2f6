/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include <playpen/base/secret.h>

/*
 * A text as a QR code: the bare modules, without a quiet zone and without any
 * drawing, because the caller knows the terminal. No state, no locks.
 */

#define PP_QR_TEXT_MAX 150U /* bytes; a denser code fits no terminal */

/*
 * Encodes text at error correction level L. *ret_modules gets side * side
 * bytes, row by row, 1 for dark. A text of more than PP_QR_TEXT_MAX bytes, or
 * an empty one, gives side 0 and no modules, which is no failure. Fails with
 * PP_REASON_NO_MEMORY.
 */
enum pp_kind pp_qr_encode(const char *text, struct pp_secret *ret_modules,
	int64_t *ret_side, struct pp_err *err) PP_NODISCARD;
