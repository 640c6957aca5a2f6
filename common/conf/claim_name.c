/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include <playpen/conf/claim_name.h>

struct pp_claim_rules
pp_claim_name_rules(const struct pp_conf *conf)
{
	return (struct pp_claim_rules){.domains = &conf->strip_domain,
		.allow_dots = conf->allow_dots,
		.fold_case = conf->fold_case};
}

const char *
pp_claim_name_split_domain(const char *word, size_t *ret_len)
{
	*ret_len = strcspn(word, "/");
	return word[*ret_len] == '/' ? word + *ret_len + 1 : NULL;
}

/* Looks for the domain of a claim; domains have no case (RFC 4343). */
static enum pp_claim_name
check_domain(const struct pp_strv *domains, const char *domain,
	const char *connector)
{
	enum pp_claim_name found = PP_CLAIM_NAME_OTHER_DOMAIN;

	for (size_t i = 0; i < domains->count; i++) {
		size_t len;
		const char *wanted =
			pp_claim_name_split_domain(domains->items[i], &len);

		if (strlen(domain) != len ||
			strncasecmp(domain, domains->items[i], len) != 0)
			continue;
		if (wanted == NULL ||
			(connector != NULL && strcmp(connector, wanted) == 0))
			return PP_CLAIM_NAME_GIVEN;
		found = PP_CLAIM_NAME_CONNECTOR;
	}
	return found;
}

/* Folds ASCII alone, because no locale has a say in what a name is. */
static char
fold(char byte)
{
	/* lint: bugprone-narrowing-conversions: a letter fits. */
	return byte >= 'A' && byte <= 'Z' ? (char) (byte - 'A' + 'a') : byte;
}

bool
pp_claim_name_allowed(const struct pp_claim_rules *rules, const char *name)
{
	return rules->allow_dots ? pp_name_is_user(name)
				 : pp_name_is_valid(name);
}

enum pp_claim_name
pp_claim_name_read(const struct pp_claim_rules *rules, const char *claim,
	const char *connector, char *ret_name)
{
	char name[PP_NAME_SIZE] = "";
	size_t len = strlen(claim);
	enum pp_claim_name found = PP_CLAIM_NAME_GIVEN;

	if (rules->domains->count > 0) {
		len = strcspn(claim, "@");
		if (claim[len] == '\0')
			return PP_CLAIM_NAME_NO_DOMAIN;
		found = check_domain(
			rules->domains, claim + len + 1, connector);
	}
	if (found != PP_CLAIM_NAME_GIVEN)
		return found;
	if (len > PP_NAME_MAX)
		return PP_CLAIM_NAME_INVALID;
	for (size_t i = 0; i < len; i++)
		/* lint: bugprone-narrowing-conversions: a letter fits. */
		name[i] = rules->fold_case ? fold(claim[i]) : claim[i];
	if (!pp_claim_name_allowed(rules, name))
		return PP_CLAIM_NAME_INVALID;
	memcpy(ret_name, name, sizeof(name));
	return PP_CLAIM_NAME_GIVEN;
}
