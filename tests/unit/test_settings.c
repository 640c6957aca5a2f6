/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "common/conf/conf_value.h"
#include "common/conf/settings.h"
#include "tests/tap.h"

#define LINE 512
#define TEXT 4096

/* What a text file says of a setting. */
struct entry {
	char section[64];
	char key[64];
	char text[TEXT]; /* without markup, one blank between words */
};

/* The entries of playpen.conf(5), and those of the sample. */
static struct entry manual[PP_CONF_SETTINGS_MAX + 1];
static size_t manual_count;
static struct entry sample[PP_CONF_SETTINGS_MAX + 1];
static size_t sample_count;

/* Appends a character; blanks that follow each other become one. */
static void
append(char *text, char letter)
{
	size_t len = strlen(text);

	if (letter == ' ' && (len == 0 || text[len - 1] == ' '))
		return;
	if (len + 1 < TEXT) {
		text[len] = letter;
		text[len + 1] = '\0';
	}
}

/*
 * Appends a line of troff without its markup. ".BR a b" joins its words, ".B a
 * b" does not; other requests are left out.
 */
static void
append_troff(char *text, const char *line)
{
	bool joins = false;
	bool quoted = false;

	if (*line == '.') {
		size_t len = strcspn(line, " ");

		if (len > 3 || strchr("BIR", line[1]) == NULL ||
			strcmp(line, ".RE") == 0 || strcmp(line, ".RS") == 0)
			return;
		joins = len == 3;
		line += len;
	}
	append(text, ' ');
	for (bool first = true; *line != '\0'; line++) {
		if (joins && *line == '"')
			quoted = !quoted;
		else if (joins && *line == ' ' && !quoted && !first)
			continue;
		else if (strncmp(line, "\\(dq", 4) == 0) {
			append(text, '"');
			line += 3;
		} else if (*line == '\\' && line[1] == '-')
			append(text, *++line);
		else
			append(text, *line);
		first = false;
	}
}

static void
start_entry(
	struct entry *entry, const char *section, const char *key, size_t len)
{
	memset(entry, 0, sizeof(*entry));
	snprintf(entry->section, sizeof(entry->section), "%s", section);
	snprintf(entry->key, sizeof(entry->key), "%.*s", (int) len, key);
}

/* Reads the title between the brackets of a line. */
static void
read_section(const char *line, char *section)
{
	const char *at = strchr(line, '[') + 1;

	*section = '\0';
	for (; *at != '\0' && *at != ']'; at++)
		if (strncmp(at, "\\(dq", 4) == 0) {
			strcat(section, "\"");
			at += 3;
		} else
			strncat(section, at, 1);
}

static FILE *
open_source(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[LINE];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", srcdir != NULL ? srcdir : ".",
		name);
	file = fopen(path, "re");
	check(file != NULL);
	return file;
}

/* A key is the .B line after a .TP, in a section that [issuer] begins. */
static void
read_manual(void)
{
	FILE *file = open_source("man/playpen.conf.5");
	char line[LINE];
	char section[64] = "";
	bool tag = false;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, ".SH", 3) == 0)
			section[0] = '\0';
		if (strncmp(line, ".SS [", 5) == 0)
			read_section(line, section);
		else if (tag && section[0] != '\0' &&
			 strncmp(line, ".B ", 3) == 0 &&
			 manual_count < PP_COUNT(manual))
			start_entry(&manual[manual_count++], section, line + 3,
				strlen(line + 3));
		else if (manual_count > 0 && section[0] != '\0')
			append_troff(manual[manual_count - 1].text, line);
		tag = strcmp(line, ".TP") == 0;
	}
	if (file != NULL)
		fclose(file);
}

/* Returns the key of "key = value" or "# key = value", or NULL. */
static const char *
find_sample_key(const char *line, size_t *ret_len)
{
	if (strncmp(line, "# ", 2) == 0)
		line += 2;
	*ret_len = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
	return *ret_len > 0 && strncmp(line + *ret_len, " = ", 3) == 0 ? line
								       : NULL;
}

/* A key has the comment right above it, or above the key before it. */
static void
read_sample(void)
{
	FILE *file = open_source("packaging/playpen.conf");
	char line[LINE];
	char section[64] = "";
	char comment[TEXT] = "";

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		size_t len = 0;
		const char *key;

		line[strcspn(line, "\n")] = '\0';
		key = find_sample_key(line, &len);
		if (line[0] == '[')
			read_section(line, section);
		else if (key != NULL && sample_count < PP_COUNT(sample)) {
			start_entry(&sample[sample_count], section, key, len);
			strcpy(sample[sample_count++].text, comment);
		}
		if (line[0] != '#' || key != NULL)
			comment[0] = '\0';
		else
			append_troff(comment, line + 1);
	}
	if (file != NULL)
		fclose(file);
}

