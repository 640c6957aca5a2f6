/* SPDX-License-Identifier: MIT */
#include "pam_stack.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8
#define LINE_SIZE 1024U

static void expand(const struct doctor *doctor, const char *name,
	struct pam_stack *stack, int substack, int depth);

/* Returns the next word, or NULL; a bracket with all that is in it counting as
 * one. */
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

	if (stack->count == PAM_LINES_MAX) {
		stack->broken = true;
		return;
	}
	line = &stack->lines[stack->count++];
	*line = (struct pam_line){.substack = substack,
		.plain = arguments[strspn(arguments, " \t")] == '\0'};
	snprintf(line->control, sizeof(line->control), "%s", control);
	snprintf(line->module, sizeof(line->module), "%s",
		slash != NULL ? slash + 1 : module);
	snprintf(line->text, sizeof(line->text), "%s (%s)",
		slash != NULL ? slash + 1 : module, control);
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

/* Returns what one result does in a control that has brackets, "" if nothing is
 * said. */
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

/* Returns how many lines success jumps over: INT_MAX if it ends the stack, 0 if
 * the next line has its turn. */
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
	return isdigit((unsigned char) action[0]) != 0
		       ? (int) strtol(action, NULL, 10)
		       : 0;
}

static const struct pam_line *
find_playpen_line(const struct pam_stack *stack)
{
	for (size_t i = 0; i < stack->count; i++)
		if (strcmp(stack->lines[i].module, PAM_MODULE) == 0)
			return &stack->lines[i];
	return NULL;
}

bool
pam_stack_is_good_auth(const struct pam_stack *stack)
{
	const struct pam_line *own = stack->own;
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

bool
pam_stack_is_good_account(const struct pam_stack *stack)
{
	const struct pam_line *own = stack->own;

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

const struct pam_line *
pam_stack_find_bypass(const struct pam_stack *stack)
{
	const struct pam_line *own = stack->own;

	for (const struct pam_line *line = stack->lines; line < own; line++) {
		int jump = success_jump(line->control);

		if ((line->substack == own->substack || line->substack == 0) &&
			(jump == INT_MAX || jump >= own - line) &&
			!is_local_user(line))
			return line;
	}
	return NULL;
}

bool
pam_stack_has_unix_first(const struct pam_stack *stack)
{
	const struct pam_line *line = stack->lines;

	while (line < stack->own && strcmp(line->module, "pam_unix.so") != 0)
		line++;
	return line < stack->own;
}

static void
read_stack(const struct doctor *doctor, const char *service, const char *type,
	struct pam_stack *stack)
{
	*stack = (struct pam_stack){.type = type};
	expand(doctor, service, stack, 0, 0);
	stack->own = find_playpen_line(stack);
}

struct pam_stacks *
pam_stacks_read(const struct doctor *doctor)
{
	static const char *const names[PAM_SERVICES_MAX] = {"sshd", "login",
		"sudo", "sudo-i", "su", "su-l", "cron", "systemd-user"};
	struct pam_stacks *stacks = calloc(1, sizeof(*stacks));

	for (size_t i = 0; stacks != NULL && i < PAM_SERVICES_MAX; i++) {
		pp_cleanup(pp_stream) FILE *file =
			open_service(doctor, names[i]);
		struct pam_service *service = &stacks->services[stacks->count];

		if (file == NULL)
			continue;
		stacks->count++;
		service->name = names[i];
		read_stack(doctor, names[i], "auth", &service->auth);
		read_stack(doctor, names[i], "account", &service->account);
		read_stack(doctor, names[i], "session", &service->session);
	}
	return stacks;
}
