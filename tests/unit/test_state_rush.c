/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>

#include "tests/unit/node.h"

/* Many first logins at once, each a process of its own, as sshd has them. */

#define PEOPLE 50

static int
sign_in_and_publish(int number)
{
	pp_auto(pp_state) struct pp_state *state = NULL;
	char name[16], sub[16];

	snprintf(name, sizeof(name), "person%d", number);
	snprintf(sub, sizeof(sub), "sub%d", number);
	tap_failed = false;
	if (node_sign_in(name, sub, "dev ops") != PP_REASON_NONE || tap_failed)
		return 1;
	state = node_open(true);
	return pp_state_publish(state, NULL) == PP_OK ? 0 : 2;
}

static void
check_person(const struct pp_index *index, int number)
{
	pp_auto(pp_account) struct pp_account account = {0};
	struct pp_index_user user = {0};
	char name[16], sub[16];

	snprintf(name, sizeof(name), "person%d", number);
	snprintf(sub, sizeof(sub), "sub%d", number);
	check(node_find(name, &account) == PP_REASON_NONE);
	check_text(account.sub, sub);
	check(account.groups.count == 2);
	check(pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND);
	check(user.uid == account.uid && user.group_count == 2);
	check(account.uid == node_uid(name));
}

static void
fifty_first_logins_at_once_lose_nobody(void)
{
	struct pp_index *index = NULL;
	pid_t children[PEOPLE];

	node_reset();
	for (int i = 0; i < PEOPLE; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(sign_in_and_publish(i));
	}
	for (int i = 0; i < PEOPLE; i++) {
		int status = -1;

		check(waitpid(children[i], &status, 0) == children[i]);
		check(status == 0);
	}
	check(pp_index_map(scratch_path(PP_INDEX_PATH), &index) ==
		PP_INDEX_FOUND);
	if (index == NULL)
		return;
	check(pp_index_user_count(index) == PEOPLE);
	for (int i = 0; i < PEOPLE; i++)
		check_person(index, i);
	pp_index_release(&index);
}

int
main(void)
{
	node_begin();
	run(fifty_first_logins_at_once_lose_nobody);
	return node_end();
}
