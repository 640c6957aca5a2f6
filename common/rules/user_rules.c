/* SPDX-License-Identifier: MIT */
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <playpen/base/clock.h>
#include <playpen/base/root.h>
#include <playpen/rules/user_rules.h>

#include "rule_walk.h"

/* Between the words of all these files; behind @ stands a host. */
#define SEPARATORS " \t\r\n,=():!\"\\@"
#define KEY_FILES "AuthorizedKeysFile"

/* Visits each word of a line that is no comment. */
static void
take_words(struct rule_walk *walk, char *line)
{
	char *rest = line;
	const char *word;

	if (line[strspn(line, " \t")] == '#')
		return;
	while ((word = strsep(&rest, SEPARATORS)) != NULL)
		pp_rule_walk_visit(walk, "user", word);
}

/* Visits the key files of a pattern in which %u, which stands for the name, is
 * a whole part of the path. A pattern below the home is the person's own. */
static void
visit_key_files(struct rule_walk *walk, const char *pattern)
{
	const char *before = walk->path;
	const char *mark = strstr(pattern, "/%u");
	char every[PATH_MAX / 2];
	glob_t found;
	int len;

	if (pattern[0] != '/' || mark == NULL ||
		(mark[3] != '\0' && mark[3] != '/'))
		return;
	len = snprintf(every, sizeof(every), "%.*s/*%s", (int) (mark - pattern),
		pattern, mark + strlen("/%u"));
	if (len < 0 || (size_t) len >= sizeof(every))
		return;
	(void) pp_root_glob(walk->root, every, 0, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *begin = found.gl_pathv[i] + (mark - pattern) + 1;
		char name[PATH_MAX / 2];

		snprintf(name, sizeof(name), "%.*s", (int) strcspn(begin, "/"),
			begin);
		walk->path = found.gl_pathv[i];
		pp_rule_walk_visit(walk, "key file", name);
	}
	walk->path = before;
	globfree(&found);
}

/* Visits the words of the lines that let a user in or change what holds for
 * one, and the patterns of key files. */
static void
take_sshd_line(struct rule_walk *walk, char *line)
{
	static const char *const keywords[] = {"AllowUsers", "Match"};
	char *rest = line + strspn(line, " \t");
	const char *keyword = strsep(&rest, " \t\r\n=");
	const char *word;

	if (strcasecmp(keyword, KEY_FILES) == 0)
		while ((word = strsep(&rest, " \t\r\n=\"")) != NULL)
			visit_key_files(walk, word);
	for (size_t i = 0; i < PP_COUNT(keywords) && rest != NULL; i++)
		if (strcasecmp(keyword, keywords[i]) == 0)
			take_words(walk, rest);
}

static const struct {
	const char *pattern;
	rule_line *take;
} files[] = {
	{"/etc/sudoers", take_words},
	{"/etc/sudoers.d/*[!~]", take_words},
	{"/etc/security/access.conf", take_words},
	{"/etc/security/access.d/*.conf", take_words},
	{"/etc/ssh/sshd_config", take_sshd_line},
	{"/etc/ssh/sshd_config.d/*.conf", take_sshd_line},
	{"/etc/cron.allow", take_words},
	{"/etc/at.allow", take_words},
	{"/etc/crontab", take_words},
	{"/etc/cron.d/*", take_words},
};

struct search {
	const char *root;
	const char *name;
	struct pp_strv *files;
	struct pp_err *err;
	enum pp_kind kind;
};

/* Adds a file, unless it is there already. */
static void
add_file(struct search *search, const char *path)
{
	char full[PATH_MAX];
	char date[PP_CLOCK_DATE_SIZE];
	pp_cleanup(pp_text) char *text = NULL;
	struct stat info;

	pp_root_follow(search->root, path, full);
	if (search->kind != PP_OK || stat(full, &info) != 0)
		return;
	search->kind = pp_str_format(&text, search->err, "%s of %s", path,
		pp_clock_date(date, info.st_mtime));
	if (search->kind == PP_OK && !pp_strv_contains(search->files, text))
		search->kind = pp_strv_append(
			search->files, text, strlen(text), search->err);
}

static bool
look_at(void *context, const struct pp_group_rule *rule)
{
	struct search *search = context;

	if (strcmp(rule->name, search->name) == 0)
		add_file(search, rule->path);
	return search->kind != PP_OK ||
	       search->files->count >= PP_USER_RULES_FILES_MAX;
}

void
pp_user_rules_each(
	const char *root, pp_group_rule_visitor *visit, void *context)
{
	struct rule_walk walk = {
		.root = root, .visit = visit, .context = context};

	for (size_t i = 0; i < PP_COUNT(files) && !walk.ended; i++)
		pp_rule_walk_files(&walk, files[i].pattern, files[i].take);
}

enum pp_kind
pp_user_rules_find(const char *root, const char *name,
	struct pp_strv *ret_files, struct pp_err *err)
{
	struct search search = {
		.root = root, .name = name, .files = ret_files, .err = err};

	pp_user_rules_each(root, look_at, &search);
	return search.kind;
}
