/* SPDX-License-Identifier: MIT */
#include "client_settings.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>

#define SYSTEM_FILE "/etc/playpen/ssh.conf"
#define FILE_MAX ((size_t) 64 * 1024)
#define VALUE_MAX 1024U
#define CLIENT_ID "playpen-ssh"
#define HOURS 12
#define HOURS_MAX 24
#define BLANKS " \t\r"

/* Where a line stands, for messages. */
struct place {
	const char *path;
	int line;
	const char *section;
	const char *key;
};

static enum pp_kind
fail(const struct place *place, const char *what, struct pp_err *err)
{
	return pp_fail(err, PP_REASON_CONFIG_INVALID, "%s line %d: %s",
		place->path, place->line, what);
}

static enum pp_kind
set_text(void *member, const char *value, const struct place *place,
	struct pp_err *err)
{
	char **text = member;

	(void) place;
	free(*text);
	*text = pp_str_copy(value, strlen(value));
	return *text != NULL ? PP_OK : pp_fail_memory(err);
}

static enum pp_kind
set_truth(void *member, const char *value, const struct place *place,
	struct pp_err *err)
{
	bool yes = strcmp(value, "yes") == 0;

	if (!yes && strcmp(value, "no") != 0)
		return fail(place, "the value must be yes or no", err);
	*(bool *) member = yes;
	return PP_OK;
}

static enum pp_kind
set_hours(void *member, const char *value, const struct place *place,
	struct pp_err *err)
{
	if (!pp_str_to_i64(value, 1, HOURS_MAX, member))
		return fail(place, "hours must be a number from 1 to 24", err);
	return PP_OK;
}

/* Letters, digits and what patterns of ssh_config(5) are made of: the value
 * goes into a file that ssh reads. */
static enum pp_kind
set_hosts(void *member, const char *value, const struct place *place,
	struct pp_err *err)
{
	for (const char *at = value; *at != '\0'; at++)
		if (!(*at >= 'a' && *at <= 'z') &&
			!(*at >= 'A' && *at <= 'Z') &&
			!(*at >= '0' && *at <= '9') &&
			strchr(".-_:*?!,", *at) == NULL)
			return fail(place,
				"hosts must be patterns with commas between",
				err);
	return set_text(member, value, place, err);
}

static enum pp_kind
set_ports(void *member, const char *value, const struct place *place,
	struct pp_err *err)
{
	struct settings *settings = member;
	pp_cleanup(pp_strv) struct pp_strv words = {0};
	enum pp_kind kind = pp_strv_append_words(&words, value, err);

	if (kind != PP_OK)
		return kind;
	if (words.count > SETTINGS_PORTS_MAX)
		return fail(place, "ports lists more than 8 ports", err);
	settings->port_count = 0;
	for (size_t i = 0; i < words.count; i++)
		if (!pp_str_to_i64(words.items[i], 1024, 65535,
			    &settings->ports[settings->port_count++]))
			return fail(place,
				"a port must be a number from 1024 to 65535",
				err);
	return PP_OK;
}

/* Every setting. playpen-ssh(1) has the same. */
static const struct setting {
	const char *section;
	const char *key;
	size_t offset;
	enum pp_kind (*set)(void *member, const char *value,
		const struct place *place, struct pp_err *err);
} table[] = {
	{"issuer", "url", offsetof(struct settings, url), set_text},
	{"issuer", "ca_file", offsetof(struct settings, ca_file), set_text},
	{"issuer", "proxy", offsetof(struct settings, proxy), set_text},
	{"issuer", "allow_http", offsetof(struct settings, allow_http),
		set_truth},
	{"client", "id", offsetof(struct settings, client_id), set_text},
	{"ssh", "hosts", offsetof(struct settings, hosts), set_hosts},
	{"ssh", "hours", offsetof(struct settings, hours), set_hours},
	{"ssh", "name", offsetof(struct settings, name), set_text},
	{"ssh", "ports", 0, set_ports},
};

static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strlen(text);
	while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

static enum pp_kind
fail_unknown(const struct place *place, struct pp_err *err)
{
	struct pp_str_nearest nearest = {.wanted = place->key};
	char key[80], hint[PP_STR_HINT_SIZE];

	for (size_t i = 0; i < PP_COUNT(table); i++)
		pp_str_nearest_offer(
			&nearest, table[i].key, strlen(table[i].key));
	return pp_fail(err, PP_REASON_CONFIG_INVALID,
		"%s line %d: there is no such setting: %s%s", place->path,
		place->line,
		pp_str_printable(
			key, sizeof(key), place->key, strlen(place->key)),
		pp_str_nearest_hint(&nearest, hint));
}

