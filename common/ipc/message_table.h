/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/message.h>

/*
 * The shape of every message, as data: message.c packs, unpacks and frees by
 * it, and tests/reference holds the table in docs/reference/protocol.md against
 * it.
 */

enum pp_field_type {
	PP_FIELD_TEXT,   /* char *, no NUL inside */
	PP_FIELD_SECRET, /* struct pp_secret */
	PP_FIELD_NUMBER, /* int64_t, eight bytes */
	PP_FIELD_TIME,   /* int64_t, eight bytes, 0 to PP_MESSAGE_TIME_MAX */
	PP_FIELD_BOOL,   /* bool, one byte 0 or 1 */
	PP_FIELD_LIST,   /* struct pp_strv: u32 length and bytes, repeated */
};

struct pp_message_field {
	size_t offset;
	const char *name; /* of the member */
	enum pp_field_type type;
	bool required; /* texts and secrets; numbers always are */
	uint32_t max;  /* bytes; of a list: texts of PP_MESSAGE_NAME_MAX */
};

struct pp_message_layout {
	const char *name;
	enum pp_message_type type;
	size_t size;
	const struct pp_message_field
		*fields; /* a member's tag is its place, from 1 */
	size_t count;
};

/* Returns the layout of a message, or NULL if there is no such type. */
const struct pp_message_layout *pp_message_table_find(unsigned int type);
