/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/roster/apply.h>

/*
 * Notes that are kept until no transaction is open, because a visitor may write
 * to a pipe that is never read. A zeroed struct is an empty list.
 */

struct notes {
	struct pp_apply_note *items; /* with texts of their own */
	size_t count;
};

/* Keeps a copy of the note. Returns PP_OK or PP_NO_MEMORY. */
enum pp_kind pp_notes_add(struct notes *notes, const struct pp_apply_note *note,
	struct pp_err *err) PP_NODISCARD;

/* Forgets all notes from the one at count on: what they tell was taken back. */
void pp_notes_cut(struct notes *notes, size_t count);

/* Gives all notes to the visitor, adds them to the totals, and empties the
 * list. */
void pp_notes_visit(struct notes *notes, pp_apply_visitor *visit, void *context,
	struct pp_apply_totals *totals);

void pp_notes_free(struct notes *notes);
