/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

/*
 * Ownership. The two macros that the whole tree shares:
 *
 *   pp_cleanup(pp_secret) struct pp_secret s = {0};   ends by
 * pp_secret_free(&s) *ret_text = pp_steal(&text);                    hands a
 * pointer over
 *
 * pp_cleanup(x) calls x_free on the variable's address when the scope ends.
 * Every type that may stand there has a function of that name which takes the
 * variable's address and copes with zeroed and half-built objects.
 */

#define pp_cleanup(type) __attribute__((cleanup(type##_free)))

#define pp_steal(ptr) ((__typeof__(*(ptr))) pp_steal_pointer((void *) (ptr)))

/* Returns what *ptr holds and leaves NULL there. */
void *pp_steal_pointer(void *ptr);

/* Frees a malloc'ed text, for pp_cleanup. */
void pp_text_free(char **text);

/* Closes a descriptor unless it is negative, for pp_cleanup. errno is kept. */
void pp_fd_free(int *fd);

/* Closes a stream unless it is NULL, for pp_cleanup. errno is kept. */
void pp_stream_free(FILE **stream);

/* Hands a descriptor over: returns it and leaves -1 behind. */
int pp_fd_steal(int *fd);

/* Elements of an array, which a pointer is not. */
#define PP_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PP_NODISCARD __attribute__((warn_unused_result))
#define PP_PRINTF(text, first) __attribute__((format(printf, text, first)))
