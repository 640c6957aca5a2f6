/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_BASE_LAYOUT_H
#define PLAYPEN_BASE_LAYOUT_H

#include <playpen/message.h>

/*
 * The shape of every message, as data: message.c packs, unpacks and frees by
 * it, docs/protocol.md is compared with it by a test.
 */

enum pp_form {
	PP_FORM_TEXT,   /* char *, no NUL inside */
	PP_FORM_SECRET, /* struct pp_secret */
	PP_FORM_NUMBER, /* int64_t, eight bytes */
	PP_FORM_BOOL,   /* bool, one byte 0 or 1 */
	PP_FORM_LIST,   /* struct pp_strv: u32 length and bytes, repeated */
};

struct pp_member {
	size_t offset;
	enum pp_form form;
	bool required; /* texts and secrets; numbers always are */
	uint32_t max;  /* bytes, or texts in a list */
	uint32_t each; /* bytes of one text in a list */
};

struct pp_layout {
	const char *name;
	enum pp_message_type type;
	size_t size;
	const struct pp_member
		*members; /* a member's tag is its place, from 1 */
	size_t count;
};

/* The layout of a message, or NULL when there is no such type. */
const struct pp_layout *pp_layout_find(unsigned int type);

#endif
