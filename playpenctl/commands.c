/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#define VERIFY_OPTIONS                                                         \
	"[--issuer URL] [--audience ID] [--at-time EPOCH] [--nonce S] "        \
	"[--access-token FILE] [--connector ID]... [--profile NAME] "          \
	"[--service ID] [--algorithms LIST] [--libexec DIR]"

/* Every command, in the order of the manual. playpenctl(8) has the same. */
const struct ctl_command ctl_commands[] = {
	{"id-key new", "", "make a new id key: on the first node of a cluster",
		ctl_id_key_new, true},
	{"id-key install", "FILE [--replace]",
		"take over the id key of another node", ctl_id_key_install,
		true},
	{"id-key fingerprint", "", "show which id key this node has",
		ctl_id_key_fingerprint, true},
	{"publish", "", "make what NSS answers from anew", ctl_publish, true},
	{"user list", "[--inactive DAYS] [--json]", "list all accounts",
		ctl_user_list, true},
	{"user show", "NAME [--json]", "show all about an account",
		ctl_user_show, true},
	{"user lock", "NAME [--kill]", "keep a person out", ctl_user_lock,
		true},
	{"user unlock", "NAME", "let a person in again", ctl_user_unlock, true},
	{"user logout", "NAME", "make every sign-in of a person an old one",
		ctl_user_logout, true},
	{"user rename", "OLD NEW", "give an account another name",
		ctl_user_rename, true},
	{"user remove", "NAME",
		"close an account; nobody else gets name or uid",
		ctl_user_remove, true},
	{"user restore", "NAME", "open a removed account again",
		ctl_user_restore, true},
	{"user forget", "NAME", "set name and uid of an account free",
		ctl_user_forget, true},
	{"user bind", "NAME --subject SUB [--issuer ISS] [--connector ID]",
		"bind an account to a person", ctl_user_bind, true},
	{"user bind", "NAME --nobody", "bind to whoever signs in next",
		ctl_user_bind_nobody, true},
	{"user bind", "--issuer-from OLD", "follow an issuer to its new URL",
		ctl_user_bind_issuer, true},
	{"user import", "FILE [--json]", "take over people from a roster",
		ctl_user_import, true},
	{"group list", "[--json]", "list all groups", ctl_group_list, true},
	{"group show", "NAME [--json]", "show a group's number and members",
		ctl_group_show, true},
	{"status", "[--json]", "show whether all is in order", ctl_status,
		true},
	{"login", "NAME [--service SERVICE] [--bind]",
		"sign in here and show what would happen", ctl_login, true},
	{"doctor", "[--offline] [--libexec DIR] [--json]",
		"look for what keeps people out, and say what to do",
		ctl_doctor, true},
	{"token",
		"--credentials PATH --issuer URL [--audience ID] [--ca-file FILE] [--allow-http] [--libexec DIR]",
		"print a verified token of a service's own", ctl_token, false},
	{"askpass",
		"PROMPT --credentials PATH --issuer URL [--audience ID] [--host HOST] [--ca-file FILE] [--allow-http] [--libexec DIR]",
		"answer ssh's prompt for a service's token", ctl_askpass,
		false},
	{"verify", "[--jwks FILE] " VERIFY_OPTIONS,
		"judge the token on standard input", ctl_verify, false},
	{"verify", "--batch FILE [--jwks FILE] " VERIFY_OPTIONS,
		"judge the tokens in a file", ctl_verify, false},
};

const size_t ctl_command_count = PP_COUNT(ctl_commands);
