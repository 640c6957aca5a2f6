/* SPDX-License-Identifier: MIT */
#include <playpen/rules/group_rules.h>

#include "tests/unit/node.h"

/* What was visited, as "keyword name" with a comma between two. */
struct visited {
	char text[1024];
	const char *end_at;
};

static bool
note(void *context, const struct pp_group_rule *rule)
{
	struct visited *visited = context;
	size_t used = strlen(visited->text);

	snprintf(visited->text + used, sizeof(visited->text) - used,
		"%s%s %s%s%s", used > 0 ? "," : "", rule->keyword, rule->name,
		rule->is_pattern ? " pattern" : "",
		rule->may_be_user ? " user?" : "");
	return visited->end_at != NULL &&
	       strcmp(rule->name, visited->end_at) == 0;
}

static void
check_rules(enum pp_group_rules of, const char *expected)
{
	struct visited visited = {.text = ""};

	check(pp_group_rules_each(scratch_root, of, note, &visited));
	check_text(visited.text, expected);
}

static void
sshd_rules_are_found_as_sshd_reads_them(void)
{
	static const struct {
		const char *line;
		const char *expected;
	} rows[] = {
		{"DenyGroups dev", "DenyGroups dev"},
		{"denygroups=dev\tops", "DenyGroups dev,DenyGroups ops"},
		{"AllowGroups \"dev\" # and ops", "AllowGroups dev"},
		{"AllowGroups dev* ?x",
			"AllowGroups dev* pattern,AllowGroups ?x pattern"},
		{"  # DenyGroups dev", ""},
		{"AllowUsers dev", ""},
		{"Match Group dev", "Match Group dev"},
		{"match user alice group !dev,o*",
			"Match Group dev,Match Group o* pattern"},
		{"Match User group Group dev", "Match Group Group"},
		{"Match Group=dev", "Match Group dev"},
		{"Match all", ""},
		{"DenyGroups", ""},
	};

	for (size_t i = 0; i < PP_COUNT(rows); i++) {
		check(scratch_write(
			"/etc/ssh/sshd_config", rows[i].line, 0644));
		check_rules(PP_GROUP_RULES_SSHD, rows[i].expected);
	}
}

static void
included_files_are_read_and_others_are_not(void)
{
	struct visited visited = {.text = ""};

	check(scratch_write("/etc/ssh/sshd_config",
		"Include sshd_config.d/*.conf /etc/more\nDenyGroups last\n",
		0644));
	check(scratch_write(
		"/etc/ssh/sshd_config.d/a.conf", "DenyGroups a\n", 0644));
	check(scratch_write(
		"/etc/ssh/sshd_config.d/b.off", "DenyGroups b\n", 0644));
	check(scratch_write("/etc/more", "DenyGroups c\n", 0644));
	check_rules(PP_GROUP_RULES_SSHD,
		"DenyGroups a,DenyGroups c,DenyGroups last");
	visited.end_at = "a";
	check(pp_group_rules_each(
		scratch_root, PP_GROUP_RULES_SSHD, note, &visited));
	check_text(visited.text, "DenyGroups a");
	/* One that includes itself is never read as a whole. */
	check(scratch_write("/etc/more", "Include /etc/more\n", 0644));
	visited = (struct visited){.text = ""};
	check(!pp_group_rules_each(
		scratch_root, PP_GROUP_RULES_SSHD, note, &visited));
	check(scratch_write("/etc/more", "", 0644));
	check_int(truncate(scratch_path("/etc/more"),
			  PP_GROUP_RULES_FILE_MAX + 1),
		0);
	check(!pp_group_rules_each(
		scratch_root, PP_GROUP_RULES_SSHD, note, &visited));
	unlink(scratch_path("/etc/more"));
	check(pp_group_rules_each(
		scratch_root, PP_GROUP_RULES_SSHD, note, &visited));
	/* A missing directory has no rules; a link's path begins at the root.
	 */
	check(scratch_write("/etc/ssh/sshd_config",
		"Include none.d/*.conf sshd_config.d/*.conf\n", 0644));
	check_rules(PP_GROUP_RULES_SSHD, "DenyGroups a");
	check(scratch_write("/etc/more", "DenyGroups inside\n", 0644));
	unlink(scratch_path("/etc/ssh/sshd_config.d/a.conf"));
	check_int(symlink("/etc/more",
			  scratch_path("/etc/ssh/sshd_config.d/a.conf")),
		0);
	check_rules(PP_GROUP_RULES_SSHD, "DenyGroups inside");
	unlink(scratch_path("/etc/ssh/sshd_config.d/a.conf"));
}

static void
rules_of_sudo_and_pam_access_are_found(void)
{
	check(scratch_write("/etc/sudoers",
		"# %none\n%dev ALL=(ALL) NOPASSWD: ALL\n"
		"User_Alias X = alice, %ops\n",
		0440));
	check(scratch_write("/etc/sudoers.d/10", "bob ALL=(%web) ALL\n", 0440));
	check(scratch_write("/etc/sudoers.d/10.off", "%off ALL=ALL\n", 0440));
	check_rules(PP_GROUP_RULES_SUDO, "group dev,group ops,group web");
	check(scratch_write("/etc/security/access.conf",
		"# + : none : ALL\n- : ALL EXCEPT (dev) ops @net : ALL\n",
		0644));
	check(scratch_write(
		"/etc/security/access.d/1.conf", "+ : (web) : LOCAL\n", 0644));
	check_rules(
		PP_GROUP_RULES_ACCESS, "group dev,group ops user?,group web");
}

static bool
is_claimed(const char *name, bool is_pattern)
{
	const struct pp_group_rule rule = {
		.name = name, .is_pattern = is_pattern};
	struct pp_local_users local_users = {0};
	bool claimed;

	check_kind(
		pp_local_users_read(scratch_root, &local_users, NULL), PP_OK);
	claimed = pp_group_rules_is_claimed(&rule, node_conf, &local_users);
	pp_local_users_free(&local_users);
	return claimed;
}

static void
a_group_is_claimed_unless_it_is_local_or_that_of_all_users(void)
{
	node_reset();
	check(is_claimed("dev", false));
	check(!is_claimed("video", false));
	check(is_claimed("video*", true));
	check(!is_claimed("playpen-users", false));
	node_configure(CONF "[groups.map]\nfilm = video\n");
	check(is_claimed("video", false));
}

int
main(void)
{
	node_begin();
	run(sshd_rules_are_found_as_sshd_reads_them);
	run(included_files_are_read_and_others_are_not);
	run(rules_of_sudo_and_pam_access_are_found);
	run(a_group_is_claimed_unless_it_is_local_or_that_of_all_users);
	return node_end();
}
