/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/err.h>
#include <playpen/base/str.h>

/*
 * The settings of playpen-ssh: /etc/playpen/ssh.conf, and what
 * ~/.config/playpen/ssh.conf changes of it. Sections and keys are those of
 * playpen.conf(5) where they mean the same.
 */

#define SETTINGS_PORTS_MAX 8U

struct settings {
	char *url;     /* [issuer] */
	char *ca_file; /* may be NULL, as the next */
	char *proxy;
	bool allow_http;
	char *client_id; /* [client] id */
	char *hosts;     /* [ssh]; for ssh_config(5); may be NULL */
	char *name;      /* may be NULL: the one of the token */
	int64_t hours;
	int64_t ports[SETTINGS_PORTS_MAX]; /* for the loopback address */
	size_t port_count;                 /* 0: any port */
};

/*
 * Reads the two files of home, the person's home directory, or path alone if it
 * is not NULL. A file that does not exist is none. Fails with
 * PP_REASON_CONFIG_INVALID (the message names file and line), _CONFIG_UNSAFE
 * and PP_REASON_NO_MEMORY.
 */
enum pp_kind settings_load(const char *home, const char *path,
	struct settings *ret_settings, struct pp_err *err) PP_NODISCARD;

void settings_free(struct settings *settings);
