/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/conf/conf_value.h"
#include "common/conf/settings.h"
#include "tests/tap.h"

#define LINE 512

/* What playpen.conf(5) documents: section titles and the keys below them. */
static struct {
	char section[64];
	char key[64];
	char text[4096]; /* the paragraph, for its default */
} documented[PP_CONF_SETTINGS_MAX + 1];
static size_t documented_count;

static void
read_section(const char *line, char *section)
{
	char *out = section;

	for (const char *at = line + strlen(".SS ["); *at != '\0'; at++) {
		if (*at == ']' || *at == '\n')
			break;
		if (strncmp(at, "\\(dq", 4) == 0) {
			*out++ = '"';
			at += 3;
			continue;
		}
		*out++ = *at;
	}
	*out = '\0';
}

/* A key is the .B line after a .TP. */
static void
read_manual(void)
{
	char path[LINE];
	char line[LINE];
	char section[64] = "";
	bool tag = false;
	const char *srcdir = getenv("srcdir");
	FILE *file;

	snprintf(path, sizeof(path), "%s/man/playpen.conf.5",
		srcdir != NULL ? srcdir : ".");
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, ".SH", 3) == 0)
			section[0] = '\0';
		if (strncmp(line, ".SS [", 5) == 0)
			read_section(line, section);
		else if (tag && section[0] != '\0' &&
			 strncmp(line, ".B ", 3) == 0 &&
			 documented_count < PP_CONF_SETTINGS_MAX) {
			strcpy(documented[documented_count].section, section);
			snprintf(documented[documented_count++].key, 64,
				"%.63s", line + 3);
		} else if (documented_count > 0 && section[0] != '\0')
			strncat(documented[documented_count - 1].text, line,
				4095 - strlen(documented[documented_count - 1]
						       .text));
		tag = strcmp(line, ".TP") == 0;
	}
	if (file != NULL)
		fclose(file);
}

static bool
is_key(const char *section, const char *name)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++)
		if (strcmp(pp_conf_section_title(pp_conf_settings[i].section),
			    section) == 0 &&
			strcmp(pp_conf_settings[i].name, name) == 0)
			return true;
	return false;
}

static const char *
documented_text(const struct pp_conf_setting *key)
{
	for (size_t i = 0; i < documented_count; i++)
		if (strcmp(documented[i].section,
			    pp_conf_section_title(key->section)) == 0 &&
			strcmp(documented[i].key, key->name) == 0)
			return documented[i].text;
	return NULL;
}

static void
every_key_is_in_the_manual(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++)
		if (!check(documented_text(&pp_conf_settings[i]) != NULL))
			printf("# [%s] %s\n",
				pp_conf_section_title(
					pp_conf_settings[i].section),
				pp_conf_settings[i].name);
}

static void
every_bound_is_in_the_manual(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		const char *text = documented_text(&pp_conf_settings[i]);
		bool said = text != NULL && strstr(text, "Range: ") != NULL;

		if (!check(said == (pp_conf_settings[i].max > 0)))
			printf("# [%s] %s\n",
				pp_conf_section_title(
					pp_conf_settings[i].section),
				pp_conf_settings[i].name);
	}
}

static void
every_documented_key_exists(void)
{
	check(documented_count == pp_conf_setting_count);
	for (size_t i = 0; i < documented_count; i++)
		if (!check(is_key(documented[i].section, documented[i].key)))
			printf("# [%s] %s\n", documented[i].section,
				documented[i].key);
}

/* Lists of algorithms are said in words there. */
static void
every_default_is_in_the_manual(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		const struct pp_conf_setting *key = &pp_conf_settings[i];
		const char *text = documented_text(key);

		if (key->initial == NULL || key->initial[0] == '\0' ||
			strcmp(key->name, "algorithms") == 0)
			continue;
		if (!check(text != NULL && strstr(text, "Default:") != NULL &&
			    strstr(strstr(text, "Default:"), key->initial) !=
				    NULL))
			printf("# %s: default %s\n", key->name, key->initial);
	}
}

static void
every_default_is_a_valid_value(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		union {
			struct pp_conf conf;
			struct pp_conf_pam_service service;
			struct pp_conf_service_account account;
		} place;
		struct pp_err err = {0};

		memset(&place, 0, sizeof(place));
		if (pp_conf_settings[i].initial != NULL &&
			!check(pp_conf_value_set(&pp_conf_settings[i], &place,
				       pp_conf_settings[i].initial,
				       &err) == PP_OK))
			printf("# %s\n", err.message);
		pp_conf_value_free(&pp_conf_settings[i], &place);
	}
}

static void
no_two_keys_share_a_name_or_a_place(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct pp_conf_setting *a = &pp_conf_settings[i];
			const struct pp_conf_setting *b = &pp_conf_settings[j];
			bool other_base =
				a->section != b->section &&
				(a->section >= PP_CONF_PAM_SERVICE ||
					b->section >= PP_CONF_PAM_SERVICE);

			check(a->section != b->section ||
				strcmp(a->name, b->name) != 0);
			check(other_base || a->offset != b->offset);
		}
}

static void
every_key_has_help_and_what_its_type_needs(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		const struct pp_conf_setting *key = &pp_conf_settings[i];
		bool text =
			key->type == PP_CONF_TEXT || key->type == PP_CONF_LIST;
		bool number = key->type == PP_CONF_NUMBER ||
			      key->type == PP_CONF_TIME ||
			      key->type == PP_CONF_RANGE;

		check(key->help != NULL && key->help[0] != '\0');
		check(text == (key->valid != NULL));
		check((key->type == PP_CONF_CHOICE) == (key->words != NULL));
		check(number == (key->max > key->min));
	}
}

int
main(void)
{
	read_manual();
	run(every_key_is_in_the_manual);
	run(every_documented_key_exists);
	run(every_bound_is_in_the_manual);
	run(every_default_is_in_the_manual);
	run(every_default_is_a_valid_value);
	run(no_two_keys_share_a_name_or_a_place);
	run(every_key_has_help_and_what_its_type_needs);
	return tap_end();
}
