/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include <playpen/base/pam_service.h>
#include <playpen/index/index.h>

#include "admission_rows.h"

#define SHOWN_MAX 80U

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

static bool
wants_domain(const struct pp_conf *conf)
{
	return conf->strip_domain != NULL && conf->strip_domain[0] != '\0';
}

/* Checks that the token has the claim, with a domain if one is cut. */
enum pp_kind
pp_admission_username_whole(const struct admission_check *check)
{
	const char *username = check->sign_in->username;
	char shown[SHOWN_MAX];

	if (username == NULL)
		return REFUSE(check, "the token has no %s",
			check->conf->provider.username_claim);
	if (!wants_domain(check->conf) || strchr(username, '@') != NULL)
		return PP_OK;
	return REFUSE(check, "%s is without the domain that strip_domain names",
		pp_str_printable(
			shown, sizeof(shown), username, strlen(username)));
}

/*
 * Checks that the claim is the name, followed by the configured domain if there
 * is one. The domain must be present: alice without a domain, or of another
 * one, is another person than alice of this domain. The case of the name is
 * significant; that of a domain is not (RFC 4343).
 */
enum pp_kind
pp_admission_username(const struct admission_check *check)
{
	const struct pp_conf *conf = check->conf;
	const char *username = check->sign_in->username;
	size_t len = strlen(check->name);
	char shown[PP_NAME_MAX * 4];
	bool same = wants_domain(conf)
			    ? strncmp(username, check->name, len) == 0 &&
				      username[len] == '@' &&
				      strcasecmp(username + len + 1,
					      conf->strip_domain) == 0
			    : strcmp(username, check->name) == 0;

	if (same)
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

	if (pp_name_is_valid(check->name))
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
