/* SPDX-License-Identifier: MIT */
#include <pwd.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>

/*
 * secure NAME: whether the kernel says that this program runs with more rights
 * than its caller's, its effective uid, and NAME's home; for the scripts.
 */
int
main(int argc, char **argv)
{
	const struct passwd *user = argc > 1 ? getpwnam(argv[1]) : NULL;

	printf("%lu %u %s\n", getauxval(AT_SECURE), geteuid(),
		user != NULL ? user->pw_dir : "none");
	return 0;
}
