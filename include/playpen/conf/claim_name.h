/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/conf/conf.h>

/*
 * From what the provider calls a person to the name of their account: the one
 * place where [identity] says how. A domain is cut, upper case becomes lower
 * case, dots may stay; nothing else is ever changed. Sign-ins, certificates,
 * group refreshes, dry runs and playpenctl doctor all come here, and whether a
 * name is reserved or a group's is checked of the name that comes out. Two
 * people may come to one name; the account is bound to the subject of the
 * first, and the second is refused. Pure functions.
 */

/* How names are read. Borrowed. */
struct pp_claim_rules {
	const struct pp_strv *domains; /* words of strip_domain */
	bool allow_dots;
	bool fold_case;
};

enum pp_claim_name {
	PP_CLAIM_NAME_GIVEN,
	PP_CLAIM_NAME_INVALID,      /* no name that an account can have */
	PP_CLAIM_NAME_NO_DOMAIN,    /* strip_domain wants one */
	PP_CLAIM_NAME_OTHER_DOMAIN, /* strip_domain does not have it */
	PP_CLAIM_NAME_CONNECTOR,    /* the domain is another connector's */
};

/* Returns the rules of the configuration; its texts are borrowed. */
struct pp_claim_rules pp_claim_name_rules(const struct pp_conf *conf);

/*
 * Reads a name from a claim of a person who came by a connector (NULL: there is
 * none) into ret_name, of PP_NAME_SIZE bytes. Returns PP_CLAIM_NAME_GIVEN, or
 * why there is no name; ret_name is as it was then.
 */
enum pp_claim_name pp_claim_name_read(const struct pp_claim_rules *rules,
	const char *claim, const char *connector, char *ret_name);

/* Returns true if the rules let an account have the name as it stands. */
bool pp_claim_name_allowed(
	const struct pp_claim_rules *rules, const char *name);

/* Returns the connector of a word of strip_domain, DOMAIN or DOMAIN/CONNECTOR,
 * or NULL; *ret_len is the length of the domain in bytes. Borrowed. */
const char *pp_claim_name_split_domain(const char *word, size_t *ret_len);
