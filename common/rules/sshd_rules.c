/* SPDX-License-Identifier: MIT */
#include "sshd_rules.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 16U /* as in sshd itself */
#define DIRECTORY "/etc/ssh/"

/* Takes the next word, less its quotes. A comment ends the line. Returns NULL
 * at the end. */
static char *
take_word(char **rest, const char *separators)
{
	char *word = *rest + strspn(*rest, separators);
	char *end;

	if (word[0] == '\0' || word[0] == '#')
		return NULL;
	if (word[0] == '"') {
		word++;
		end = word + strcspn(word, "\"\n");
	} else {
		end = word + strcspn(word, separators);
	}
	*rest = *end != '\0' ? end + 1 : end;
	*end = '\0';
	return word;
}

/* Visits a list of patterns between commas. */
static void
visit_list(struct rule_walk *walk, const char *keyword, char *list)
{
	char *word;

	while ((word = strsep(&list, ",")) != NULL)
		pp_rule_walk_visit(walk, keyword, word + strspn(word, "!"));
}

/* Takes the criteria of Match: "Group LIST", or "Group=LIST". */
static void
take_match(struct rule_walk *walk, char *rest)
{
	bool is_list = false;
	char *word;

	while ((word = take_word(&rest, " \t\r\n=")) != NULL) {
		if (is_list)
			visit_list(walk, "Match Group", word);
		is_list = !is_list && strcasecmp(word, "group") == 0;
	}
}

/* Reads the files that Include names. */
static void
take_include(struct rule_walk *walk, const char *word)
{
	char path[PATH_MAX];

	if (walk->depth >= DEPTH_MAX) {
		walk->incomplete = true;
		return;
	}
	walk->depth++;
	snprintf(path, sizeof(path), "%s%s", word[0] == '/' ? "" : DIRECTORY,
		word);
	pp_rule_walk_files(walk, path, pp_sshd_rules_take_line);
	walk->depth--;
}

void
pp_sshd_rules_take_line(struct rule_walk *walk, char *line)
{
	char *rest = line;
	const char *keyword = take_word(&rest, " \t\r\n=");
	char *word;

	if (keyword == NULL)
		return;
	if (strcasecmp(keyword, "Match") == 0)
		take_match(walk, rest);
	while ((word = take_word(&rest, " \t\r\n=")) != NULL) {
		if (strcasecmp(keyword, "AllowGroups") == 0)
			visit_list(walk, "AllowGroups", word);
		else if (strcasecmp(keyword, "DenyGroups") == 0)
			visit_list(walk, "DenyGroups", word);
		else if (strcasecmp(keyword, "Include") == 0)
			take_include(walk, word);
		else
			return;
	}
}
