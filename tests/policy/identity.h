/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/mount.h>

#include "playpen_policy/authorize.h"
#include "tests/unit/node.h"

/*
 * What a verified identity comes to on a node that is this machine, in a mount
 * namespace (tests/policy/run-private) where /etc and /var/lib are the test's.
 */

static const char *full_name = "A Person";

/* Of the last sign-in. */
static char notes[512]; /* what the log says */
static char gecos[256];

static inline void
enter(void)
{
	if (mount("tmpfs", "/etc", "tmpfs", 0, "mode=755") != 0 ||
		mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755,size=4m") !=
			0) {
		printf("Bail out! no file systems of our own\n");
		exit(EXIT_FAILURE);
	}
	scratch_root[0] = '\0'; /* the node is this machine */
}

static inline struct request
begin_request(const char *name, const struct pp_clock *clock)
{
	struct request request = {.clock = clock};

	check_kind(pp_conf_load("", &request.conf, NULL), PP_OK);
	request.start.user = strdup(name);
	request.start.uid = node_uid(name);
	request.start.gid = request.start.uid;
	return request;
}

/* Who approved it, with no groups. */
static inline void
approve(struct request *request, const char *sub, const char *username)
{
	struct pp_identity *identity = &request->identity;

	identity->type = PP_IDENTITY_USER;
	identity->iss = strdup(ISSUER);
	identity->sub = strdup(sub);
	identity->connector = strdup("local");
	identity->username = strdup(username);
	identity->groups_claim = PP_GROUPS_LISTED;
}

static inline enum pp_reason
end_request(struct request *request, enum pp_kind kind)
{
	enum pp_reason reason =
		kind == PP_OK ? PP_REASON_NONE : request->err.reason;

	request_free(request);
	return reason;
}

/* What a verified identity of this name and these groups comes to. */
static inline enum pp_reason
apply(const char *name, const char *words)
{
	struct request request = begin_request(name, &pp_clock_system);
	enum pp_kind kind;

	approve(&request, name, name);
	request.identity.name = strdup(full_name);
	request.identity.groups = node_words(words);
	kind = authorize_identity(&request);
	snprintf(notes, sizeof(notes), "%s",
		request.notes != NULL ? request.notes : "");
	snprintf(gecos, sizeof(gecos), "%s",
		kind == PP_OK ? request.account.gecos : "");
	return end_request(&request, kind);
}
