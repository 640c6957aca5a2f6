/* SPDX-License-Identifier: MIT */
#include "commands.h"

#include "playpenctl/doctor/doctor.h"

#define VERIFY_OPTIONS                                                         \
	"[--issuer URL] [--audience ID] [--at-time EPOCH] [--nonce S] "        \
	"[--access-token FILE] [--connector ID]... [--profile NAME] "          \
	"[--service ID] [--algorithms LIST] [--libexec DIR]"

/* Every command, in the order of the manual. playpenctl(8) has the same. */
const struct cmd cmd_table[] = {
	{"uid-key new", "",
		"make a new uid key: on the first node of a cluster",
		cmd_uid_key_new, true},
	{"uid-key install", "FILE [--replace]",
		"take over the uid key of another node", cmd_uid_key_install,
		true},
	{"uid-key fingerprint", "", "show which uid key this node has",
		cmd_uid_key_fingerprint, true},
	{"publish", "", "write the files that NSS answers from", cmd_publish,
		true},
	{"user list", "[--inactive DAYS] [--json]", "list all accounts",
		cmd_user_list, true},
	{"user show", "NAME [--json]", "show all about an account",
		cmd_user_show, true},
	{"user lock", "NAME [--kill]", "keep a person out", cmd_user_lock,
		true},
	{"user unlock", "NAME", "let a person in again", cmd_user_unlock, true},
	{"user logout", "NAME", "make every sign-in of a person an old one",
		cmd_user_logout, true},
	{"user rename", "OLD NEW", "give an account another name",
		cmd_user_rename, true},
	{"user close", "NAME",
		"close an account; no other user gets name or uid",
		cmd_user_close, true},
	{"user reopen", "NAME", "open a closed account again", cmd_user_reopen,
		true},
	{"user delete", "NAME",
		"delete an account: name and uid are free again",
		cmd_user_delete, true},
	{"user bind", "NAME --subject SUB [--issuer ISS] [--connector ID]",
		"bind an account to a person", cmd_user_bind, true},
	{"user unbind", "NAME",
		"free an account for the next person who signs in",
		cmd_user_unbind, true},
	{"user import", "FILE [--json]", "take over people from a roster",
		cmd_user_import, true},
	{"issuer move", "OLD", "follow an issuer to its new URL",
		cmd_issuer_move, true},
	{"group list", "[--json]", "list all groups", cmd_group_list, true},
	{"group show", "NAME [--json]", "show a group's number and members",
		cmd_group_show, true},
	{"status", "[--json]", "show whether all is in order", cmd_status,
		true},
	{"test-login", "NAME [--service SERVICE] [--bind]",
		"sign in here and show what would happen", cmd_test_login,
		true},
	{"doctor", "[--offline] [--libexec DIR] [--json]",
		"look for what keeps people out, and say what to do",
		cmd_doctor, true},
	{"token",
		"--credentials PATH --issuer URL [--audience ID] [--ca-file FILE] [--allow-http] [--libexec DIR]",
		"print a verified token of a service's own", cmd_token, false},
	{"askpass",
		"PROMPT --credentials PATH --issuer URL [--audience ID] [--host HOST] [--ca-file FILE] [--allow-http] [--libexec DIR]",
		"answer ssh's prompt for a service's token", cmd_askpass,
		false},
	{"verify", "[--jwks FILE] " VERIFY_OPTIONS,
		"check the token on standard input", cmd_verify, false},
	{"verify",
		"--certificate FILE [--jwks FILE] [--issuer URL] [--audience ID] [--at-time EPOCH] [--connector ID]... [--profile NAME] [--algorithms LIST] [--libexec DIR]",
		"check an SSH certificate and the token in it", cmd_verify,
		false},
	{"verify", "--batch FILE [--jwks FILE] " VERIFY_OPTIONS,
		"check the tokens in a file", cmd_verify, false},
};

const size_t cmd_count = PP_COUNT(cmd_table);
