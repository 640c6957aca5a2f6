/* SPDX-License-Identifier: MIT */
#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/base64.h>
#include <playpen/base/file.h>
#include <playpen/base/str.h>
#include <playpen/index/uid.h>
#include <playpen/json/json.h>

#include "playpenctl/cli/arguments.h"

#define NAME_SHOWN 64U
#define WORD_MAX 1024U /* of a client id or a client secret */

/* A volume of Kubernetes has this link to the directory with its files. The
 * kubelet replaces all of them by a rename of the link. */
#define VOLUME_VERSION "..data"
#define VOLUME_VERSIONS_MAX 10U /* that are read before a volume is refused */

static const char *const names[BUNDLE_MEMBERS] = {
	"playpen.conf", "uid.key", "accounts", "client-id", "client-secret"};

const char *
bundle_name(enum bundle_member member)
{
	return names[member];
}

bool
bundle_has(const struct bundle *bundle, enum bundle_member member)
{
	return bundle->text[member].len > 0;
}

void
bundle_free(struct bundle *bundle)
{
	for (size_t i = 0; i < BUNDLE_MEMBERS; i++)
		pp_secret_free(&bundle->text[i]);
}

static enum pp_kind
refuse(enum bundle_member member, const char *what, struct pp_err *err)
{
	return pp_fail(
		err, PP_REASON_CONFIG_INVALID, "%s %s", names[member], what);
}

/* Checks a text by what its member is; the provider and the configuration are
 * not asked. */
static enum pp_kind
check(enum bundle_member member, const char *text, size_t len,
	struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};

	if (len == 0)
		return refuse(member, "is empty", err);
	if (memchr(text, '\0', len) != NULL)
		return refuse(member, "has a NUL byte", err);
	switch (member) {
	case BUNDLE_UID_KEY:
		return pp_uid_key_parse(text, len, &key)
			       ? PP_OK
			       : refuse(member, "must be 32 hex digits", err);
	case BUNDLE_CLIENT_ID:
	case BUNDLE_CLIENT_SECRET:
		return len <= WORD_MAX && pp_str_is_graphic(text, len)
			       ? PP_OK
			       : refuse(member, "must be one word of ASCII",
					 err);
	default:
		return PP_OK;
	}
}

enum pp_kind
bundle_set(struct bundle *bundle, enum bundle_member member, const char *text,
	size_t len, struct pp_err *err)
{
	struct pp_secret *into = &bundle->text[member];
	bool word = member != BUNDLE_CONF && member != BUNDLE_ACCOUNTS;
	enum pp_kind kind;

	/* An editor has put a newline behind it. */
	if (word && len > 0 && text[len - 1] == '\n')
		len--;
	kind = check(member, text, len, err);
	if (kind != PP_OK)
		return kind;
	if (into->len > 0 && !pp_secret_equal(into->data, into->len, text, len))
		return refuse(member, "is there twice, with two texts", err);
	into->max = BUNDLE_MAX;
	return pp_secret_set(into, text, len, err);
}

/* Counts the members of the list that an object has. */
static size_t
count_members(const struct pp_json *object)
{
	size_t count = 0;

	for (size_t i = 0; i < BUNDLE_MEMBERS; i++)
		count += pp_json_find(object, names[i]) != NULL;
	return count;
}

static enum pp_kind
take_base64(struct bundle *bundle, enum bundle_member member,
	const struct pp_json_text *text, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {.max = BUNDLE_MAX};
	size_t len = 0;
	enum pp_kind kind =
		pp_secret_reserve(&bytes, PP_BASE64_DECODED(text->len), err);

	if (kind != PP_OK)
		return kind;
	if (!pp_base64_decode(text->text, text->len, bytes.data, &len))
		return refuse(member, "is no base64", err);
	bytes.len = len;
	return bundle_set(bundle, member, (const char *) bytes.data, len, err);
}

