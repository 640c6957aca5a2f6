/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/conf/conf.h>

/*
 * Validators of single values: each returns why a text will not do, in words
 * that follow the key's name, or NULL when it will. Pure functions.
 */

const char *pp_conf_valid_word(const char *text);  /* no blanks */
const char *pp_conf_valid_display_name(const char *text);
const char *pp_conf_valid_path(const char *text);  /* absolute */
const char *pp_conf_valid_shell(const char *text); /* path, for passwd(5) */
const char *pp_conf_valid_home(const char *text);  /* absolute, with %u */
const char *pp_conf_valid_url(const char *text);   /* of http or https */
const char *pp_conf_valid_proxy(const char *text); /* URL of a proxy */
const char *pp_conf_valid_domain(const char *text);
const char *pp_conf_valid_host(const char *text);  /* name or address */
const char *pp_conf_valid_host_port(const char *text);
const char *pp_conf_valid_network(const char *text);
const char *pp_conf_valid_name(const char *text); /* of a local group */
const char *pp_conf_valid_unreserved_name(
	const char *text); /* and not reserved */
const char *pp_conf_valid_all_users_group(const char *text);
const char *pp_conf_valid_pattern(const char *text); /* "off" or fnmatch(3) */
const char *pp_conf_valid_program(const char *text); /* a base name */
const char *pp_conf_valid_pam_service(const char *text); /* a PAM service */
const char *pp_conf_valid_scope(const char *text); /* RFC 6749 section 3.3 */
const char *pp_conf_valid_algorithm(const char *text); /* asymmetric ones */
const char *pp_conf_valid_guid(const char *text);
