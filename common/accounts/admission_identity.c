/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <playpen/base/pam_service.h>
#include <playpen/conf/claim_name.h>
#include <playpen/index/index.h>

#include "admission_rows.h"

#define SHOWN_MAX 80U
#define CLAIM_MAX (PP_NAME_MAX * 4)
#define HINT_SIZE 192U

enum pp_kind
pp_admission_issuer(const struct admission_check *check)
{
	if (strcmp(check->sign_in->iss, check->conf->provider.url) == 0)
		return PP_OK;
	return REFUSE(check, "issuer of the identity");
}

/* Checks that a person signs in to a person's account, a service to a
 * service account. */
enum pp_kind
pp_admission_identity_type(const struct admission_check *check)
{
	const struct pp_sign_in *sign_in = check->sign_in;

	if (check->admission->purpose == PP_FOR_PROOF)
		return sign_in->is_service_account && sign_in->connector == NULL
			       ? PP_OK
			       : REFUSE(check,
					 "a person where a service signs in");
	return !sign_in->is_service_account && sign_in->client_id == NULL
		       ? PP_OK
		       : REFUSE(check,
				 "a service's token where a person signs in");
}

enum pp_kind
pp_admission_client_id(const struct admission_check *check)
{
	const struct pp_conf_service_account *section =
		pp_conf_find_service_account(check->conf, check->name);
	const char *client_id = check->sign_in->client_id;

	if (section != NULL && client_id != NULL &&
		strcmp(client_id, section->client_id) == 0)
		return PP_OK;
	return REFUSE(check, "another service");
}

/* Checks the connector, which only Dex has. */
enum pp_kind
pp_admission_connector(const struct admission_check *check)
{
	const char *connector = check->sign_in->connector;

	if (check->conf->provider.profile != PP_PROFILE_DEX ||
		(connector != NULL &&
			pp_strv_contains(
				&check->conf->provider.connectors, connector)))
		return PP_OK;
	return REFUSE(check, "connectors does not list the identity's");
}

static enum pp_claim_name
read_claim(const struct admission_check *check, char *name)
{
	const struct pp_claim_rules rules = pp_claim_name_rules(check->conf);

	return pp_claim_name_read(&rules, check->sign_in->username,
		check->sign_in->connector, name);
}

/* Adds a setting that would help to a list in words. */
static void
add_hint(char *hint, const char *key, const char *value, size_t len)
{
	size_t used = strlen(hint);

	snprintf(hint + used, HINT_SIZE - used, "%s%s = %.*s",
		used > 0 ? ", " : "", key, (int) len, value);
}

/*
 * Writes which settings would make the account's name of the claim. hint stays
 * empty if none would: then the claim is another person's.
 */
static void
write_hint(const struct admission_check *check, char hint[HINT_SIZE])
{
	static const struct pp_strv none;
	const struct pp_conf *conf = check->conf;
	const char *claim = check->sign_in->username;
	const char *domain = strchr(claim, '@');
	bool cut = conf->strip_domain.count == 0 && domain != NULL;
	const struct pp_claim_rules all = {
		.domains = cut ? &none : &conf->strip_domain,
		.allow_dots = true,
		.fold_case = true};
	size_t len = strcspn(claim, "@");
	char plain[CLAIM_MAX] = "";
	char name[PP_NAME_SIZE];

	hint[0] = '\0';
	if (len >= sizeof(plain))
		return;
	memcpy(plain, claim, len);
	if (pp_claim_name_read(&all, cut ? plain : claim,
		    check->sign_in->connector, name) != PP_CLAIM_NAME_GIVEN ||
		strcmp(name, check->name) != 0)
		return;
	if (cut)
		add_hint(hint, "strip_domain", domain + 1, strlen(domain + 1));
	if (strncmp(claim, name, len) != 0)
		add_hint(hint, "fold_case", "yes", strlen("yes"));
	if (strchr(name, '.') != NULL && !conf->allow_dots)
		add_hint(hint, "allow_dots", "yes", strlen("yes"));
}

/* Returns true if the claim is a name, of the account or of another one, as far
 * as any setting would take it. */
static bool
is_a_name(const struct admission_check *check)
{
	static const struct pp_strv none;
	const struct pp_claim_rules all = {
		.domains = &none, .allow_dots = true, .fold_case = true};
	const char *claim = check->sign_in->username;
	char plain[CLAIM_MAX] = "";
	char name[PP_NAME_SIZE];
	size_t len = strcspn(claim, "@");

	if (len >= sizeof(plain))
		return false;
	memcpy(plain, claim, len);
	return pp_claim_name_read(&all, plain, NULL, name) ==
	       PP_CLAIM_NAME_GIVEN;
}

/*
 * Checks that the token has the claim, with a domain if one is cut, and that it
 * is a name. A claim that some setting would make the name of the account is
 * the person's own; one that is another name is another person's, which a later
 * row says.
 */
