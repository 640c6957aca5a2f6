/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

/*
 * The stacks as libpam puts them together (pam.conf(5)): lines of a service's
 * file with what @include, include and substack bring. What pam_playpen's lines
 * promise holds for the controls that a package installs, and for no others.
 */

#define LINES_MAX 256U
#define DEPTH_MAX 8
#define LINE_SIZE 1024U
#define MODULE "pam_playpen.so"

struct pam_line {
	char control[128]; /* one blank between words, brackets kept */
	char module[64];   /* without its directory */
	bool plain;        /* the module has no arguments */
	int substack;      /* the substack's number, 0 for none: what ends or
			   jumps in one stays in it */
};

struct pam_stack {
	const char *type;
	struct pam_line lines[LINES_MAX];
	size_t count;
	int substacks;
	bool broken; /* a file is missing, or it is too much */
};

static void expand(const struct doctor *doctor, const char *name,
	struct pam_stack *stack, int substack, int depth);

/* The next word, a bracket with all that is in it counting as one. */
static char *
next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	char *end;

	if (*word == '\0')
		return NULL;
	end = *word == '[' ? strchr(word, ']') : word + strcspn(word, " \t");
	if (end == NULL)
		return NULL;
	end += *end == ']';
	*at = end + (*end != '\0');
	*end = '\0';
	return word;
}

static void
add_line(struct pam_stack *stack, const char *control, const char *module,
	const char *arguments, int substack)
{
	const char *slash = strrchr(module, '/');
	struct pam_line *line;

	if (stack->count == LINES_MAX) {
		stack->broken = true;
		return;
	}
	line = &stack->lines[stack->count++];
	*line = (struct pam_line){.substack = substack,
		.plain = arguments[strspn(arguments, " \t")] == '\0'};
	snprintf(line->control, sizeof(line->control), "%s", control);
	snprintf(line->module, sizeof(line->module), "%s",
		slash != NULL ? slash + 1 : module);
}

static void
parse_line(const struct doctor *doctor, char *text, struct pam_stack *stack,
	int substack, int depth)
{
	const char *type = next_word(&text);
	const char *control = type != NULL ? next_word(&text) : NULL;
	const char *module;

	if (control == NULL)
		return;
	if (strcmp(type, "@include") == 0) {
		expand(doctor, control, stack, substack, depth + 1);
		return;
	}
	type += *type == '-';
	module = next_word(&text);
	if (module == NULL || strcasecmp(type, stack->type) != 0)
		return;
	if (strcmp(control, "include") == 0)
		expand(doctor, module, stack, substack, depth + 1);
	else if (strcmp(control, "substack") == 0)
		expand(doctor, module, stack, ++stack->substacks, depth + 1);
	else
		add_line(stack, control, module, text, substack);
}

static FILE *
open_service(const struct doctor *doctor, const char *name)
{
	static const char *const places[] = {"/etc/pam.d", "/usr/lib/pam.d"};
	char path[PATH_MAX];
	FILE *file = NULL;

	for (size_t i = 0; file == NULL && i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", places[i], name);
		file = doctor_open(doctor, path);
	}
	return file;
}

static void
expand(const struct doctor *doctor, const char *name, struct pam_stack *stack,
	int substack, int depth)
{
	pp_cleanup(pp_stream) FILE *file = open_service(doctor, name);
	char line[LINE_SIZE] = "";
	size_t used = 0;

	if (file == NULL || depth > DEPTH_MAX) {
		stack->broken = true;
		return;
	}
	while (fgets(line + used, (int) (sizeof(line) - used), file) != NULL) {
		line[strcspn(line, "#\n")] = '\0';
		used = strlen(line);
		if (used > 0 && line[used - 1] == '\\') {
			line[used - 1] = ' ';
			continue;
		}
		parse_line(doctor, line, stack, substack, depth);
		used = 0;
	}
}

