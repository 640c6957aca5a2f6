/* SPDX-License-Identifier: MIT */
#include <nss.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/other_nss/nss_sources.h>

/* A longer line of nsswitch.conf is one that cannot be understood. */
#define LINE_SIZE 1024

static const char *const database_names[] = {
	[PP_NSS_DATABASE_PASSWD] = "passwd", [PP_NSS_DATABASE_GROUP] = "group"};

/* Returns the sources of a line for the database, or NULL. */
static char *
find_database_line(char *line, const char *database)
{
	char *at = line + strspn(line, " \t");
	size_t len = strlen(database);

	line[strcspn(line, "#\n")] = '\0';
	if (strncmp(at, database, len) != 0)
		return NULL;
	at += len;
	at += strspn(at, " \t");
	return *at == ':' ? at + 1 : NULL;
}

/* Takes [STATUS=action] out; false if one has no end. */
static bool
blank_actions(char *text)
{
	char *begin;

	while ((begin = strchr(text, '[')) != NULL) {
		const char *end = strchr(begin, ']');

		if (end == NULL)
			return false;
		memset(begin, ' ', (size_t) (end - begin) + 1);
	}
	return true;
}

/* Adds the sources of a line. Of several lines for a database all sources
 * count. */
static bool
add_line(struct pp_nss_sources *sources, int database, char *line)
{
	pp_cleanup(pp_strv) struct pp_strv words = {0};
	struct pp_strv *others = &sources->others[database];

	pp_text_free(&sources->lines[database]);
	sources->lines[database] = strdup(line);
	if (sources->lines[database] == NULL || !blank_actions(line) ||
		pp_strv_append_words(&words, line, NULL) != PP_OK)
		return false;
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.items[i];

		if (strcmp(word, "files") != 0 &&
			strcmp(word, "playpen") != 0 &&
			!pp_strv_contains(others, word) &&
			pp_strv_append(others, word, strlen(word), NULL) !=
				PP_OK)
			return false;
	}
	return true;
}

static bool
read_lines(FILE *stream, struct pp_nss_sources *sources)
{
	char line[LINE_SIZE];

	while (fgets(line, sizeof(line), stream) != NULL) {
		if (strchr(line, '\n') == NULL && !feof(stream))
			return false;
		for (int i = 0; i < PP_NSS_DATABASE_COUNT; i++) {
			char *text =
				find_database_line(line, database_names[i]);

			if (text != NULL && !add_line(sources, i, text))
				return false;
		}
	}
	return ferror(stream) == 0;
}

void
pp_nss_sources_read(const char *root, struct pp_nss_sources *ret)
{
	pp_cleanup(pp_stream) FILE *stream = NULL;

	memset(ret, 0, sizeof(*ret));
	if (pp_file_open_in_root(root, "/etc/nsswitch.conf", &stream, NULL) ==
		PP_OK)
		ret->known = stream == NULL || read_lines(stream, ret);
}

bool
pp_nss_sources_has_others(const struct pp_nss_sources *sources)
{
	bool has = !sources->known;

	for (int i = 0; i < PP_NSS_DATABASE_COUNT; i++)
		has |= sources->lines[i] == NULL ||
		       sources->others[i].count > 0;
	return has;
}

bool
pp_nss_sources_select(enum pp_nss_database database, const char *text)
{
	return __nss_configure_lookup(database_names[database], text) == 0;
}

void
pp_nss_sources_free(struct pp_nss_sources *sources)
{
	for (int i = 0; i < PP_NSS_DATABASE_COUNT; i++) {
		pp_text_free(&sources->lines[i]);
		pp_strv_free(&sources->others[i]);
	}
	sources->known = false;
}
