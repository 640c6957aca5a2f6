/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/err.h>
#include <playpen/ipc/worker_messages.h>

/*
 * Reads a service's client id and secret. path is a file of the caller's alone
 * with the lines client-id= and client-secret=, or a directory with files of
 * these names, as a Kubernetes secret is mounted. Fills client_id and
 * client_secret, which are the caller's also after a failure. Fails with
 * PP_REASON_SECRET_UNREADABLE, _FILE_UNSAFE or _SYSTEM.
 */
enum pp_kind credentials_read(const char *path,
	struct pp_client_credentials *ret_request,
	struct pp_err *err) PP_NODISCARD;
