/* SPDX-License-Identifier: MIT */
#pragma once

#include "client_settings.h"
#include "storage.h"

struct login_options {
	bool paste;          /* the person pastes a code */
	const char *name;    /* of the certificate; NULL: the settings say */
	const char *libexec; /* where playpen-oidc is; NULL: as installed */
};

/*
 * Signs the person in and stores a new day key. Of several calls at once the
 * first signs in, and the others wait and find that it is done. Tells the
 * person on standard error where to sign in. Fails with the reasons of
 * playpen-oidc, of the storage and of the listener, and with
 * PP_REASON_CONVERSATION_FAILED if there is neither a browser nor a terminal.
 */
enum pp_kind login_run(const struct settings *settings,
	const struct storage *storage, const struct login_options *options,
	struct pp_err *err) PP_NODISCARD;
