/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include <playpen/ipc/message.h>

#include "message_table.h"

const char *
pp_message_name(unsigned int type)
{
	const struct pp_message_layout *layout = pp_message_table_find(type);

	return layout != NULL ? layout->name : "unknown";
}

const char *
pp_stage_word(int64_t stage)
{
	static const char *const words[] = {
		[PP_STAGE_AUTH] = "auth",
		[PP_STAGE_ACCOUNT] = "account",
		[PP_STAGE_OPEN] = "open",
		[PP_STAGE_CLOSE] = "close",
		[PP_STAGE_DRY_RUN] = "dry-run",
		[PP_STAGE_BIND] = "bind",
		[PP_STAGE_KEYS] = "keys",
	};

	return stage >= PP_STAGE_AUTH && stage <= PP_STAGE_KEYS ? words[stage]
								: "unknown";
}

/* Returns a pointer to the member inside the message struct. */
static void *
member_ptr(void *body, const struct pp_message_field *spec)
{
	return (char *) body + spec->offset;
}

static const void *
const_member_ptr(const void *body, const struct pp_message_field *spec)
{
	return (const char *) body + spec->offset;
}

static enum pp_kind
put_number(
	struct pp_frame *frame, uint16_t tag, int64_t value, struct pp_err *err)
{
	unsigned char bytes[8];

	pp_frame_write_number(bytes, sizeof(bytes), (uint64_t) value);
	return pp_frame_put(frame, tag, bytes, sizeof(bytes), err);
}

static enum pp_kind
put_list(struct pp_frame *frame, uint16_t tag, const struct pp_strv *list,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {.max = PP_FRAME_MAX};

	for (size_t i = 0; i < list->count; i++) {
		size_t len = strlen(list->items[i]);
		unsigned char head[4];
		enum pp_kind kind;

		pp_frame_write_number(head, sizeof(head), len);
		kind = pp_secret_append(&bytes, head, sizeof(head), err);
		if (kind == PP_OK)
			kind = pp_secret_append(
				&bytes, list->items[i], len, err);
		if (kind != PP_OK)
			return kind;
	}
	return pp_frame_put(frame, tag, bytes.data, bytes.len, err);
}

/* Appends one member to the frame. Leaves out an optional member that is empty.
 */
static enum pp_kind
put_field(struct pp_frame *frame, uint16_t tag,
	const struct pp_message_field *spec, const void *from,
	struct pp_err *err)
{
	const struct pp_secret *secret = from;
	const struct pp_strv *list = from;
	char *const *text = from;

	switch (spec->type) {
	case PP_FIELD_TEXT:
		if (*text == NULL)
			return PP_OK;
		return pp_frame_put(frame, tag, *text, strlen(*text), err);
	case PP_FIELD_SECRET:
		if (secret->len == 0 && !spec->required)
			return PP_OK;
		return pp_frame_put(frame, tag, secret->data, secret->len, err);
	case PP_FIELD_NUMBER:
	case PP_FIELD_TIME:
		return put_number(frame, tag, *(const int64_t *) from, err);
	case PP_FIELD_BOOL:
		return pp_frame_put(
			frame, tag, *(const bool *) from ? "\1" : "\0", 1, err);
	case PP_FIELD_LIST:
		if (list->count == 0)
			return PP_OK;
		return put_list(frame, tag, list, err);
	}
	return pp_fail(err, PP_REASON_FRAME_INVALID, "no such type");
}

enum pp_kind
pp_message_pack(enum pp_message_type type, const void *body,
	struct pp_frame *ret_frame, struct pp_err *err)
{
	const struct pp_message_layout *layout = pp_message_table_find(type);
	enum pp_kind kind;

