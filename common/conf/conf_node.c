/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/root.h>

#include "conf_check.h"

#define HOSTS_MAX ((size_t) 1024 * 1024)

static enum pp_kind
append_once(struct pp_strv *names, const char *name, struct pp_err *err)
{
	if (name == NULL || *name == '\0' || pp_strv_contains(names, name))
		return PP_OK;
	return pp_strv_append(names, name, strlen(name), err);
}

/* Returns the first name of a line of hosts(5) if own is among its names, or
 * NULL. */
static const char *
full_name_in_line(char *line, const char *own)
{
	char *rest = NULL;
	const char *first;
	const char *word;

	line[strcspn(line, "#\n")] = '\0';
	if (strtok_r(line, " \t", &rest) == NULL)
		return NULL;
	first = strtok_r(NULL, " \t", &rest);
	for (word = first; word != NULL; word = strtok_r(NULL, " \t", &rest))
		if (strcmp(word, own) == 0)
			return first;
	return NULL;
}

/* Finds the full name as `hostname -f` does on Debian, but from the file alone,
 * because a resolver would read the network as root. */
static enum pp_kind
append_full_name(const char *root, const char *own, struct pp_strv *names,
	struct pp_err *err)
{
	char path[PATH_MAX];
	char line[1024];
	pp_cleanup(pp_stream) FILE *file = NULL;
	size_t seen = 0;
	enum pp_kind kind = PP_OK;

	pp_root_follow(root, "/etc/hosts", path);
	file = fopen(path, "re");
	while (file != NULL && kind == PP_OK && seen < HOSTS_MAX &&
		fgets(line, sizeof(line), file) != NULL) {
		const char *name;

		seen += strlen(line);
		name = full_name_in_line(line, own);
		if (name != NULL && strchr(name, '.') != NULL)
			kind = append_once(names, name, err);
	}
	return kind;
}

enum pp_kind
pp_conf_node_names(const char *root, struct pp_strv *names, struct pp_err *err)
{
	char own[HOST_NAME_MAX + 1] = "";
	enum pp_kind kind;

	if (gethostname(own, sizeof(own) - 1) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "gethostname");
	kind = append_once(names, own, err);
	if (kind == PP_OK)
		kind = append_full_name(root, own, names, err);
	if (kind != PP_OK || strchr(own, '.') == NULL)
		return kind;
	own[strcspn(own, ".")] = '\0';
	return append_once(names, own, err);
}
