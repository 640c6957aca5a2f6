/* SPDX-License-Identifier: MIT */
#include "ask_person.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/clock.h>

#define CODE_MAX 4096U

extern char **environ;

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && *value != '\0';
}

bool
ask_person_has_display(void)
{
	return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
}

int
ask_person_open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/* Starts xdg-open. The browser's own messages are not for this terminal. */
static bool
start_browser(const char *address)
{
	char program[] = "xdg-open";
	char *const arguments[] = {program, (char *) address, NULL};
	posix_spawn_file_actions_t actions;
	bool started;
	pid_t pid;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	started = posix_spawn_file_actions_addopen(
			  &actions, 0, "/dev/null", O_RDWR, 0) == 0 &&
		  posix_spawn_file_actions_adddup2(&actions, 0, 1) == 0 &&
		  posix_spawn_file_actions_adddup2(&actions, 0, 2) == 0 &&
		  posix_spawnp(&pid, program, &actions, NULL, arguments,
			  environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return started;
}

void
ask_person_to_open(const char *address, bool start)
{
	bool started = start && start_browser(address);

	fprintf(stderr,
		started ? "Sign in in the browser. If none has opened, open this address on this machine:\n\n  %s\n\n"
		: start ? "Open this address in a browser on this machine:\n\n  %s\n\n"
			: "Open this address in any browser, sign in, and paste the code that it shows:\n\n  %s\n\n",
		address);
}

/* Takes what was read; returns true if the line is whole. */
static enum pp_kind
take_bytes(int terminal, struct pp_secret *line, bool *ret_whole,
	struct pp_err *err)
{
	char bytes[512];
	ssize_t got = read(terminal, bytes, sizeof(bytes));
	char *end;
	enum pp_kind kind;

	if (got < 0 && errno == EINTR)
		return PP_OK;
	if (got <= 0)
		return pp_fail(err, PP_REASON_CANCELLED, "no code was pasted");
	end = memchr(bytes, '\n', (size_t) got);
	*ret_whole = end != NULL;
	kind = pp_secret_append(line, bytes,
		end != NULL ? (size_t) (end - bytes) : (size_t) got, err);
	explicit_bzero(bytes, sizeof(bytes));
	return kind;
}

enum pp_kind
ask_person_for_code(int terminal, bool again, int64_t deadline_ms, int peer,
	struct pp_secret *ret_code, struct pp_err *err)
{
	struct pollfd fds[] = {{.fd = terminal, .events = POLLIN},
		{.fd = peer, .events = POLLIN}};
	bool whole = false;
	enum pp_kind kind = PP_OK;

	dprintf(terminal,
		"%sCode: ", again ? "The code was not accepted. " : "");
	ret_code->max = CODE_MAX;
	while (kind == PP_OK && !whole) {
		if (pp_clock_until(&pp_clock_system, deadline_ms, 1) == 0)
			return pp_fail(err, PP_REASON_DEADLINE,
				"no code was pasted in time");
		(void) poll(fds, PP_COUNT(fds),
			pp_clock_until(&pp_clock_system, deadline_ms, 1000));
		if (fds[1].revents != 0)
			return pp_fail(err, PP_REASON_PEER_GONE,
				"playpen-oidc has ended the sign-in");
		if (fds[0].revents != 0)
			kind = take_bytes(terminal, ret_code, &whole, err);
	}
	return kind;
}
