/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDENTITY_PRESENT_H
#define PLAYPEN_IDENTITY_PRESENT_H

#include "image.h"
#include "mapping.h"

/*
 * The index that is in place, as a writer has it: checked like any reader's,
 * and open for the two kinds of word that change there. The writers' lock is
 * held around all of it.
 */
struct pp_present {
	int fd;               /* -1 for none */
	unsigned char *bytes; /* NULL: there is none that could be kept */
	struct pp_index index;
};

/*
 * Opens what is in place if it can be believed; what cannot is replaced without
 * being touched. Frees by pp_present_free.
 */
void pp_present_open(const char *path, struct pp_present *ret_present);

void pp_present_free(struct pp_present *present);

/* Whether it holds the image's bytes, what changes in place aside. */
bool pp_present_is_like(
	const struct pp_present *present, const struct pp_image *image);

/* Takes the checked-until times over, and says whether any was another. */
bool pp_present_take_times(
	struct pp_present *present, const struct pp_image *image);

/* Takes the origin's change over, after what it brought has been synced: a
 * power cut may keep the one and lose the other. */
void pp_present_take_change(
	struct pp_present *present, const struct pp_image *image);

/* Sets one user's time. */
void pp_present_set_time(struct pp_present *present,
	const struct pp_index_user *user, int64_t checked_until);

/* Tells everybody who has it mapped that a newer file has its name. */
void pp_present_supersede(struct pp_present *present);

#endif