static enum pp_kind
set(struct settings *settings, const struct place *place, const char *value,
	struct pp_err *err)
{
	if (*value == '\0')
		return fail(place, "the value is empty", err);
	if (strlen(value) > VALUE_MAX)
		return fail(place, "the value is too long", err);
	for (size_t i = 0; i < PP_COUNT(table); i++)
		if (strcmp(table[i].section, place->section) == 0 &&
			strcmp(table[i].key, place->key) == 0)
			return table[i].set((char *) settings + table[i].offset,
				value, place, err);
	return fail_unknown(place, err);
}

/* Reads a line, which is blank, a comment, [section] or key = value. */
static enum pp_kind
read_line(struct settings *settings, struct place *place, char *line,
	struct pp_err *err)
{
	char *text = trim(line);
	char *equals = strchr(text, '=');
	size_t len = strlen(text);

	if (*text == '\0' || *text == '#' || *text == ';')
		return PP_OK;
	if (*text == '[' && text[len - 1] == ']') {
		text[len - 1] = '\0';
		place->section = text + 1;
		return PP_OK;
	}
	if (equals == NULL)
		return fail(place, "neither [section] nor key = value", err);
	*equals = '\0';
	place->key = trim(text);
	return set(settings, place, trim(equals + 1), err);
}

static enum pp_kind
read_lines(struct settings *settings, const char *path, char *text,
	struct pp_err *err)
{
	struct place place = {.path = path, .section = ""};
	enum pp_kind kind = PP_OK;

	while (kind == PP_OK && *text != '\0') {
		char *end = text + strcspn(text, "\n");
		bool last = *end == '\0';

		*end = '\0';
		place.line++;
		kind = read_line(settings, &place, text, err);
		text = last ? end : end + 1;
	}
	return kind;
}

static enum pp_kind
read_file(struct settings *settings, const char *path, uid_t owner,
	struct pp_err *err)
{
	const struct pp_file_trust trust = {.owner = owner, .forbidden = 0022};
	pp_cleanup(pp_secret) struct pp_secret content = {.max = FILE_MAX};
	pp_cleanup(pp_text) char *text = NULL;
	struct pp_err cause = {0};
	enum pp_kind kind = pp_file_load(path, &trust, &content, &cause);

	if (kind != PP_OK && cause.reason == PP_REASON_FILE_UNSAFE)
		return pp_fail(
			err, PP_REASON_CONFIG_UNSAFE, "%s", cause.message);
	if (kind != PP_OK)
		return pp_propagate(err, &cause);
	if (pp_secret_has_nul(&content))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"%s: there is a NUL in it", path);
	text = pp_str_copy(pp_secret_text(&content), content.len);
	if (text == NULL)
		return pp_fail_memory(err);
	return read_lines(settings, path, text, err);
}

static enum pp_kind
read_files(struct settings *settings, const char *home, struct pp_err *err)
{
	pp_cleanup(pp_text) char *own = NULL;
	struct pp_err cause = {0};
	enum pp_kind kind = read_file(settings, SYSTEM_FILE, 0, &cause);

	if (kind != PP_OK && kind != PP_NOT_FOUND)
		return pp_propagate(err, &cause);
	kind = pp_str_format(&own, err, "%s/.config/playpen/ssh.conf", home);
	if (kind != PP_OK)
		return kind;
	kind = read_file(settings, own, getuid(), &cause);
	if (kind != PP_OK && kind != PP_NOT_FOUND)
		return pp_propagate(err, &cause);
	return PP_OK;
}

enum pp_kind
settings_load(const char *home, const char *path, struct settings *ret_settings,
	struct pp_err *err)
{
	pp_cleanup(settings) struct settings settings = {.hours = HOURS};
	enum pp_kind kind = path != NULL
				    ? read_file(&settings, path, getuid(), err)
				    : read_files(&settings, home, err);

	if (kind == PP_OK && settings.client_id == NULL)
		kind = set_text(&settings.client_id, CLIENT_ID, NULL, err);
	if (kind != PP_OK)
		return kind;
	*ret_settings = settings;
	settings = (struct settings){0};
	return PP_OK;
}

void
settings_free(struct settings *settings)
{
	pp_text_free(&settings->url);
	pp_text_free(&settings->ca_file);
	pp_text_free(&settings->proxy);
	pp_text_free(&settings->client_id);
	pp_text_free(&settings->hosts);
	pp_text_free(&settings->name);
}
