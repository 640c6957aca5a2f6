/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_JOSE_PREPARED_H
#define PLAYPEN_JOSE_PREPARED_H

/*
 * What verifying with a key needs ready, filled at first use, so that a key
 * that is const to its readers can still be used. One thread at a time.
 */
struct pp_prepared;

/* NULL when memory ran out. */
struct pp_prepared *pp_prepared_new(void);

void pp_prepared_free(struct pp_prepared **prepared);

#endif
