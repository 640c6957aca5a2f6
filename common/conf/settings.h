/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/conf/conf.h>

/*
 * The settings table: every key of playpen.conf(5), once, with its name, type,
 * default, range and help. The parser and the defaults walk it, and no other
 * code knows a key's name. tests/unit/test_settings.c holds the manual and the
 * sample against it. Constant data, any thread.
 */

enum pp_conf_section {
	PP_CONF_NODE,
	PP_CONF_ISSUER,
	PP_CONF_CLIENT,
	PP_CONF_IDENTITY,
	PP_CONF_GROUPS,
	PP_CONF_SSH,
	PP_CONF_LIMITS,
	PP_CONF_PAM_SERVICE, /* one instance per name, like the next */
	PP_CONF_SERVICE_ACCOUNT,
	PP_CONF_MAP, /* its keys are claims: not in the table */
	PP_CONF_SECTIONS
};

enum pp_conf_type {
	PP_CONF_TEXT,   /* char * */
	PP_CONF_LIST,   /* struct pp_strv: words; may be repeated */
	PP_CONF_NUMBER, /* int64_t within min and max */
	PP_CONF_TIME,   /* int64_t seconds; s, m, h, d behind the number */
	PP_CONF_BOOL,   /* bool: yes or no */
	PP_CONF_CHOICE, /* int64_t: one of words */
	PP_CONF_RANGE,  /* struct pp_range: low-high within min and max */
};

/* A word of a choice; the list ends with a NULL word. */
struct pp_conf_word {
	const char *word;
	int64_t value;
};

/* Returns why a text (or one word of a list) is not valid, or NULL. Static. */
typedef const char *pp_conf_validator(const char *text);

struct pp_conf_setting {
	enum pp_conf_section section;
	const char *name;
	enum pp_conf_type type;
	size_t offset;       /* in struct pp_conf, _service or _account */
	const char *initial; /* as in a file; NULL: none, or made later */
	int64_t min;
	int64_t max;
	size_t most; /* words of a list; 0: PP_CONF_WORDS_MAX */
	const struct pp_conf_word *words;
	pp_conf_validator *valid;
	const char *absent; /* a sentence, where initial does not say what holds
			     * without the key; NULL otherwise */
	const char *help;   /* one sentence that begins with "Specifies" */
};

#define PP_CONF_SETTINGS_MAX 80U

/* Only Dex knows federated:id; Entra refuses scopes that it does not know. */
#define PP_CONF_SCOPES "openid profile email"
#define PP_CONF_SCOPES_DEX PP_CONF_SCOPES " groups federated:id"

extern const struct pp_conf_setting pp_conf_settings[];
extern const size_t pp_conf_setting_count;

/* Returns the setting with this name in this section, or NULL. */
const struct pp_conf_setting *pp_conf_setting_find(
	enum pp_conf_section section, const char *name);

/* Returns the title of a section as the manual writes it ("service.NAME"). */
const char *pp_conf_section_title(enum pp_conf_section section);
