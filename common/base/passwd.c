/* SPDX-License-Identifier: MIT */
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include <playpen/passwd.h>

#define PASSWD "/etc/passwd"
#define LINE_SIZE 4096U

bool
pp_passwd_has(const char *name)
{
	FILE *file = fopen(PASSWD, "re");
	char line[LINE_SIZE];
	struct passwd entry;
	struct passwd *found = NULL;
	bool same = false;

	if (file == NULL)
		return false;
	while (!same &&
		fgetpwent_r(file, &entry, line, sizeof(line), &found) == 0)
		same = strcmp(found->pw_name, name) == 0;
	fclose(file);
	return same;
}