/* What one result does in a control that has brackets, "" for nothing said. */
static void
find_action(const char *control, const char *result, char *ret, size_t size)
{
	size_t len = strlen(result);

	ret[0] = '\0';
	for (const char *at = control; *at != '\0';) {
		at += strspn(at, "[] \t");
		if (strncmp(at, result, len) == 0 && at[len] == '=') {
			at += len + 1;
			snprintf(ret, size, "%.*s", (int) strcspn(at, "] \t"),
				at);
		}
		at += strcspn(at, " \t]");
	}
}

static bool
has_action(const char *control, const char *result, const char *wanted)
{
	char action[16];

	find_action(control, result, action, sizeof(action));
	return strcmp(action, wanted) == 0;
}

static int
count_actions(const char *control)
{
	int count = 0;

	for (; *control != '\0'; control++)
		count += *control == '=';
	return count;
}

/*
 * How many lines success jumps over: INT_MAX when it ends the stack, 0 when the
 * next line has its turn.
 */
static int
success_jump(const char *control)
{
	char action[16];

	if (strcmp(control, "sufficient") == 0)
		return INT_MAX;
	find_action(control, "success", action, sizeof(action));
	if (action[0] == '\0')
		find_action(control, "default", action, sizeof(action));
	if (strcmp(action, "done") == 0)
		return INT_MAX;
	return isdigit((unsigned char) action[0]) != 0 ? atoi(action) : 0;
}

static const struct pam_line *
find_playpen_line(const struct pam_stack *stack)
{
	for (size_t i = 0; i < stack->count; i++)
		if (strcmp(stack->lines[i].module, MODULE) == 0)
			return &stack->lines[i];
	return NULL;
}

/* Success must jump over what refuses, to a line that is there. */
static bool
is_good_auth(const struct pam_stack *stack, const struct pam_line *own)
{
	size_t jump = (size_t) success_jump(own->control);
	size_t at = (size_t) (own - stack->lines);

	if (jump == 0 || jump == INT_MAX || at + jump + 1 >= stack->count ||
		stack->lines[at + jump + 1].substack != own->substack)
		return false;
	return strcmp(stack->lines[at + jump + 1].module, "pam_deny.so") != 0 &&
	       has_action(own->control, "ignore", "ignore") &&
	       has_action(own->control, "default", "die") &&
	       count_actions(own->control) == 3;
}

static bool
is_good_account(const struct pam_line *own)
{
	return has_action(own->control, "success", "ok") &&
	       has_action(own->control, "new_authtok_reqd", "ok") &&
	       has_action(own->control, "ignore", "ignore") &&
	       has_action(own->control, "default", "die") &&
	       count_actions(own->control) == 4;
}

/*
 * Returns true for pam_localuser as the profile has it: it succeeds for a name
 * in /etc/passwd, which is never a playpen user's. With arguments it goes by
 * other names.
 */
static bool
is_local_user(const struct pam_line *line)
{
	return strcmp(line->module, "pam_localuser.so") == 0 && line->plain &&
	       success_jump(line->control) != INT_MAX &&
	       has_action(line->control, "default", "ignore") &&
	       count_actions(line->control) == 2;
}

/* Returns the line before pam_playpen whose success would skip it, or NULL. */
static const struct pam_line *
find_bypass(const struct pam_stack *stack, const struct pam_line *own)
{
	for (const struct pam_line *line = stack->lines; line < own; line++) {
		int jump = success_jump(line->control);

		if ((line->substack == own->substack || line->substack == 0) &&
			(jump == INT_MAX || jump >= own - line) &&
			!is_local_user(line))
			return line;
	}
	return NULL;
}

static void
check_auth(struct doctor *doctor, const char *check,
	const struct pam_stack *stack, const struct pam_line *own)
{
	const struct pam_line *first = stack->lines;

	while (first < own && strcmp(first->module, "pam_unix.so") != 0)
		first++;
	if (!is_good_auth(stack, own))
		doctor_report(doctor, DOCTOR_FAULT, check,
			"It must be [success=N ignore=ignore default=die], N leading behind pam_deny: pam-auth-update writes it so.",
			"auth has %s with the control %s", MODULE,
			own->control);
	else if (first < own)
		doctor_report(doctor, DOCTOR_WARNING, check,
			"Playpen users are asked for a password first; the line of pam_playpen belongs before it.",
			"auth has pam_unix.so before %s", MODULE);
}