/* Sets the members that an object has; base64 is how a Secret writes them. */
static enum pp_kind
take_members(struct bundle *bundle, const struct pp_json *object, bool base64,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < BUNDLE_MEMBERS && kind == PP_OK; i++) {
		const struct pp_json *value = pp_json_find(object, names[i]);
		struct pp_json_text text;

		if (value == NULL)
			continue;
		if (!pp_json_as_string(value, &text))
			return refuse(
				(enum bundle_member) i, "must be a text", err);
		kind = base64 ? take_base64(bundle, (enum bundle_member) i,
					&text, err)
			      : bundle_set(bundle, (enum bundle_member) i,
					text.text, text.len, err);
	}
	return kind;
}

/* Reads a bundle as `bundle` prints it. */
static enum pp_kind
take_object(
	struct bundle *bundle, const struct pp_json *object, struct pp_err *err)
{
	if (count_members(object) != pp_json_count(object))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"a member that no bundle has; there are %s, %s, %s, %s and %s",
			names[0], names[1], names[2], names[3], names[4]);
	return take_members(bundle, object, false, err);
}

/* Reads the data of a Secret or a ConfigMap. */
static enum pp_kind
take_data(struct bundle *bundle, const struct pp_json *object, bool base64,
	struct pp_err *err)
{
	const struct pp_json *data = pp_json_find(object, "data");

	if (data == NULL || pp_json_type(data) != PP_JSON_TYPE_OBJECT)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"an object of Kubernetes without data");
	if (count_members(data) == 0)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"no member of a bundle is in the object's data");
	return take_members(bundle, data, base64, err);
}

static enum pp_kind
take_kubernetes(
	struct bundle *bundle, const struct pp_json *object, struct pp_err *err)
{
	struct pp_json_text type = {NULL, 0};

	if (pp_json_get_string(object, "kind", &type) == PP_JSON_FOUND &&
		pp_json_text_is(&type, "Secret"))
		return take_data(bundle, object, true, err);
	if (type.text != NULL && pp_json_text_is(&type, "ConfigMap"))
		return take_data(bundle, object, false, err);
	return pp_fail(err, PP_REASON_CONFIG_INVALID,
		"an object of Kubernetes that is no Secret and no ConfigMap");
}

/* Reads what `kubectl get NAME... -o json` prints of one object or several. */
static enum pp_kind
take_document(struct bundle *bundle, const struct pp_json *document,
	struct pp_err *err)
{
	const struct pp_json *items;
	struct pp_json_text type;
	enum pp_kind kind = PP_OK;

	if (pp_json_type(document) != PP_JSON_TYPE_OBJECT)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"a bundle is a JSON object");
	if (pp_json_get_string(document, "kind", &type) != PP_JSON_FOUND)
		return take_object(bundle, document, err);
	if (!pp_json_text_is(&type, "List"))
		return take_kubernetes(bundle, document, err);
	if (pp_json_get_array(document, "items", &items) != PP_JSON_FOUND)
		return pp_fail(
			err, PP_REASON_CONFIG_INVALID, "a List without items");
	for (size_t i = 0; i < pp_json_count(items) && kind == PP_OK; i++)
		kind = take_kubernetes(bundle, pp_json_at(items, i), err);
	return kind;
}

static enum pp_kind
read_json(struct bundle *bundle, int fd, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {.max = BUNDLE_MAX};
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	enum pp_kind kind = pp_file_read(fd, &content, err);

	if (kind == PP_OK)
		kind = pp_json_parse(
			pp_secret_text(&content), content.len, &document, err);
	return kind == PP_OK ? take_document(bundle, document, err) : kind;
}

