/* SPDX-License-Identifier: MIT */
#include "node_open.h"

#include <string.h>

enum pp_kind
node_open_writable(struct ctl *ctl, struct pp_err *err)
{
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, err);

	if (kind == PP_OK)
		kind = pp_accounts_open(ctl->root, ctl->conf, PP_ACCOUNTS_WRITE,
			&ctl->accounts, err);
	return kind;
}

enum pp_kind
node_open_any_conf(struct ctl *ctl, struct pp_err *ret_conf, struct pp_err *err)
{
	pp_ignore(pp_conf_load(ctl->root, &ctl->conf, ret_conf));
	return pp_accounts_open(
		ctl->root, ctl->conf, PP_ACCOUNTS_WRITE, &ctl->accounts, err);
}

enum pp_kind
node_open_readonly(struct ctl *ctl, struct pp_err *err)
{
	/* `status` says what is wrong with it. */
	pp_ignore(pp_conf_load(ctl->root, &ctl->conf, NULL));
	return pp_accounts_open(
		ctl->root, ctl->conf, PP_ACCOUNTS_READ, &ctl->accounts, err);
}

/* Puts the account's name in front of a failure. */
enum pp_kind
node_prefix_name(const struct ctl *ctl, enum pp_kind kind, struct pp_err *err)
{
	const char *name = args_operand(&ctl->args, 0);
	char shown[PP_NAME_SIZE * 2];

	if (kind == PP_OK || name == NULL ||
		pp_str_starts_with(err->message, name))
		return kind;
	return pp_prefix(err, kind, "%s",
		pp_str_printable(shown, sizeof(shown), name, strlen(name)));
}

enum pp_kind
node_find_account(const struct ctl *ctl, struct pp_account *ret_account,
	struct pp_err *err)
{
	enum pp_kind kind = pp_accounts_find(
		ctl->accounts, args_operand(&ctl->args, 0), ret_account, err);

	return node_prefix_name(ctl, kind, err);
}
