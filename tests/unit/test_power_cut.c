/* SPDX-License-Identifier: MIT */
#include <dirent.h>

#include <playpen/publish/publish.h>

#include "tests/unit/disk.h"
#include "tests/unit/node.h"

/*
 * A power cut at any moment of bob's first login. All that the login does to
 * files, by SQLite and by us, is recorded, and the disk is then made again as a
 * power cut after each call could have left it: all of it there (that is a
 * SIGKILL, too), or any part of what had not been synced missing, in another
 * order, or torn.
 */

#define CONTENT_MAX (256 * 1024)
#define DIRECTORY "/var/lib/playpen"

static size_t committed; /* calls until the login's answer was yes */

/* The directory as it was before the login. */
static struct {
	char path[PATH_MAX];
	unsigned char *bytes;
	size_t len;
	mode_t mode;
} files[16];
static size_t file_count;

static void
remember(const char *path, const struct stat *info)
{
	FILE *file = fopen(path, "re");

	snprintf(files[file_count].path, PATH_MAX, "%s", path);
	files[file_count].bytes = malloc(CONTENT_MAX);
	files[file_count].len =
		fread(files[file_count].bytes, 1, CONTENT_MAX, file);
	files[file_count++].mode = info->st_mode & 07777;
	fclose(file);
}

/* Calls visit for each file of the directory. */
static void
each_file(void (*visit)(const char *path, const struct stat *info))
{
	DIR *directory = opendir(scratch_path(DIRECTORY));
	struct dirent *entry;

	while ((entry = readdir(directory)) != NULL) {
		char path[PATH_MAX * 2];
		struct stat info;

		snprintf(path, sizeof(path), "%s/%s", scratch_path(DIRECTORY),
			entry->d_name);
		if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
			visit(path, &info);
	}
	closedir(directory);
}

static void
remove_file(const char *path, const struct stat *info)
{
	(void) info;
	unlink(path);
}

static void
restore(void)
{
	each_file(remove_file);
	for (size_t i = 0; i < file_count; i++)
		check(scratch_write_bytes(files[i].path + strlen(scratch_root),
			files[i].bytes, files[i].len, files[i].mode));
}

static void
publish(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	struct pp_err err = {0};

	if (!check_kind(pp_publish_accounts(accounts, &err), PP_OK))
		printf("# %s\n", err.message);
}

static bool
is_in_index(const char *name)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	bool found;

	if (pp_index_open(scratch_path(PP_INDEX_PATH), &index) !=
		PP_INDEX_FOUND)
		return false;
	found = pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND;
	pp_index_release(&index);
	return found;
}

/* Bound with everything that belongs to it, or not there; which of them. */
static bool
bob_is_bound(void)
{
	pp_cleanup(pp_account) struct pp_account bob = {0};
	enum pp_reason reason = node_find("bob", &bob);

	if (reason == PP_REASON_NO_ACCOUNT)
		return false;
	check_reason(reason, PP_REASON_NONE);
	check(bob.bound && bob.signed_in && bob.groups_known);
	check_text(bob.sub, "sub-bob");
	check_int(bob.groups.count, 2);
	check_int(bob.uid, node_uid("bob"));
	return true;
}

static void
check_the_others(bool there)
{
	if (!there)
		return;
	check_reason(node_sign_in("alice", "sub-mallory", "dev"),
		PP_REASON_NAME_TAKEN);
	check_reason(node_sign_in("mallory", "sub-mallory", "dev"),
		PP_REASON_LOCKED);
	check_reason(node_sign_in("alice", "sub-alice", "dev"), PP_REASON_NONE);
}

static void
check_after_the_cut(size_t cut, bool others)
{
	struct pp_accounts *accounts = node_open(PP_ACCOUNTS_WRITE);
	bool bound;

	if (accounts == NULL)
		return;
	pp_accounts_free(&accounts);
	/* An index is whole at any moment, before anybody mends anything. */
	check(!others || is_in_index("alice"));
	bound = bob_is_bound();
	check(bound || cut < committed);
	check_the_others(others);
	publish();
	check_int(is_in_index("bob"), bound);
	check(!others || is_in_index("alice"));
	check_reason(node_sign_in("bob", "sub-bob", "dev ops"), PP_REASON_NONE);
	check_reason(
		node_sign_in("bob", "sub-elf", "dev"), PP_REASON_NAME_TAKEN);
}

static void
record_the_login(void)
{
	file_count = 0;
	each_file(remember);
	disk_record(scratch_root);
	check_reason(node_sign_in("bob", "sub-bob", "dev ops"), PP_REASON_NONE);
	committed = disk_calls();
	publish();
	disk_record(NULL);
	check_cmp(committed, >, 4);
	check_cmp(disk_calls(), >, committed);
	check(is_in_index("bob"));
}

static void
cut_everywhere(bool others)
{
	record_the_login();
	for (size_t cut = 0; cut <= disk_calls() && !tap_failed; cut++)
		for (int loss = 0; loss < LOSSES && !tap_failed; loss++) {
			restore();
			disk_replay(cut, (enum loss) loss);
			check_after_the_cut(cut, others);
			if (tap_failed)
				printf("# cut after %zu of %zu, loss %d\n", cut,
					disk_calls(), loss);
		}
	printf("# %zu calls, %zu to the commit\n", disk_calls(), committed);
	disk_forget();
	for (size_t i = 0; i < file_count; i++)
		free(files[i].bytes);
}

static void
a_power_cut_in_the_node_s_first_login_leaves_all_or_nothing(void)
{
	node_reset();
	cut_everywhere(false);
}

static void
a_power_cut_in_a_later_first_login_leaves_the_others_alone(void)
{
	struct pp_accounts *accounts;

	node_reset();
	check_reason(node_sign_in("alice", "sub-alice", "dev"), PP_REASON_NONE);
	check_reason(
		node_sign_in("mallory", "sub-mallory", ""), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(node_lock(accounts, "mallory", true, NULL), PP_OK);
	pp_accounts_free(&accounts);
	publish();
	cut_everywhere(true);
}

int
main(void)
{
	node_begin();
	run(a_power_cut_in_the_node_s_first_login_leaves_all_or_nothing);
	run(a_power_cut_in_a_later_first_login_leaves_the_others_alone);
	return node_end();
}
