/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/message.h>
#include <playpen/oidc/oidc.h>

/*
 * Runs VERIFY_CERTIFICATE: reads the certificate, verifies it and the token in
 * it by the rules of the session, and sends CERTIFICATE. The identity goes to
 * *result. Fails with PP_REASON_CERT_* and the reasons of a token.
 */
enum pp_kind certificate_request_run(struct pp_channel *parent,
	const struct pp_frame *frame, struct pp_oidc *oidc,
	struct pp_oidc_result *result, struct pp_err *err) PP_NODISCARD;