/* Reads a file of a directory; the kubelet's are links. */
static enum pp_kind
read_file(struct bundle *bundle, int directory, enum bundle_member member,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {.max = BUNDLE_MAX};
	pp_cleanup(pp_fd) int fd = openat(
		directory, names[member], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum pp_kind kind;

	if (fd < 0 && errno == ENOENT)
		return PP_OK;
	if (fd < 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "%s", names[member]);
	kind = pp_file_read(fd, &content, err);
	return kind == PP_OK
		       ? bundle_set(bundle, member, pp_secret_text(&content),
				 content.len, err)
		       : pp_prefix(err, kind, "%s", names[member]);
}

/* Opens the version of the files that a volume has now; -1 if the directory is
 * no volume. */
static int
open_version(int directory)
{
	return openat(
		directory, VOLUME_VERSION, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Returns true if the kubelet has not begun to replace that version. It names
 * the next one before it deletes a file of the last. */
static bool
is_current(int directory, int version)
{
	struct stat now, then;

	return fstatat(directory, VOLUME_VERSION, &now, 0) == 0 &&
	       fstat(version, &then) == 0 && now.st_dev == then.st_dev &&
	       now.st_ino == then.st_ino;
}

static enum pp_kind
read_files(struct bundle *bundle, int directory, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < BUNDLE_MEMBERS && kind == PP_OK; i++)
		kind = read_file(
			bundle, directory, (enum bundle_member) i, err);
	return kind;
}

/* Adds what one bundle has to another. */
static enum pp_kind
add(struct bundle *bundle, const struct bundle *more, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < BUNDLE_MEMBERS && kind == PP_OK; i++)
		if (more->text[i].len > 0)
			kind = bundle_set(bundle, (enum bundle_member) i,
				pp_secret_text(&more->text[i]),
				more->text[i].len, err);
	return kind;
}

/* Reads one version of a volume. Sets ret_whole to false, and adds nothing, if
 * the kubelet replaced the version meanwhile. */
static enum pp_kind
read_version(struct bundle *bundle, int directory, int version, bool *ret_whole,
	struct pp_err *err)
{
	pp_cleanup(bundle) struct bundle found = {0};
	enum pp_kind kind = read_files(&found, version, err);

	*ret_whole = is_current(directory, version);
	return kind == PP_OK && *ret_whole ? add(bundle, &found, err) : kind;
}

/* Reads a directory; if it is a volume, the files of one version alone. */
static enum pp_kind
read_directory(struct bundle *bundle, int directory, struct pp_err *err)
{
	for (unsigned i = 0; i < VOLUME_VERSIONS_MAX; i++) {
		pp_cleanup(pp_fd) int version = open_version(directory);
		bool whole = false;
		enum pp_kind kind;

		if (version < 0 && errno == ENOENT)
			return read_files(bundle, directory, err);
		if (version < 0)
			return pp_fail_errno(
				err, PP_REASON_SYSTEM, "%s", VOLUME_VERSION);
		kind = read_version(bundle, directory, version, &whole, err);
		if (whole)
			return kind;
	}
	return pp_fail(err, PP_REASON_SYSTEM,
		"%s was replaced at each of %u readings: try again",
		VOLUME_VERSION, VOLUME_VERSIONS_MAX);
}

enum pp_kind
bundle_read(struct bundle *bundle, const char *path, struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = -1;
	struct stat info;
	char shown[NAME_SHOWN];
	enum pp_kind kind = args_open_file(path, &fd, err);

	if (kind != PP_OK)
		return kind;
	if (fstat(fd, &info) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	kind = S_ISDIR(info.st_mode) ? read_directory(bundle, fd, err)
				     : read_json(bundle, fd, err);
	if (kind == PP_OK)
		return PP_OK;
	pp_str_printable(shown, sizeof(shown), path, strlen(path));
	return pp_prefix(err, kind, "%s",
		strcmp(path, "-") == 0 ? "standard input" : shown);
}

enum pp_kind
bundle_print(const struct bundle *bundle, struct pp_secret *output,
	struct pp_err *err)
{
	const char *before = "{";
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < BUNDLE_MEMBERS && kind == PP_OK; i++) {
		const struct pp_secret *text = &bundle->text[i];

		if (text->len == 0)
			continue;
		kind = pp_secret_append_text(output, before, err);
		if (kind == PP_OK)
			kind = pp_json_print_text(
				names[i], strlen(names[i]), output, err);
		if (kind == PP_OK)
			kind = pp_secret_append_text(output, ":", err);
		if (kind == PP_OK)
			kind = pp_json_print_text(
				pp_secret_text(text), text->len, output, err);
		before = ",";
	}
	return kind == PP_OK ? pp_secret_append_text(output, "}\n", err) : kind;
}
