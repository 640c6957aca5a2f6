/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>

#include "ctl.h"

enum pp_kind
ctl_open(struct ctl *ctl, struct pp_err *err)
{
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, err);

	if (kind == PP_OK)
		kind = pp_state_open(
			ctl->root, ctl->conf, true, &ctl->state, err);
	return kind;
}

enum pp_kind
ctl_open_anyhow(struct ctl *ctl, struct pp_err *ret_conf, struct pp_err *err)
{
	pp_ignore(pp_conf_load(ctl->root, &ctl->conf, ret_conf));
	return pp_state_open(ctl->root, ctl->conf, true, &ctl->state, err);
}

enum pp_kind
ctl_look(struct ctl *ctl, struct pp_err *err)
{
	/* `status` says what is wrong with it. */
	pp_ignore(pp_conf_load(ctl->root, &ctl->conf, NULL));
	return pp_state_open(ctl->root, ctl->conf, false, &ctl->state, err);
}

enum pp_kind
ctl_open_file(const char *path, int *ret_fd, struct pp_err *err)
{
	int fd = strcmp(path, "-") == 0 ? fcntl(0, F_DUPFD_CLOEXEC, 3)
					: open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	*ret_fd = fd;
	return PP_OK;
}

const char *
ctl_operand(const struct ctl *ctl, size_t n)
{
	return ctl->arguments.operands[n];
}

const char *
ctl_option_at(const struct ctl *ctl, const char *name, size_t n)
{
	const struct ctl_arguments *arguments = &ctl->arguments;

	for (size_t i = 0; i < arguments->option_count; i++) {
		const struct ctl_given *given = &arguments->options[i];

		if (strlen(name) == given->name_len &&
			strncmp(given->name, name, given->name_len) == 0 &&
			n-- == 0)
			return given->value;
	}
	return NULL;
}

const char *
ctl_option(const struct ctl *ctl, const char *name)
{
	return ctl_option_at(ctl, name, 0);
}
