/* SPDX-License-Identifier: MIT */
#pragma once

#include "index_image.h"
#include "index_map.h"

/*
 * The index that is in place, as a writer has it: checked like any reader's,
 * and open for the two kinds of word that change there. The writers' lock is
 * held around all of it.
 */
struct pp_index_published {
	int fd;               /* -1 for none */
	unsigned char *bytes; /* NULL: there is none that could be kept */
	struct pp_index index;
};

/*
 * Opens what is in place if it can be believed; what cannot is replaced without
 * being touched. Frees by pp_index_published_free.
 */
void pp_index_published_open(
	const char *path, struct pp_index_published *ret_present);

void pp_index_published_free(struct pp_index_published *published);

/* Returns true if the file holds the image's bytes, what changes in place
 * aside. */
bool pp_index_published_equals(const struct pp_index_published *published,
	const struct pp_index_image *image);

/* Takes the group expiry times over, and says whether any was another. */
bool pp_index_published_update_times(struct pp_index_published *published,
	const struct pp_index_image *image);

/* Takes the origin's change over, after what it brought has been synced: a
 * power cut may keep the one and lose the other. */
void pp_index_published_update_revision(struct pp_index_published *published,
	const struct pp_index_image *image);

/* Sets one user's time. */
void pp_index_published_set_time(struct pp_index_published *published,
	const struct pp_index_user *user, int64_t groups_expire_at);

/* Tells every process that has it mapped that a newer file has its name. */
void pp_index_published_mark_stale(struct pp_index_published *published);
