/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OWN_H
#define PLAYPEN_OWN_H

#include <stdio.h>

/*
 * Ownership. The two macros that the whole tree shares:
 *
 *   pp_auto(pp_secret) struct pp_secret s = {0};   ends by pp_secret_free(&s)
 *   *ret_text = pp_take(&text);                    hands a pointer over
 *
 * pp_auto(x) calls x_free on the variable's address when the scope ends. Every
 * type that may stand there has a function of that name which takes the
 * variable's address and copes with zeroed and half-built objects.
 */

#define pp_auto(noun) __attribute__((cleanup(noun##_free)))

#define pp_take(place)                                                         \
	((__typeof__(*(place))) pp_own_take_pointer((void *) (place)))

/* Returns what *place holds and leaves NULL there. */
void *pp_own_take_pointer(void *place);

/* For pp_auto: frees a malloc'ed text. */
void pp_text_free(char **text);

/* For pp_auto: closes a descriptor unless it is negative. errno is kept. */
void pp_fd_free(int *fd);

/* For pp_auto: closes a stream unless it is NULL. */
void pp_stream_free(FILE **stream);

/* Hands a descriptor over: returns it and leaves -1 behind. */
int pp_fd_take(int *fd);

/* Elements of an array, which a pointer is not. */
#define PP_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PP_NODISCARD __attribute__((warn_unused_result))
#define PP_PRINTF(text, first) __attribute__((format(printf, text, first)))

#endif
