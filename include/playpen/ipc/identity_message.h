/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/str.h>

/*
 * Who a verified token is of: the message IDENTITY of playpen-oidc. Its limits
 * are in <playpen/ipc/worker_messages.h>.
 */

enum pp_identity_type {
	PP_IDENTITY_USER = 1,
	PP_IDENTITY_SERVICE = 2,
};

/* What a token says of its person's groups. */
enum pp_groups_claim {
	PP_GROUPS_MALFORMED, /* no array of texts; a service's is not read */
	PP_GROUPS_LISTED,
	PP_GROUPS_MISSING, /* there is no such claim */
	PP_GROUPS_OVERAGE, /* a marker stands for too many */
	PP_GROUPS_CUT,     /* more than PP_MESSAGE_GROUPS_MAX */
};
/* IDENTITY: a verified token's claims. */
struct pp_identity {
	int64_t type; /* enum pp_identity_type */
	char *iss;
	char *sub;       /* profile entra: tid and oid */
	char *connector; /* NULL outside profile dex and for services */
	char *client_id; /* of a service; NULL for a person */
	char *username;  /* the configured claim, as it stands in the token */
	char *email;
	bool email_verified;
	char *name;
	int64_t groups_claim;  /* enum pp_groups_claim */
	struct pp_strv groups; /* empty unless they are listed */
	int64_t auth_time;     /* 0 when the token does not say */
	int64_t iat;
	int64_t exp;
	bool at_hash;   /* the token has it, of the access token beside it */
	bool keys_leak; /* the provider publishes private or symmetric keys */
};
