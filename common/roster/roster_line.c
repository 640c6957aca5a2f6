/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/roster/roster_line.h>
#include <playpen/roster/utc_time.h>

/* Maximum number of names that a person had. */
#define FORMER_MAX 16U

/* Maximum number of bytes of a reason. */
#define REASON_MAX 200U

/* The members of a line that are texts, and where they go. */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{"name", offsetof(struct pp_roster_entry, name)},
	{"issuer", offsetof(struct pp_roster_entry, issuer)},
	{"subject", offsetof(struct pp_roster_entry, subject)},
	{"connector", offsetof(struct pp_roster_entry, connector)},
	{"gecos", offsetof(struct pp_roster_entry, gecos)},
	{"home", offsetof(struct pp_roster_entry, home)},
	{"shell", offsetof(struct pp_roster_entry, shell)},
	{"reason", offsetof(struct pp_roster_entry, reason)},
};

/* The members that are true or false. */
static const struct {
	const char *name;
	size_t offset;
} flags[] = {
	{"locked", offsetof(struct pp_roster_entry, locked)},
	{"closed", offsetof(struct pp_roster_entry, closed)},
	{"kill", offsetof(struct pp_roster_entry, kill)},
};

static enum pp_kind
refuse_member(const char *name, struct pp_err *err)
{
	return pp_fail(err, PP_REASON_JSON_INVALID,
		"member %s is not what a line has there", name);
}

static enum pp_kind
read_texts(const struct pp_json *object, struct pp_roster_entry *entry,
	size_t *members, struct pp_err *err)
{
	for (size_t i = 0; i < PP_COUNT(texts); i++) {
		struct pp_json_text text;
		enum pp_json_found found =
			pp_json_get_string(object, texts[i].name, &text);

		if (found == PP_JSON_ABSENT)
			continue;
		if (found != PP_JSON_FOUND || text.len == 0 ||
			strlen(text.text) != text.len)
			return refuse_member(texts[i].name, err);
		*(const char **) ((char *) entry + texts[i].offset) = text.text;
		*members += 1;
	}
	return PP_OK;
}

static enum pp_kind
read_flags(const struct pp_json *object, struct pp_roster_entry *entry,
	size_t *members, struct pp_err *err)
{
	for (size_t i = 0; i < PP_COUNT(flags); i++) {
		bool *flag = (bool *) ((char *) entry + flags[i].offset);
		enum pp_json_found found =
			pp_json_get_bool(object, flags[i].name, flag);

		if (found != PP_JSON_FOUND && found != PP_JSON_ABSENT)
			return refuse_member(flags[i].name, err);
		*members += found == PP_JSON_FOUND;
	}
	return PP_OK;
}

/* Reads an array of texts. *ret_given says whether it is there. */
static enum pp_kind
read_list(const struct pp_json *object, const char *name, bool *ret_given,
	struct pp_strv *ret_list, struct pp_err *err)
{
	const struct pp_json *array;
	enum pp_json_found found = pp_json_get_array(object, name, &array);
	enum pp_kind kind = PP_OK;

	*ret_given = found != PP_JSON_ABSENT;
	if (found == PP_JSON_ABSENT)
		return PP_OK;
	if (found != PP_JSON_FOUND)
		return refuse_member(name, err);
	for (size_t i = 0; i < pp_json_count(array) && kind == PP_OK; i++) {
		struct pp_json_text text;

		if (!pp_json_as_string(pp_json_at(array, i), &text) ||
			strlen(text.text) != text.len)
			return refuse_member(name, err);
		kind = pp_strv_append(ret_list, text.text, text.len, err);
	}
	return kind;
}