static void
check_account(struct doctor *doctor, const char *check,
	const struct pam_stack *stack, const struct pam_line *own)
{
	const struct pam_line *bypass = find_bypass(stack, own);

	if (!is_good_account(own))
		doctor_report(doctor, DOCTOR_FAULT, check,
			"It must be [success=ok new_authtok_reqd=ok ignore=ignore default=die], or a refusal may become a success.",
			"account has %s with the control %s", MODULE,
			own->control);
	if (bypass != NULL)
		doctor_report(doctor, DOCTOR_FAULT, check,
			"Move our line before it: binding, locks and groups are looked at nowhere else.",
			"account has %s (%s), which can pass %s by",
			bypass->module, bypass->control, MODULE);
}

static void
read_stack(const struct doctor *doctor, const char *service, const char *type,
	struct pam_stack *stack)
{
	*stack = (struct pam_stack){.type = type};
	expand(doctor, service, stack, 0, 0);
}

/* The stacks of one service that has a file; only sshd has to have us. */
static void
check_service(
	struct doctor *doctor, const char *service, struct pam_stack stacks[2])
{
	int64_t faults = doctor->counts[DOCTOR_FAULT];
	int64_t warnings = doctor->counts[DOCTOR_WARNING];
	const struct pam_line *auth;
	const struct pam_line *account;
	char check[32];

	snprintf(check, sizeof(check), "PAM %s", service);
	read_stack(doctor, service, "auth", &stacks[0]);
	read_stack(doctor, service, "account", &stacks[1]);
	auth = find_playpen_line(&stacks[0]);
	account = find_playpen_line(&stacks[1]);
	if (stacks[0].broken || stacks[1].broken)
		doctor_report(doctor, DOCTOR_WARNING, check,
			"libpam refuses all users where a file is missing.",
			"a file that it includes cannot be read, or it is too long");
	if (auth == NULL && account == NULL) {
		doctor_report(doctor,
			strcmp(service, "sshd") == 0 ? DOCTOR_FAULT
						     : DOCTOR_WARNING,
			check,
			"pam-auth-update --enable playpen puts it into all stacks.",
			"%s is not in it: playpen users cannot use it", MODULE);
		return;
	}
	/* systemd-user has no auth lines at all. */
	if ((auth == NULL && stacks[0].count > 0) || account == NULL)
		doctor_report(doctor, DOCTOR_FAULT, check,
			"Both are needed: auth asks, account decides, for SSH keys and cron too.",
			"%s is in %s and not in %s", MODULE,
			auth != NULL ? "auth" : "account",
			auth != NULL ? "account" : "auth");
	if (auth != NULL)
		check_auth(doctor, check, &stacks[0], auth);
	if (account != NULL)
		check_account(doctor, check, &stacks[1], account);
	if (doctor->counts[DOCTOR_FAULT] == faults &&
		doctor->counts[DOCTOR_WARNING] == warnings)
		doctor_report(doctor, DOCTOR_OK, check, NULL,
			"%s stands where it should", MODULE);
}

void
doctor_pam(struct doctor *doctor)
{
	static const char *const services[] = {"sshd", "login", "sudo",
		"sudo-i", "su", "su-l", "cron", "systemd-user"};
	struct pam_stack *stacks = calloc(2, sizeof(*stacks));

	if (!doctor_exists(doctor,
		    "/{lib,lib64,usr/lib,usr/lib64}/security/" MODULE) &&
		!doctor_exists(doctor, "/{lib,usr/lib}/*/security/" MODULE))
		doctor_report(doctor, DOCTOR_FAULT, "PAM",
			"make install, or configure --with-pamdir, puts it there.",
			"%s is in no directory of PAM modules", MODULE);
	for (size_t i = 0; stacks != NULL && i < PP_COUNT(services); i++) {
		pp_cleanup(pp_stream) FILE *file =
			open_service(doctor, services[i]);

		if (file != NULL)
			check_service(doctor, services[i], stacks);
	}
	free(stacks);
}
