/* SPDX-License-Identifier: MIT */
#pragma once

#include "doctor.h"

/* What sshd says of itself for a playpen user (sshd -T). */

/* A list of patterns that sshd prints one by one, as far as it matters here. */
struct name_list {
	bool said;
	bool person; /* one of them is for the person asked about */
	bool people; /* one of them is for the all-users group */
};

/* Numbers are -1, and texts "", where sshd does not say. */
struct sshd_settings {
	const char *person; /* asked about; "" before the first account */
	const char *people; /* the all-users group */
	int pam;
	int interactive;
	int64_t grace;    /* seconds */
	int64_t tries;    /* MaxAuthTries */
	int64_t startups; /* from here on it drops connections at random */
	/* Seconds that failures cost an address (PerSourcePenalties); -1 if
	 * this sshd does not count them. */
	int64_t wrong_password;
	int64_t unanswered;
	bool no_exempt; /* no address is exempt from them */
	char methods[256];
	char keys_command[256];
	char keys_user[64];
	struct name_list allow_users;
	struct name_list deny_users;
	struct name_list allow_groups;
	struct name_list deny_groups;
	bool told;
};

/*
 * Asks sshd for its settings: for the person of doctor NAME, for the first
 * account of the index, or for a new user before there is one. Returns false if
 * it does not say them, or if another root is looked at.
 */
bool sshd_settings_read(
	const struct doctor *doctor, struct sshd_settings *ret_settings);

/* Asks sshd for a new user. Returns false if it does not say, or if no name of
 * a new user is known. */
bool sshd_settings_read_new(
	const struct doctor *doctor, struct sshd_settings *ret_settings);

/* Returns the seconds that a sign-in at sshd may take. */
int64_t sshd_settings_sign_in_seconds(const struct pp_conf *conf);

/* Returns true if this machine has an sshd. */
bool sshd_settings_has_sshd(const struct doctor *doctor);
