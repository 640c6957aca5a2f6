/* SPDX-License-Identifier: MIT */
#include <playpen/runtime/sudo_line.h>

#include "tests/tap.h"

/* A line without its last zero byte, which the literal has. */
#define FORBIDS(line) pp_sudo_line_forbids_prompts(line, sizeof(line))

static void
n_before_the_command_forbids_prompts(void)
{
	check(FORBIDS("sudo\0-n\0true"));
	check(FORBIDS("sudo\0--non-interactive\0true"));
	check(FORBIDS("sudo\0--non\0true"));
	check(FORBIDS("sudo\0-An\0true"));
	check(FORBIDS("sudo\0-u\0root\0-n\0true"));
	check(FORBIDS("sudo\0-uroot\0-n\0true"));
	check(FORBIDS("sudo\0--user\0root\0-n\0true"));
	check(FORBIDS("sudo\0--user=root\0-n\0true"));
	check(FORBIDS("sudo\0A=b\0-n\0true"));
	check(FORBIDS("sudo-rs\0-n\0-l"));
}

static void
n_elsewhere_forbids_none(void)
{
	check(!FORBIDS("sudo\0true"));
	check(!FORBIDS("sudo\0true\0-n"));
	check(!FORBIDS("sudo\0--\0-n"));
	check(!FORBIDS("sudo\0-u\0-n\0true"));
	check(!FORBIDS("sudo\0-un\0true"));
	check(!FORBIDS("sudo\0--user\0-n\0true"));
	check(!FORBIDS("sudo\0-p\0-n\0-k\0true"));
	check(!FORBIDS("-n\0true"));
	check(!FORBIDS(""));
	check(!pp_sudo_line_forbids_prompts("", 0));
}

static void
what_was_cut_off_is_not_looked_at(void)
{
	check(!pp_sudo_line_forbids_prompts("sudo\0-n", strlen("sudo") + 3));
	check(pp_sudo_line_forbids_prompts("sudo\0-n", strlen("sudo") + 4));
}

int
main(void)
{
	run(n_before_the_command_forbids_prompts);
	run(n_elsewhere_forbids_none);
	run(what_was_cut_off_is_not_looked_at);
	return tap_end();
}