enum pp_kind
pp_admission_username_whole(const struct admission_check *check)
{
	const char *username = check->sign_in->username;
	char name[PP_NAME_SIZE];
	char shown[CLAIM_MAX];
	char hint[HINT_SIZE];
	enum pp_claim_name found;

	if (username == NULL)
		return REFUSE(check, "the token has no %s",
			check->conf->provider.username_claim);
	/* It may be the claim as it stands. */
	if (!pp_name_is_user(check->name))
		return pp_admission_local_name(check);
	found = read_claim(check, name);
	pp_str_printable(shown, sizeof(shown), username, strlen(username));
	if (found == PP_CLAIM_NAME_NO_DOMAIN)
		return REFUSE(check,
			"%s is without a domain that strip_domain names",
			shown);
	if (found != PP_CLAIM_NAME_INVALID)
		return PP_OK;
	write_hint(check, hint);
	pp_str_printable(name, sizeof(name), check->name, strlen(check->name));
	if (hint[0] != '\0')
		return REFUSE(check, "%s is %s here only with %s in [identity]",
			shown, name, hint);
	return is_a_name(check)
		       ? PP_OK
		       : REFUSE(check, "%s can be no local name", shown);
}

/* Checks that the domain of the claim is one of the connector that the person
 * came by. */
enum pp_kind
pp_admission_username_connector(const struct admission_check *check)
{
	char name[PP_NAME_SIZE];

	if (read_claim(check, name) != PP_CLAIM_NAME_CONNECTOR)
		return PP_OK;
	return REFUSE(check,
		"strip_domain gives the domain to a connector that is not the identity's");
}

/*
 * Checks that the claim is the name of the account. alice without a domain, or
 * of one that strip_domain does not name, is another person than alice of this
 * one.
 */
enum pp_kind
pp_admission_username(const struct admission_check *check)
{
	const char *username = check->sign_in->username;
	char name[PP_NAME_SIZE];
	char shown[CLAIM_MAX];

	if (read_claim(check, name) == PP_CLAIM_NAME_GIVEN &&
		strcmp(name, check->name) == 0)
		return PP_OK;
	return REFUSE(check, "%s approved the sign-in of %s",
		pp_str_printable(
			shown, sizeof(shown), username, strlen(username)),
		check->name);
}

enum pp_kind
pp_admission_local_name(const struct admission_check *check)
{
	char shown[SHOWN_MAX];

	const struct pp_claim_rules rules = pp_claim_name_rules(check->conf);

	if (pp_claim_name_allowed(&rules, check->name))
		return PP_OK;
	return REFUSE(check, "%s is no valid local name",
		pp_str_printable(shown, sizeof(shown), check->name,
			strlen(check->name)));
}

enum pp_kind
pp_admission_not_reserved(const struct admission_check *check)
{
	if (!pp_name_is_reserved(check->name) &&
		strcmp(check->name, check->conf->all_users_group) != 0)
		return PP_OK;
	return REFUSE(check, "%s is reserved for the system", check->name);
}

/* Checks what would become a part of a line of passwd. */
enum pp_kind
pp_admission_texts(const struct admission_check *check)
{
	const char *gecos = check->sign_in->gecos;

	if (gecos == NULL || pp_index_text_fits(gecos))
		return PP_OK;
	return REFUSE(check, "the gecos of %s does not fit a line of passwd",
		check->name);
}

/* Checks that the names of [service-account] sections are services' alone. */
enum pp_kind
pp_admission_section(const struct admission_check *check)
{
	const unsigned services = PP_FOR_PROMPT | PP_FOR_PROOF | PP_FOR_SECTION;
	bool service =
		pp_conf_find_service_account(check->conf, check->name) != NULL;

	if (service == ((check->admission->purpose & services) != 0))
		return PP_OK;
	return REFUSE(check, "%s is %s of [service-account]", check->name,
		service ? "a service" : "no service");
}

/* Checks that a service account still has its section. */
enum pp_kind
pp_admission_section_there(const struct admission_check *check)
{
	if (!check->account->is_service_account ||
		pp_conf_find_service_account(check->conf, check->name) != NULL)
		return PP_OK;
	return REFUSE(check,
		"no [service-account] section names this service account");
}

/* Checks that a service account may use the PAM service. A person's account
 * has no section. */
enum pp_kind
pp_admission_pam_service(const struct admission_check *check)
{
	const struct pp_conf_service_account *section =
		pp_conf_find_service_account(check->conf, check->name);
	const char *pam_service = check->admission->application->pam_service;

	if (section == NULL ||
		pp_strv_contains(&section->pam_services, pam_service))
		return PP_OK;
	return REFUSE(check,
		"pam_services of its [service-account] section does not list %s",
		pam_service);
}

/*
 * Checks that a token is asked for only where the client shows the host in
 * front of the prompt. sudo and consoles do not; a node could relay the prompt
 * of another node and would be given its token.
 */
enum pp_kind
pp_admission_proof_place(const struct admission_check *check)
{
	const struct pp_conf_service_account *section =
		pp_conf_find_service_account(check->conf, check->name);

	if (section == NULL || section->auth != PP_SERVICE_AUTH_ID_TOKEN ||
		pp_pam_service_is_sshd(
			check->admission->application->pam_service))
		return PP_OK;
	return REFUSE(check, "auth = id-token, and this is not sshd");
}
