/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <playpen/accounts/accounts.h>
#include <playpen/runtime/run.h>

/*
 * What playpen-policy would have done to a node below ROOT, for the tests of
 * the command:
 *
 *	node ROOT sign-in NAME SUBJECT CLAIMS|unknown DAYS-AGO
 *	node ROOT wait NAME SOURCE COMMAND...   (waits as long as COMMAND runs)
 */

#define TTL 86400

static int
complain(const char *what)
{
	fprintf(stderr, "node: %s\n", what);
	return EXIT_FAILURE;
}

static int
sign_in(const char *root, char **words)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	pp_cleanup(pp_strv) struct pp_strv claims = {0};
	int64_t now = time(NULL) - atoll(words[3]) * TTL;
	const struct pp_sign_in sign_in = {.purpose = PP_FOR_SIGN_IN,
		.name = words[0],
		.username = words[0],
		.iss = "https://dex.example/dex",
		.sub = words[1],
		.connector = "local",
		.gecos = "A \xc3\xa9 Person",
		.groups_known = strcmp(words[2], "unknown") != 0,
		.claims = &claims,
		.now = now,
		.groups_expire_at = now + TTL};
	struct pp_err err = {0};

	if (pp_strv_append_words(&claims, words[2], &err) != PP_OK ||
		pp_conf_load(root, &conf, &err) != PP_OK ||
		pp_accounts_open(root, conf, PP_ACCOUNTS_WRITE, &accounts,
			&err) != PP_OK ||
		pp_accounts_sign_in(accounts, &sign_in, &result, &err) !=
			PP_OK) {
		fprintf(stderr, "node: %s: %s\n", pp_reason_word(err.reason),
			err.message);
		return EXIT_FAILURE;
	}
	return result.stored ? EXIT_SUCCESS : complain("nothing was stored");
}

static int
wait_for(const char *root, char **words)
{
	const int64_t at = 3; /* not the first: free slots come before it */
	struct pp_run_slot slot = {.bound = false};
	struct flock lock = {.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = at,
		.l_len = 1};
	char path[PATH_MAX];
	int status = 0;
	struct pp_err err;
	int fd;
	pid_t child;

	snprintf(path, sizeof(path), "%s" PP_RUN_SLOTS "/" PP_RUN_POOL_REMOTE, root);
	snprintf(slot.name, sizeof(slot.name), "%s", words[0]);
	snprintf(slot.source, sizeof(slot.source), "%s", words[1]);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || pp_run_write_slot(fd, at, &slot, &err) != PP_OK ||
		fcntl(fd, F_OFD_SETLK, &lock) != 0)
		return complain(strerror(errno));
	child = fork();
	if (child == 0) {
		execvp(words[2], words + 2);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return complain(strerror(errno));
	return WEXITSTATUS(status);
}

int
main(int count, char **words)
{
	if (count == 7 && strcmp(words[2], "sign-in") == 0)
		return sign_in(words[1], words + 3);
	if (count > 5 && strcmp(words[2], "wait") == 0)
		return wait_for(words[1], words + 3);
	return complain("usage: see the source");
}