	ret_frame->type = (uint16_t) type;
	if (layout == NULL)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"message %u cannot be sent", (unsigned int) type);
	for (size_t i = 0; i < layout->count; i++) {
		const struct pp_message_field *spec = &layout->fields[i];

		kind = put_field(ret_frame, (uint16_t) (i + 1), spec,
			const_member_ptr(body, spec), err);
		if (kind != PP_OK)
			return pp_prefix(err, kind, "%s", layout->name);
	}
	return PP_OK;
}

enum pp_kind
pp_message_send(struct pp_channel *channel, enum pp_message_type type,
	const void *body, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_message_pack(type, body, &frame, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_channel_send(channel, &frame, err);
	return kind == PP_OK
		       ? PP_OK
		       : pp_prefix(err, kind, "%s", pp_message_name(type));
}

static enum pp_kind
get_text(const struct pp_frame_field *field, char **ret, struct pp_err *err)
{
	if (field->len > 0 && memchr(field->data, '\0', field->len) != NULL)
		return pp_fail(err, PP_REASON_FRAME_INVALID, "NUL in a text");
	return pp_str_duplicate(
		ret, (const char *) field->data, field->len, err);
}

static enum pp_kind
get_number(const struct pp_frame_field *field, int64_t *ret, struct pp_err *err)
{
	if (field->len != sizeof(*ret))
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"a number of %u bytes", field->len);
	*ret = (int64_t) pp_frame_read_number(field->data, sizeof(*ret));
	return PP_OK;
}

/* Reads a time that can be counted with: differences, and milliseconds of them,
 * fit into an int64_t. */
static enum pp_kind
get_time(const struct pp_frame_field *field, int64_t *ret, struct pp_err *err)
{
	enum pp_kind kind = get_number(field, ret, err);

	if (kind == PP_OK && (*ret < 0 || *ret > PP_MESSAGE_TIME_MAX))
		return pp_fail(
			err, PP_REASON_FRAME_INVALID, "a time out of range");
	return kind;
}

static enum pp_kind
get_bool(const struct pp_frame_field *field, bool *ret, struct pp_err *err)
{
	if (field->len != 1 || field->data[0] > 1)
		return pp_fail(err, PP_REASON_FRAME_INVALID, "no truth value");
	*ret = field->data[0] == 1;
	return PP_OK;
}

static enum pp_kind
get_list(const struct pp_frame_field *field,
	const struct pp_message_field *spec, struct pp_strv *ret,
	struct pp_err *err)
{
	const unsigned char *bytes = field->data;
	size_t left = field->len;

	while (left > 0) {
		size_t len =
			left >= 4 ? pp_frame_read_number(bytes, 4) : SIZE_MAX;
		enum pp_kind kind;

		if (left < 4 || len > left - 4 || len > PP_MESSAGE_NAME_MAX ||
			memchr(bytes + 4, '\0', len) != NULL ||
			ret->count >= spec->max)
			return pp_fail(err, PP_REASON_FRAME_INVALID,
				"a list that is none");
		kind = pp_strv_append(ret, (const char *) bytes + 4, len, err);
		if (kind != PP_OK)
			return kind;
		bytes += 4 + len;
		left -= 4 + len;
	}
	return PP_OK;
}

static enum pp_kind
get_field(const struct pp_frame_field *field,
	const struct pp_message_field *spec, void *to, struct pp_err *err)
{
	struct pp_secret *secret = to;

	switch (spec->type) {
	case PP_FIELD_TEXT:
		if (field->len > spec->max)
			break;
		return get_text(field, to, err);
	case PP_FIELD_SECRET:
		if (field->len > spec->max)
			break;
		secret->max = spec->max;
		return pp_secret_set(secret, field->data, field->len, err);
	case PP_FIELD_NUMBER:
		return get_number(field, to, err);
	case PP_FIELD_TIME:
		return get_time(field, to, err);
	case PP_FIELD_BOOL:
		return get_bool(field, to, err);
	case PP_FIELD_LIST:
		return get_list(field, spec, to, err);
	}
	return pp_fail(err, PP_REASON_FRAME_INVALID,
		"%u bytes where %u are allowed", field->len, spec->max);
}

