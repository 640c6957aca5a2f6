/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* UTF-8 as RFC 3629 has it: no overlong form, no surrogate, no more than
 * U+10FFFF. Pure functions. */

/*
 * Returns the bytes of the well-formed character at text, 0 if there is none.
 */
size_t pp_utf8_length(const unsigned char *text, size_t len);

/* Returns the character at text, which pp_utf8_length found well-formed. */
uint32_t pp_utf8_character(const unsigned char *text);

/* Writes a character (no surrogate) and returns its 1..4 bytes. */
size_t pp_utf8_put(uint32_t character, char *ret_text);
