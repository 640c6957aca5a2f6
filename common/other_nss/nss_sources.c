/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/index/nsswitch.h>
#include <playpen/other_nss/nss_sources.h>

/* A longer line of nsswitch.conf is one that cannot be understood. */
#define LINE_SIZE 1024

static const char *const database_names[] = {
	[PP_NSS_DATABASE_PASSWD] = "passwd", [PP_NSS_DATABASE_GROUP] = "group"};

/* Returns true for the local files and for playpen's own two services. */
static bool
is_excluded(const struct pp_nsswitch_source *source)
{
	return pp_nsswitch_is(source, "files") ||
	       pp_nsswitch_is(source, PP_NSSWITCH_PLAYPEN) ||
	       pp_nsswitch_is(source, PP_NSSWITCH_PLAYPEN_NEW);
}

static enum pp_kind
add_source(struct pp_strv *others, const struct pp_nsswitch_source *source)
{
	pp_cleanup(pp_text) char *name =
		strndup(source->name, source->name_len);

	if (name == NULL)
		return pp_fail_memory(NULL);
	if (pp_strv_contains(others, name))
		/* lint: clang-analyzer-unix.Malloc: pp_cleanup frees it at
		 * the end of the scope, which the analyzer does not see. */
		return PP_OK;
	return pp_strv_append(others, name, source->name_len, NULL);
}

/* Adds the sources of a line. Of several lines for a database all sources
 * count. */
static bool
add_line(struct pp_nss_sources *sources, int database, const char *text)
{
	struct pp_nsswitch_source source;
	bool malformed = false;

	while (pp_nsswitch_next(&text, &source, &malformed))
		if (!is_excluded(&source) &&
			add_source(&sources->others[database], &source) !=
				PP_OK)
			return false;
	return !malformed;
}

static bool
read_lines(FILE *stream, struct pp_nss_sources *sources)
{
	char line[LINE_SIZE];

	while (fgets(line, sizeof(line), stream) != NULL) {
		if (strchr(line, '\n') == NULL && !feof(stream))
			return false;
		for (int i = 0; i < PP_NSS_DATABASE_COUNT; i++) {
			const char *text =
				pp_nsswitch_sources(line, database_names[i]);

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
		has |= sources->others[i].count > 0;
	return has;
}

void
pp_nss_sources_free(struct pp_nss_sources *sources)
{
	for (int i = 0; i < PP_NSS_DATABASE_COUNT; i++)
		pp_strv_free(&sources->others[i]);
	sources->known = false;
}
