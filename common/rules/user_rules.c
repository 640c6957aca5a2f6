/* SPDX-License-Identifier: MIT */
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <playpen/base/clock.h>
#include <playpen/base/root.h>
#include <playpen/rules/user_rules.h>

#include "rule_walk.h"

/* Between the words of all these files; behind @ stands a host. */
#define SEPARATORS " \t\r\n,=():!\"\\@"

/* Settings of sshd that say in which files those stand who may sign in as a
 * user. */
static const char *const key_settings[] = {
	"AuthorizedKeysFile", "AuthorizedPrincipalsFile"};

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

/* Returns the length of the part of a path up to its end or the next slash. */
static size_t
part_len(const char *path)
{
	return strcspn(path, "/");
}

/*
 * Visits the key files of a pattern with %u, which stands for the name, in one
 * part of the path. A pattern below the home is the person's own.
 */
static void
visit_key_files(struct rule_walk *walk, const char *pattern)
{
	const char *before = walk->path;
	const char *mark = strstr(pattern, "%u");
	char every[PATH_MAX / 2];
	glob_t found;
	size_t behind;
	int len;

	if (pattern[0] != '/' || mark == NULL || strchr(pattern, '%') != mark ||
		strchr(mark + 2, '%') != NULL)
		return;
	len = snprintf(every, sizeof(every), "%.*s*%s", (int) (mark - pattern),
		pattern, mark + 2);
	if (len < 0 || (size_t) len >= sizeof(every))
		return;
	behind = part_len(mark + 2);
	(void) pp_root_glob(walk->root, every, 0, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *begin = found.gl_pathv[i] + (mark - pattern);
		char name[PATH_MAX / 2];

		snprintf(name, sizeof(name), "%.*s",
			(int) (part_len(begin) - behind), begin);
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

	for (size_t i = 0; i < PP_COUNT(key_settings); i++)
		if (strcasecmp(keyword, key_settings[i]) == 0)
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

void
pp_user_rules_each(
	const char *root, pp_group_rule_visitor *visit, void *context)
{
	struct rule_walk walk = {
		.root = root, .visit = visit, .context = context};

	for (size_t i = 0; i < PP_COUNT(files) && !walk.ended; i++)
		pp_rule_walk_files(&walk, files[i].pattern, files[i].take);
}

/* A user who is searched for, and the last file that was found: a name may
 * stand in a file more than once. */
struct wanted {
	const char *name;
	char *path;
};

/* A search for several users, in order of name. */
struct search {
	const char *root;
	struct wanted *wanted;
	size_t count;
	pp_user_rules_visitor *visit;
	void *context;
	struct pp_err *err;
	enum pp_kind kind;
};

static int
compare_names(const void *a, const void *b)
{
	const struct wanted *left = a;
	const struct wanted *right = b;

	return strcmp(left->name, right->name);
}

/* Visits a file that names a user, unless it was the last one. Returns true to
 * end the search. */
static bool
visit_file(struct search *search, struct wanted *wanted, const char *path)
{
	char full[PATH_MAX];
	char date[PP_CLOCK_DATE_SIZE];
	const struct pp_user_rules_file file = {wanted->name, path, date};
	struct stat info;

	pp_root_follow(search->root, path, full);
	if (stat(full, &info) != 0 ||
		(wanted->path != NULL && strcmp(wanted->path, path) == 0))
		return false;
	free(wanted->path);
	wanted->path = strdup(path);
	if (wanted->path == NULL)
		search->kind = pp_fail_memory(search->err);
	pp_clock_date(date, info.st_mtime);
	return search->kind != PP_OK || search->visit(search->context, &file);
}

static bool
look_at(void *context, const struct pp_group_rule *rule)
{
	struct search *search = context;
	const struct wanted key = {.name = rule->name};
	struct wanted *wanted = bsearch(&key, search->wanted, search->count,
		sizeof(key), compare_names);

	return wanted != NULL && visit_file(search, wanted, rule->path);
}

enum pp_kind
pp_user_rules_find_all(const char *root, const struct pp_strv *names,
	pp_user_rules_visitor *visit, void *context, struct pp_err *err)
{
	struct search search = {.root = root,
		.count = names->count,
		.visit = visit,
		.context = context,
		.err = err};

	if (names->count == 0)
		return PP_OK;
	search.wanted = calloc(names->count, sizeof(*search.wanted));
	if (search.wanted == NULL)
		return pp_fail_memory(err);
	for (size_t i = 0; i < names->count; i++)
		search.wanted[i].name = names->items[i];
	qsort(search.wanted, search.count, sizeof(*search.wanted),
		compare_names);
	pp_user_rules_each(root, look_at, &search);
	for (size_t i = 0; i < search.count; i++)
		free(search.wanted[i].path);
	free(search.wanted);
	return search.kind;
}

/* The files of one user. */
struct list {
	struct pp_strv *files;
	struct pp_err *err;
	enum pp_kind kind;
};

static bool
add_file(void *context, const struct pp_user_rules_file *file)
{
	struct list *list = context;
	pp_cleanup(pp_text) char *text = NULL;

	list->kind = pp_str_format(
		&text, list->err, "%s of %s", file->path, file->date);
	if (list->kind == PP_OK && !pp_strv_contains(list->files, text))
		list->kind = pp_strv_append(
			list->files, text, strlen(text), list->err);
	return list->kind != PP_OK ||
	       list->files->count >= PP_USER_RULES_FILES_MAX;
}

enum pp_kind
pp_user_rules_find(const char *root, const char *name,
	struct pp_strv *ret_files, struct pp_err *err)
{
	struct list list = {.files = ret_files, .err = err};
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	enum pp_kind kind = pp_strv_append(&names, name, strlen(name), err);

	if (kind == PP_OK)
		kind = pp_user_rules_find_all(
			root, &names, add_file, &list, err);
	return kind == PP_OK ? list.kind : kind;
}
