/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/err.h>
#include <playpen/ipc/worker_messages.h>

/*
 * A service's client id and secret: of a file of the caller's alone with the
 * lines client-id= and client-secret=, or of a directory with files of these
 * names, as a Kubernetes secret is mounted. Fills client_id and client_secret,
 * which are the caller's also when it fails. PP_REASON_SECRET_UNREADABLE,
 * _FILE_UNSAFE, _SYSTEM.
 */
enum pp_kind credentials_read(const char *path,
	struct pp_client_credentials *ret_request,
	struct pp_err *err) PP_NODISCARD;
