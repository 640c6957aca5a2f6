/* SPDX-License-Identifier: MIT */
#pragma once

#include "flow_device.h"

/* What the questions of pp_oidc_probe() learn and use, one after the other. */

struct pp_probe_run {
	struct pp_oidc *oidc;
	const struct pp_probe *request;
	struct pp_device_response device;
	bool client_refused;
	char *page;  /* the authorization endpoint, with a whole query */
	char *login; /* where Dex goes on for the first connector, or NULL */
};

/*
 * Asks Dex for each connector that the configuration names, as a person who
 * chooses it. Returns PP_OK, PP_PENDING if the provider cannot be asked, or
 * fails with PP_REASON_CONNECTOR_REFUSED or the PP_REASON_HTTP_ reasons.
 */
enum pp_kind pp_probe_connectors(
	struct pp_probe_run *probe, struct pp_err *err) PP_NODISCARD;

/*
 * Opens the page where a person would sign in. Returns PP_OK, PP_PENDING if the
 * provider cannot be asked, or fails with PP_REASON_REDIRECT_REFUSED,
 * _SCOPE_REFUSED or the PP_REASON_HTTP_ reasons.
 */
enum pp_kind pp_probe_redirect(
	struct pp_probe_run *probe, struct pp_err *err) PP_NODISCARD;

/*
 * Opens the page where a person would sign in for playpen-ssh, with its client
 * and a loopback address. Returns and fails as pp_probe_redirect does.
 */
enum pp_kind pp_probe_ssh_client(
	struct pp_probe_run *probe, struct pp_err *err) PP_NODISCARD;
