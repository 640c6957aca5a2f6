/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle.h"
#include "enroll_files.h"
#include "fleet.h"

/*
 * `enroll`, `unenroll`: the bundle is read and checked here, where no shell
 * sees it; packaging/enroll does the steps, and takes them back. If the script
 * is killed, this process has the steps taken back.
 */

#define SCRIPT PP_DATA_DIR "/enroll"
#define WORDS_MAX 8U

extern char **environ;

/* Runs the script with these words. Returns its exit status, or -1 if it was
 * ended by a signal or cannot be started. */
static int
run_script(struct ctl *ctl, const char *const *words)
{
	char *argv[WORDS_MAX + 2] = {(char *) SCRIPT};
	posix_spawnattr_t attributes;
	sigset_t defaults;
	pid_t pid;
	int status;
	int failed;

	for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++)
		argv[i + 1] = (char *) words[i];
	if (posix_spawnattr_init(&attributes) != 0)
		return -1;
	sigfillset(&defaults);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	failed = posix_spawn(&pid, SCRIPT, NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (failed != 0) {
		errno = failed;
		ctl_error(ctl, SCRIPT ": %s", strerror(failed));
		return -1;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Ignores what ends a terminal or a connection: that ends the script alone, and
 * this process has the steps taken back. */
static void
outlive_the_script(void)
{
	(void) signal(SIGINT, SIG_IGN);
	(void) signal(SIGTERM, SIG_IGN);
	(void) signal(SIGHUP, SIG_IGN);
	(void) signal(SIGQUIT, SIG_IGN);
	(void) signal(SIGPIPE, SIG_IGN);
}

/* Returns true if the script has said what became of the node. */
static bool
is_answer(int status)
{
	return status == 0 || status == CTL_EXIT_FAILED ||
	       status == CTL_EXIT_TAKEN_BACK;
}

/* Has taken back what a script began that was killed. One that had done its
 * last step is run again, for what doctor says. Returns the exit status. */
static int
end_killed(struct ctl *ctl, const char *const *words, const char *stage)
{
	const char *const undo[] = {"undo", stage, NULL};
	int status = run_script(ctl, undo);

	if (status == 0)
		status = run_script(ctl, words);
	else
		ctl_error(ctl, "ended before the last step");
	if (is_answer(status))
		return status;
	ctl_error(ctl,
		"what was begun could not be taken back: run it again, or playpenctl unenroll");
	return CTL_EXIT_TAKEN_BACK;
}

/* Runs the steps. The exit status is that of doctor, or CTL_EXIT_TAKEN_BACK. */
static void
run_steps(struct ctl *ctl, const char *const *words, const char *stage)
{
	int status = run_script(ctl, words);

	ctl->status =
		is_answer(status) ? status : end_killed(ctl, words, stage);
}

/* Has a run taken back that was killed with the process that waited for it:
 * what it left is not taken for this node's own, its uid key above all. */
static enum pp_kind
end_earlier(struct ctl *ctl, struct pp_err *err)
{
	static const char *const undo[] = {"undo", "", NULL};

	if (!is_answer(run_script(ctl, undo)))
		return pp_fail(err, PP_REASON_SYSTEM,
			"an earlier run was killed, and could not be taken back");
	enroll_stages_sweep();
	return PP_OK;
}

static enum pp_kind
read_bundles(struct ctl *ctl, struct bundle *bundle, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < ctl->args.operand_count && kind == PP_OK; i++)
		kind = bundle_read(bundle, args_operand(&ctl->args, i), err);
	return kind;
}

/* Returns false, and complains, for options that do not belong together, or for
 * another root. */
static bool
check_call(struct ctl *ctl)
{
	bool issuer = args_option(&ctl->args, "--issuer") != NULL;

	if (ctl->root[0] != '\0')
		ctl_usage_error(ctl,
			"this is for a running node; in another root, run chroot DIR playpenctl %s",
			"enroll --offline FILE");
	else if (issuer != (args_option(&ctl->args, "--connectors") != NULL))
		ctl_usage_error(
			ctl, "--issuer and --connectors belong together");
	else if (!issuer &&
		 (args_option(&ctl->args, "--allow-http") != NULL ||
			 args_option(&ctl->args, "--allow-new-users") != NULL))
		ctl_usage_error(ctl,
			"--allow-http and --allow-new-users belong to --issuer");
	else
		return true;
	return false;
}

enum pp_kind
cmd_enroll(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(bundle) struct bundle bundle = {0};
	pp_cleanup(enroll_stage) struct enroll_stage stage = {0};
	const char *offline = args_option(&ctl->args, "--offline");
	bool check = args_option(&ctl->args, "--check") != NULL;
	struct pp_err cause = {0};
	enum pp_kind kind;

	(void) err;
	if (!check_call(ctl))
		return PP_OK;
	outlive_the_script();
	kind = read_bundles(ctl, &bundle, &cause);
	if (kind == PP_OK && !check)
		kind = end_earlier(ctl, &cause);
	if (kind == PP_OK)
		kind = enroll_stage_make(ctl, &bundle, &stage, &cause);
	if (kind != PP_OK) {
		ctl_error(ctl, "%s", cause.message);
		ctl->status = CTL_EXIT_TAKEN_BACK;
	} else {
		const char *file = stage.conf->secret_file;
		const char *const words[] = {check ? "check" : "run",
			offline != NULL ? "--offline" : "--online", stage.path,
			stage.conf->uid_key_file,
			file != NULL && file[0] != '\0' ? file : ENROLL_SECRET,
			NULL};

		ctl->unchanged = check;
		run_steps(ctl, words, stage.path);
	}
	return PP_OK;
}

enum pp_kind
cmd_unenroll(struct ctl *ctl, struct pp_err *err)
{
	const char *const words[] = {"leave",
		args_option(&ctl->args, "--purge") != NULL ? "--purge" : NULL,
		NULL};

	(void) err;
	if (!check_call(ctl))
		return PP_OK;
	outlive_the_script();
	ctl->status = run_script(ctl, words) == 0 ? 0 : CTL_EXIT_FAILED;
	return PP_OK;
}
