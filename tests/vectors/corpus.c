/* SPDX-License-Identifier: MIT */
#include "corpus.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>

#define PATH_LEN 4096

static const char *
source_directory(void)
{
	const char *srcdir = getenv("srcdir");

	return srcdir != NULL ? srcdir : ".";
}

const char *
corpus_directory(void)
{
	static char path[PATH_LEN];
	const char *given = getenv("PLAYPEN_VECTORS");

	if (given != NULL)
		return given;
	snprintf(
		path, sizeof(path), "%s/../shared/vectors", source_directory());
	if (access(path, R_OK) == 0)
		return path;
	/* A working tree that stands one level deeper. */
	snprintf(path, sizeof(path), "%s/../../shared/vectors",
		source_directory());
	return access(path, R_OK) == 0 ? path : NULL;
}

const char *
corpus_module_directory(void)
{
	static char path[PATH_LEN];
	char command[PATH_LEN];
	FILE *answer;

	snprintf(command, sizeof(command),
		"cd '%s/tests/vectors' && go list -m -f '{{.Dir}}' "
		"github.com/c2sp/wycheproof 2>/dev/null",
		source_directory());
	answer = popen(command, "r");
	if (answer == NULL)
		return NULL;
	if (fgets(path, PATH_LEN - 32, answer) == NULL)
		path[0] = '\0';
	pclose(answer);
	path[strcspn(path, "\n")] = '\0';
	if (path[0] != '/')
		return NULL;
	strcat(path, "/testvectors_v1");
	return access(path, R_OK) == 0 ? path : NULL;
}

bool
corpus_read(const char *directory, const char *name, struct pp_secret *content)
{
	char path[PATH_LEN];
	pp_cleanup(pp_fd) int fd = -1;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	content->max = CORPUS_FILE_MAX;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && pp_file_read(fd, content, NULL) == PP_OK;
}

struct pp_json *
corpus_load(const char *directory, const char *name)
{
	static const struct pp_json_limits limits = {
		16, (size_t) 256 * 1024 * 1024};
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	struct pp_json *document = NULL;
	struct pp_err err;

	if (!corpus_read(directory, name, &content))
		return NULL;
	if (pp_json_parse_limited(pp_secret_text(&content), content.len,
		    &limits, &document, &err) != PP_OK)
		printf("# %s: %s\n", name, err.message);
	return document;
}

struct pp_json_text
corpus_text(const struct pp_json *object, const char *name)
{
	struct pp_json_text text = {"", 0};

	if (pp_json_get_string(object, name, &text) != PP_JSON_FOUND)
		return (struct pp_json_text){"", 0};
	return text;
}

static unsigned char
nibble(char c)
{
	return (unsigned char) (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

void
corpus_bytes(
	const struct pp_json *object, const char *name, struct pp_secret *bytes)
{
	struct pp_json_text hex = corpus_text(object, name);

	bytes->max = CORPUS_FILE_MAX;
	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		unsigned char byte = (unsigned char) (nibble(hex.text[i]) << 4 |
						      nibble(hex.text[i + 1]));

		if (pp_secret_append(bytes, &byte, 1, NULL) != PP_OK)
			abort();
	}
}