/* Reads every field once; *seen has a bit for each tag that came. */
static enum pp_kind
get_fields(const struct pp_frame *frame, const struct pp_message_layout *layout,
	void *body, uint64_t *seen, struct pp_err *err)
{
	struct pp_frame_field field;
	size_t at = 0;
	enum pp_kind kind;

	while ((kind = pp_frame_next(frame, &at, &field, err)) == PP_OK) {
		const struct pp_message_field *spec;

		if (field.tag == 0 || field.tag > layout->count)
			return pp_fail(err, PP_REASON_FRAME_INVALID,
				"unknown tag %u", field.tag);
		if ((*seen & (uint64_t) 1 << field.tag) != 0)
			return pp_fail(err, PP_REASON_FRAME_INVALID,
				"tag %u comes twice", field.tag);
		*seen |= (uint64_t) 1 << field.tag;
		spec = &layout->fields[field.tag - 1];
		kind = get_field(&field, spec, member_ptr(body, spec), err);
		if (kind != PP_OK)
			return pp_prefix(err, kind, "%s", spec->name);
	}
	return kind == PP_NOT_FOUND ? PP_OK : kind;
}

/* Checks the version, with which START, PROVIDER and VERIFY_REQUEST begin. */
static enum pp_kind
check_version(const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_frame_field field;
	int64_t version = 0;
	size_t at = 0;

	if (frame->type != PP_MESSAGE_START &&
		frame->type != PP_MESSAGE_PROVIDER &&
		frame->type != PP_MESSAGE_VERIFY_REQUEST)
		return PP_OK;
	if (pp_frame_next(frame, &at, &field, err) != PP_OK || field.tag != 1 ||
		get_number(&field, &version, err) != PP_OK)
		return pp_fail(err, PP_REASON_FRAME_VERSION, "no version");
	if (version != PP_MESSAGE_VERSION)
		return pp_fail(err, PP_REASON_FRAME_VERSION,
			"version %lld, this is %d", (long long) version,
			PP_MESSAGE_VERSION);
	return PP_OK;
}

enum pp_kind
pp_message_unpack(const struct pp_frame *frame, enum pp_message_type type,
	void *ret_body, struct pp_err *err)
{
	const struct pp_message_layout *layout = pp_message_table_find(type);
	uint64_t seen = 0;
	enum pp_kind kind;

	if (layout == NULL || frame->type != type)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s (%u) where %s was expected",
			pp_message_name(frame->type), frame->type,
			pp_message_name(type));
	kind = check_version(frame, err);
	if (kind == PP_OK)
		kind = get_fields(frame, layout, ret_body, &seen, err);
	for (size_t i = 0; kind == PP_OK && i < layout->count; i++)
		if (layout->fields[i].required &&
			(seen & (uint64_t) 2 << i) == 0)
			kind = pp_fail(err, PP_REASON_FRAME_INVALID,
				"%s is missing", layout->fields[i].name);
	if (kind != PP_OK) {
		pp_message_free(type, ret_body);
		return pp_prefix(err, kind, "%s", layout->name);
	}
	return PP_OK;
}

void
pp_message_free(enum pp_message_type type, void *body)
{
	const struct pp_message_layout *layout = pp_message_table_find(type);

	if (layout == NULL || body == NULL)
		return;
	for (size_t i = 0; i < layout->count; i++) {
		const struct pp_message_field *spec = &layout->fields[i];

		if (spec->type == PP_FIELD_TEXT)
			pp_text_free(member_ptr(body, spec));
		if (spec->type == PP_FIELD_SECRET)
			pp_secret_free(member_ptr(body, spec));
		if (spec->type == PP_FIELD_LIST)
			pp_strv_free(member_ptr(body, spec));
	}
	if (layout->size > 0)
		explicit_bzero(body, layout->size);
}
