/* SPDX-License-Identifier: MIT */
#include <playpen/conf/conf.h>

#include "tests/scratch.h"
#include "tests/tap.h"

/*
 * Every example of a configuration is read as a node reads it: the samples, the
 * manual and the documents.
 */

#define TEXT 8192
#define PATH_OF_NODE "/etc/playpen/playpen.conf"

static int block_count;

static const char *
source_path(const char *name)
{
	static char path[PATH_MAX];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof(path), "%s/%s", srcdir != NULL ? srcdir : ".",
		name);
	return path;
}

/* Loads a text as the configuration of a node. Returns NULL if it is refused.
 */
static struct pp_conf *
load(const char *text, const char *where)
{
	struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	check(scratch_write(PATH_OF_NODE, text, 0644));
	if (pp_conf_load(scratch_root, &conf, &err) != PP_OK)
		printf("# %s: %s\n", where, err.message);
	return conf;
}

static struct pp_conf *
load_file(const char *name)
{
	static char text[TEXT];
	FILE *file = fopen(source_path(name), "re");

	if (!check(file != NULL))
		return NULL;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return load(text, name);
}

static void
every_sample_is_accepted(void)
{
	static const struct {
		const char *name;
		int64_t profile;
	} samples[] = {
		{"packaging/playpen.conf", PP_PROFILE_DEX},
		{"packaging/examples/playpen-generic.conf", PP_PROFILE_GENERIC},
		{"tests/demo/playpen.conf", PP_PROFILE_DEX},
	};

	for (size_t i = 0; i < PP_COUNT(samples); i++) {
		pp_cleanup(pp_conf) struct pp_conf *conf =
			load_file(samples[i].name);

		if (check(conf != NULL))
			check_int(conf->provider.profile, samples[i].profile);
	}
}

/* Loads a block with the sections that it leaves out. */
static bool
is_accepted(const char *block, const char *where)
{
	static char text[2 * TEXT];

	snprintf(text, sizeof(text), "%s%s%s%s",
		strstr(block, "[issuer]") != NULL
			? ""
			: "[issuer]\nurl = https://dex.example/dex\n",
		strstr(block, "[client]") != NULL
			? ""
			: "[client]\nid = playpen-login\n",
		strstr(block, "[identity]") != NULL
			? ""
			: "[identity]\nconnectors = local\n",
		block);

	pp_cleanup(pp_conf) struct pp_conf *conf = load(text, where);

	return conf != NULL;
}

/* Returns true for a block of another program: Ansible's, playpen-ssh's. */
static bool
is_of_another_program(const char *block)
{
	return strstr(block, "[ssh_connection]") != NULL ||
	       strstr(block, "\nhosts = ") != NULL;
}

static void
check_block(char *block, const char *where)
{
	if (block[0] == '[' && !is_of_another_program(block)) {
		block_count++;
		check(is_accepted(block, where));
	}
	block[0] = '\0';
}

/* Checks the indented blocks of a document that begin with a section. */
static int
check_document(const char *path, const struct stat *info, int type,
	struct FTW *position)
{
	static char block[TEXT];
	static char line[1024];
	size_t margin = 0;
	FILE *file;

	(void) info;
	(void) position;
	if (type != FTW_F || !strstr(path, ".md"))
		return 0;
	file = fopen(path, "re");
	block[0] = '\0';
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		size_t indent = strspn(line, " ");

		if (line[indent] != '\n' && (indent < 4 || indent < margin))
			check_block(block, path);
		if (block[0] == '\0')
			margin = indent;
		if (indent >= 4 && margin >= 4 && line[indent] != '\n' &&
			strlen(block) + strlen(line) < sizeof(block))
			strcat(block, line + margin);
	}
	check_block(block, path);
	if (check(file != NULL))
		fclose(file);
	return 0;
}

static void
every_example_of_a_document_is_accepted(void)
{
	block_count = 0;
	check_int(nftw(source_path("docs"), check_document, 16, FTW_PHYS), 0);
	check_cmp(block_count, >=, 6); /* the search finds what stands there */
}

static void
every_example_of_the_manual_is_accepted(void)
{
	static char block[TEXT];
	char line[1024];
	bool inside = false;
	FILE *file = fopen(source_path("man/playpen.conf.5"), "re");

	block_count = 0;
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, ".EE", 3) == 0)
			check_block(block, "playpen.conf.5");
		if (line[0] == '.')
			inside = strncmp(line, ".EX", 3) == 0;
		else if (inside && strlen(block) + strlen(line) < sizeof(block))
			strcat(block, line);
	}
	if (check(file != NULL))
		fclose(file);
	check_cmp(block_count, >=, 1);
}

static void
an_example_with_a_wrong_line_is_noticed(void)
{
	check(is_accepted("[service.sudo]\nrequire_groups = dev\n", "right"));
	check(!is_accepted("[service.sudo]\nrequire_group = dev\n", "wrong"));
	check(!is_accepted("[issuer]\nprofile = generic\n", "wrong"));
}

int
main(void)
{
	scratch_begin();
	check(scratch_write_root());
	run(every_sample_is_accepted);
	run(every_example_of_a_document_is_accepted);
	run(every_example_of_the_manual_is_accepted);
	run(an_example_with_a_wrong_line_is_noticed);
	return tap_end();
}