/* Returns whether an entry of a file is about this setting. */
static bool
is_about(const struct entry *entry, const struct pp_conf_setting *setting)
{
	const char *title = pp_conf_section_title(setting->section);
	const char *bar = strchr(title, 'N');
	size_t fixed = bar != NULL && strncmp(bar, "NAME", 4) == 0
			       ? (size_t) (bar - title)
			       : strlen(title) + 1;

	return strcmp(entry->key, setting->name) == 0 &&
	       strncmp(entry->section, title, fixed) == 0;
}

static const struct entry *
find_entry(const struct entry *entries, size_t count,
	const struct pp_conf_setting *setting)
{
	for (size_t i = 0; i < count; i++)
		if (is_about(&entries[i], setting))
			return &entries[i];
	return NULL;
}

static bool
is_known(const struct entry *entry)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++)
		if (is_about(entry, &pp_conf_settings[i]))
			return true;
	return false;
}

/* Writes a bound as a file has it: times in their largest unit. */
static void
print_bound(const struct pp_conf_setting *setting, int64_t bound, char *text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

	for (size_t i = 0; setting->type == PP_CONF_TIME && bound > 0 &&
			   i < PP_COUNT(units);
		i++)
		if (bound % units[i].seconds == 0) {
			sprintf(text + strlen(text), "%lld%c",
				(long long) (bound / units[i].seconds),
				units[i].unit);
			return;
		}
	sprintf(text + strlen(text), "%lld", (long long) bound);
}

static void
print_words(const struct pp_conf_word *word, char *text)
{
	for (bool first = true; word->word != NULL; word++, first = false) {
		if (!first)
			strcat(text, word[1].word != NULL ? ", " : " or ");
		strcat(text, word->word);
	}
}

/*
 * Writes how the manual's entry must begin: the help, then the values or the
 * range, then the default.
 */
static void
print_head(const struct pp_conf_setting *setting, char *text)
{
	strcpy(text, setting->help);
	if (setting->words != NULL) {
		strcat(text, " The value is ");
		print_words(setting->words, text);
		strcat(text, ".");
	}
	if (setting->max > 0) {
		strcat(text, setting->type == PP_CONF_RANGE
				     ? " It must be within "
				     : " The range is ");
		print_bound(setting, setting->min, text);
		strcat(text, " to ");
		print_bound(setting, setting->max, text);
		strcat(text, ".");
	}
	if (setting->absent != NULL)
		sprintf(text + strlen(text), " %s", setting->absent);
	else if (setting->initial != NULL)
		sprintf(text + strlen(text), " The default is %s.",
			setting->initial);
}

/* Returns whether the text begins with the head, and ends or goes on. */
static bool
has_head(const char *text, const char *head)
{
	size_t len = strlen(head);

	return strncmp(text, head, len) == 0 &&
	       (text[len] == '\0' || text[len] == ' ');
}

static void
every_key_is_in_the_manual_with_its_help_range_and_default(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		const struct entry *entry =
			find_entry(manual, manual_count, &pp_conf_settings[i]);
		char head[TEXT];

		print_head(&pp_conf_settings[i], head);
		if (!check(entry != NULL && has_head(entry->text, head)))
			printf("# [%s] %s must begin: %s\n",
				pp_conf_section_title(
					pp_conf_settings[i].section),
				pp_conf_settings[i].name, head);
	}
}

/* The order of the table is that of the manual. */
static void
every_documented_key_exists(void)
{
	check_int(manual_count, pp_conf_setting_count);
	for (size_t i = 0; i < manual_count; i++)
		if (!check(is_about(&manual[i], &pp_conf_settings[i])))
			printf("# [%s] %s\n", manual[i].section, manual[i].key);
}

/* What is said behind the head does not say a default or a range again. */
static void
no_default_stands_elsewhere_in_the_manual(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		const struct entry *entry =
			find_entry(manual, manual_count, &pp_conf_settings[i]);
		char head[TEXT];

		print_head(&pp_conf_settings[i], head);
		if (entry == NULL || !has_head(entry->text, head))
			continue;
		if (!check(strstr(entry->text + strlen(head), "The default") ==
				    NULL &&
			    strstr(entry->text + strlen(head), "The range") ==
				    NULL))
			printf("# %s\n", entry->key);
	}
}

static void
every_key_of_the_sample_exists_and_has_its_help(void)
{
	check_cmp(sample_count, >, 5);
	for (size_t i = 0; i < sample_count; i++)
		if (!check(is_known(&sample[i])))
			printf("# [%s] %s\n", sample[i].section, sample[i].key);
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		const struct entry *entry =
			find_entry(sample, sample_count, &pp_conf_settings[i]);

		if (entry != NULL &&
			!check(has_head(entry->text, pp_conf_settings[i].help)))
			printf("# %s: %s\n", entry->key, entry->text);
	}
}

/*
 * Returns the default that a text names right after a key, or NULL: "KEY (24
 * h)" and "KEY = 24h` (the default)", with or without a backquote after KEY.
 */
