/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "sshd_rules.h"

/* Between the words of a line of sudoers(5). */
#define SUDO_SEPARATORS " \t\n\r,=():!\"\\"

#define SUDOERS_D "/etc/sudoers.d/"

/* Returns true for names with a dot, which sudo leaves out. */
static bool
is_ignored_by_sudo(const char *path)
{
	return pp_str_starts_with(path, SUDOERS_D) &&
	       strchr(path + strlen(SUDOERS_D), '.') != NULL;
}

/* Finds %NAME wherever it stands: in a rule, in an alias, as who is run as. */
static void
take_sudo_line(struct rule_walk *walk, char *line)
{
	char *rest = line;
	const char *word;

	if (line[strspn(line, " \t")] == '#' || is_ignored_by_sudo(walk->path))
		return;
	while ((word = strsep(&rest, SUDO_SEPARATORS)) != NULL)
		if (word[0] == '%')
			pp_rule_walk_visit(walk, "group", word + 1);
}

/* Takes "permission : users : origins". (NAME) is a group; NAME is a user, or a
 * group if there is no such user. */
static void
take_access_line(struct rule_walk *walk, char *line)
{
	char *users = strchr(line, ':');
	char *word;

	if (line[strspn(line, " \t")] == '#' || users == NULL)
		return;
	users++;
	users[strcspn(users, ":\n")] = '\0';
	while ((word = strsep(&users, " \t,")) != NULL) {
		size_t len = strlen(word);

		walk->may_be_user = word[0] != '(';
		if (!walk->may_be_user && word[len - 1] == ')')
			word[len - 1] = '\0';
		if (word[0] != '@' && strcmp(word, "ALL") != 0 &&
			strcmp(word, "EXCEPT") != 0)
			pp_rule_walk_visit(walk, "group",
				word + (walk->may_be_user ? 0 : 1));
	}
}

bool
pp_group_rules_each(const char *root, enum pp_group_rules of,
	pp_group_rule_visitor *visit, void *context)
{
	struct rule_walk walk = {
		.root = root, .visit = visit, .context = context};

	switch (of) {
	case PP_GROUP_RULES_SSHD:
		pp_rule_walk_files(
			&walk, "/etc/ssh/sshd_config", pp_sshd_rules_take_line);
		break;
	case PP_GROUP_RULES_SUDO:
		pp_rule_walk_files(&walk, "/etc/sudoers", take_sudo_line);
		pp_rule_walk_files(&walk, SUDOERS_D "*[!~]", take_sudo_line);
		break;
	case PP_GROUP_RULES_ACCESS:
		pp_rule_walk_files(
			&walk, "/etc/security/access.conf", take_access_line);
		pp_rule_walk_files(&walk, "/etc/security/access.d/*.conf",
			take_access_line);
		break;
	}
	return walk.ended || !walk.incomplete;
}

bool
pp_group_rules_is_claimed(const struct pp_group_rule *rule,
	const struct pp_conf *conf, const struct pp_local_users *local_users)
{
	if (rule->is_pattern)
		return true;
	if (strcmp(rule->name, conf->all_users_group) == 0)
		return false;
	for (size_t i = 0; i < conf->map_count; i++)
		if (strcmp(conf->map[i].local, rule->name) == 0)
			return true;
	return pp_local_users_find(&local_users->groups, rule->name) == NULL;
}
