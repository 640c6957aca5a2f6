/* SPDX-License-Identifier: MIT */
#include "notes.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/base/grow.h>

static void
free_note(struct pp_apply_note *note)
{
	free((char *) note->file);
	free((char *) note->name);
	free((char *) note->issuer);
	free((char *) note->subject);
	free((char *) note->change);
	free((char *) note->text);
}

static const char *
copy(const char *text)
{
	return strdup(text != NULL ? text : "");
}

enum pp_kind
pp_notes_add(struct notes *notes, const struct pp_apply_note *note,
	struct pp_err *err)
{
	struct pp_apply_note kept = *note;
	enum pp_kind kind = pp_grow(
		&notes->items, notes->count, sizeof(*notes->items), err);

	if (kind != PP_OK)
		return kind;
	kept.file = copy(note->file);
	kept.name = copy(note->name);
	kept.issuer = copy(note->issuer);
	kept.subject = copy(note->subject);
	kept.change = copy(note->change);
	kept.text = copy(note->text);
	if (kept.file == NULL || kept.name == NULL || kept.issuer == NULL ||
		kept.subject == NULL || kept.change == NULL ||
		kept.text == NULL) {
		free_note(&kept);
		return pp_fail_memory(err);
	}
	notes->items[notes->count++] = kept;
	return PP_OK;
}

void
pp_notes_cut(struct notes *notes, size_t count)
{
	while (notes->count > count)
		free_note(&notes->items[--notes->count]);
}

void
pp_notes_visit(struct notes *notes, pp_apply_visitor *visit, void *context,
	struct pp_apply_totals *totals)
{
	for (size_t i = 0; i < notes->count; i++) {
		const struct pp_apply_note *note = &notes->items[i];

		if (note->reason != PP_REASON_NONE)
			totals->failures++;
		else
			totals->changes++;
		visit(context, note);
	}
	pp_notes_cut(notes, 0);
}

void
pp_notes_free(struct notes *notes)
{
	pp_notes_cut(notes, 0);
	free(notes->items);
	notes->items = NULL;
}