static const char *
find_named_default(const char *after, char *value)
{
	char *to = value;

	after += *after == '`';
	if (strncmp(after, " (", 2) == 0 && isdigit((unsigned char) after[2]))
		after += 2;
	else if (strncmp(after, " = ", 3) == 0 && strcspn(after, "`") < 64 &&
		 strncmp(after + strcspn(after, "`"), "` (the default)", 15) ==
			 0)
		after += 3;
	else
		return NULL;
	for (; strchr(")`", *after) == NULL && to < value + 63; after++)
		if (*after != ' ')
			*to++ = *after;
	*to = '\0';
	return value;
}

/* Checks the defaults of a setting in a text; returns how many there are. */
static int
check_named_defaults(const char *text, const struct pp_conf_setting *setting)
{
	size_t len = strlen(setting->name);
	int count = 0;

	for (const char *at = text; (at = strstr(at, setting->name)) != NULL;
		at += len) {
		char value[64];

		if ((at > text && (isalpha((unsigned char) at[-1]) ||
					  at[-1] == '_')) ||
			find_named_default(at + len, value) == NULL)
			continue;
		count++;
		if (!check_text(value, setting->initial))
			printf("# %s: %s\n", setting->name, value);
	}
	return count;
}

static void
other_manuals_and_docs_name_the_same_defaults(void)
{
	static const char *const files[] = {"man/pam_playpen.8",
		"man/playpenctl.8", "man/nss_playpen.8",
		"docs/how-to/access-by-group.md", "docs/how-to/bastion.md",
		"docs/how-to/emergencies.md", "docs/how-to/monitoring.md",
		"docs/how-to/person-leaves.md",
		"docs/how-to/service-accounts.md", "docs/how-to/ssh-keys.md",
		"docs/symptoms.md", "docs/explanation/ways-in.md",
		"docs/reference/uids.md", "README.md", "SECURITY.md"};
	static char text[65536];
	int count = 0;

	for (size_t i = 0; i < PP_COUNT(files); i++) {
		FILE *file = open_source(files[i]);

		if (file == NULL)
			continue;
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
		for (size_t j = 0; j < pp_conf_setting_count; j++)
			if (pp_conf_settings[j].initial != NULL)
				count += check_named_defaults(
					text, &pp_conf_settings[j]);
	}
	check_cmp(count, >=, 4); /* the search finds what stands there */
}

/* That these tests can fail: another help, range or default is noticed. */
static void
notices_an_entry_that_differs(void)
{
	const struct pp_conf_setting *setting =
		pp_conf_setting_find(PP_CONF_GROUPS, "groups_ttl");
	struct pp_conf_setting other = *setting;
	const struct entry *entry = find_entry(manual, manual_count, setting);
	char head[TEXT];

	other.initial = "25h";
	print_head(&other, head);
	check(entry != NULL && !has_head(entry->text, head));
	other = *setting;
	other.max = 7200;
	print_head(&other, head);
	check_contains(head, "The range is 1m to 2h.");
	check(entry != NULL && !has_head(entry->text, head));
	other = *setting;
	other.help = "Specifies how long groups count.";
	print_head(&other, head);
	check(entry != NULL && !has_head(entry->text, head));
	other.name = "groups_tt";
	check(find_entry(manual, manual_count, &other) == NULL);
}

static void
every_default_is_a_valid_value(void)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		union {
			struct pp_conf conf;
			struct pp_conf_pam_service service;
			struct pp_conf_service_account account;
		} base;
		struct pp_err err = {0};

		memset(&base, 0, sizeof(base));
		if (pp_conf_settings[i].initial != NULL &&
			!check_kind(
				pp_conf_value_set(&pp_conf_settings[i], &base,
					pp_conf_settings[i].initial, &err),
				PP_OK))
			printf("# %s\n", err.message);
		pp_conf_value_free(&pp_conf_settings[i], &base);
	}
}

static void
no_two_keys_share_a_name_or_an_offset(void)
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

		check(strncmp(key->help, "Specifies ", 10) == 0);
		check_int(key->help[strlen(key->help) - 1], '.');
		check(key->type != PP_CONF_BOOL ||
			strncmp(key->help, "Specifies whether ", 18) == 0);
		check(key->absent == NULL || key->initial == NULL ||
			key->initial[0] == '\0');
		check_int(text, (key->valid != NULL));
		check_int((key->type == PP_CONF_CHOICE), (key->words != NULL));
		check_int(number, (key->max > key->min));
	}
}

int
main(void)
{
	read_manual();
	read_sample();
	run(every_key_is_in_the_manual_with_its_help_range_and_default);
	run(every_documented_key_exists);
	run(no_default_stands_elsewhere_in_the_manual);
	run(every_key_of_the_sample_exists_and_has_its_help);
	run(other_manuals_and_docs_name_the_same_defaults);
	run(notices_an_entry_that_differs);
	run(every_default_is_a_valid_value);
	run(no_two_keys_share_a_name_or_an_offset);
	run(every_key_has_help_and_what_its_type_needs);
	return tap_end();
}