static enum pp_kind
read_lists(const struct pp_json *object, struct pp_roster_entry *entry,
	size_t *members, struct pp_err *err)
{
	bool former_given = false;
	enum pp_kind kind = read_list(
		object, "groups", &entry->groups_given, &entry->groups, err);

	if (kind == PP_OK)
		kind = read_list(
			object, "former", &former_given, &entry->former, err);
	if (kind == PP_OK && entry->former.count > FORMER_MAX)
		return refuse_member("former", err);
	for (size_t i = 0; i < entry->former.count && kind == PP_OK; i++)
		if (!pp_name_is_user(entry->former.items[i]) ||
			(entry->name != NULL && strcmp(entry->former.items[i],
							entry->name) == 0))
			return refuse_member("former", err);
	*members += (size_t) entry->groups_given + former_given;
	return kind;
}

static enum pp_kind
read_numbers(const struct pp_json *object, struct pp_roster_entry *entry,
	size_t *members, struct pp_err *err)
{
	struct pp_json_text until;
	enum pp_json_found found =
		pp_json_get_i64(object, "uid", 0, UINT32_MAX, &entry->uid);

	if (found != PP_JSON_FOUND && found != PP_JSON_ABSENT)
		return refuse_member("uid", err);
	*members += found == PP_JSON_FOUND;
	found = pp_json_get_string(object, "until", &until);
	if (found == PP_JSON_ABSENT)
		return PP_OK;
	if (found != PP_JSON_FOUND || strlen(until.text) != until.len ||
		!pp_utc_time_parse(until.text, &entry->until) ||
		entry->until == 0)
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"member until is no time like 2026-12-01T00:00:00Z");
	*members += 1;
	return PP_OK;
}

bool
pp_roster_line_locks(const struct pp_roster_entry *entry)
{
	return entry->locked || entry->closed || entry->until != 0;
}

/* Checks that each member means something beside the others. */
static enum pp_kind
check_entry(const struct pp_roster_entry *entry, struct pp_err *err)
{
	if (entry->name == NULL && (entry->subject == NULL || entry->closed ||
					   !pp_roster_line_locks(entry)))
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"a line without name must lock a subject");
	if (entry->name == NULL &&
		(entry->uid != -1 || entry->former.count > 0))
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"uid and former mean nothing without name");
	if (entry->reason != NULL && strlen(entry->reason) > REASON_MAX)
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"member reason has more than %u bytes", REASON_MAX);
	if (entry->kill && !pp_roster_line_locks(entry))
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"kill means nothing without locked, closed or until");
	return PP_OK;
}

/* Reads an entry. An unknown member is refused, because it may be misspelt. */
static enum pp_kind
read_entry(const struct pp_json *object, struct pp_roster_entry *entry,
	struct pp_err *err)
{
	size_t members = 0;
	enum pp_kind kind = read_texts(object, entry, &members, err);

	if (kind == PP_OK)
		kind = read_flags(object, entry, &members, err);
	if (kind == PP_OK)
		kind = read_numbers(object, entry, &members, err);
	if (kind == PP_OK)
		kind = read_lists(object, entry, &members, err);
	if (kind == PP_OK && members != pp_json_count(object))
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"a member that no line has");
	return kind == PP_OK ? check_entry(entry, err) : kind;
}

enum pp_kind
pp_roster_line_read(const char *text, size_t len,
	struct pp_roster_line *ret_line, struct pp_err *err)
{
	pp_cleanup(pp_roster_line) struct pp_roster_line line = {
		.number = ret_line->number, .entry = {.uid = -1}};
	enum pp_kind kind;

	if (len > PP_ROSTER_LINE_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG,
			"a line of more than %zu bytes", PP_ROSTER_LINE_MAX);
	kind = pp_json_parse(text, len, &line.document, err);
	if (kind == PP_OK && pp_json_type(line.document) != PP_JSON_TYPE_OBJECT)
		kind = pp_fail(
			err, PP_REASON_JSON_INVALID, "a line is no object");
	if (kind == PP_OK)
		kind = read_entry(line.document, &line.entry, err);
	if (kind != PP_OK)
		return kind;
	*ret_line = line;
	memset(&line, 0, sizeof(line));
	return PP_OK;
}

void
pp_roster_line_free(struct pp_roster_line *line)
{
	pp_strv_free(&line->entry.groups);
	pp_strv_free(&line->entry.former);
	pp_json_free(&line->document);
}
