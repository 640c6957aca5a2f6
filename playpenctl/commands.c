/* SPDX-License-Identifier: MIT */
#include "ctl.h"

/* Every command, in the order of the manual. playpenctl(8) has the same. */
const struct ctl_command ctl_commands[] = {
	{"id-key new", "", "make a new id key: on the first node of a cluster",
		ctl_id_key_new},
	{"id-key install", "FILE", "take over the id key of another node",
		ctl_id_key_install},
	{"id-key fingerprint", "", "show which id key this node has",
		ctl_id_key_fingerprint},
	{"publish", "", "make what NSS answers from anew", ctl_publish},
	{"user list", "[--inactive DAYS] [--json]", "list all accounts",
		ctl_user_list},
	{"user show", "NAME [--json]", "show all about an account",
		ctl_user_show},
	{"user lock", "NAME [--kill]", "keep a person out", ctl_user_lock},
	{"user unlock", "NAME", "let a person in again", ctl_user_unlock},
	{"user logout", "NAME", "make every sign-in of a person an old one",
		ctl_user_logout},
	{"user rename", "OLD NEW", "give an account another name",
		ctl_user_rename},
	{"user remove", "NAME",
		"close an account; nobody else gets name or uid",
		ctl_user_remove},
	{"user restore", "NAME", "open a removed account again",
		ctl_user_restore},
	{"user forget", "NAME", "set name and uid of an account free",
		ctl_user_forget},
	{"user bind", "NAME --subject SUB [--issuer ISS] [--connector ID]",
		"bind an account to a person", ctl_user_bind},
	{"user bind", "NAME --nobody", "bind to whoever signs in next",
		ctl_user_bind_nobody},
	{"user bind", "--issuer-from OLD", "follow an issuer to its new URL",
		ctl_user_bind_issuer},
	{"user import", "FILE", "take over people from a roster",
		ctl_user_import},
	{"group list", "[--json]", "list all groups", ctl_group_list},
	{"group show", "NAME [--json]", "show a group's number and members",
		ctl_group_show},
	{"status", "[--json]", "show whether all is in order", ctl_status},
};

const size_t ctl_command_count = sizeof(ctl_commands) / sizeof(ctl_commands[0]);
