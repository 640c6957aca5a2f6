/* SPDX-License-Identifier: MIT */
#include "sshcert_options.h"

#include <string.h>

#include "sshwire.h"

struct option {
	struct pp_sshcert_bytes name;
	struct pp_sshcert_bytes data;
};

struct options {
	struct option items[PP_SSHCERT_OPTIONS_MAX];
	size_t count;
};

static bool
has_name(const struct options *options, const struct pp_sshcert_bytes *name)
{
	for (size_t i = 0; i < options->count; i++)
		if (options->items[i].name.len == name->len &&
			memcmp(options->items[i].name.data, name->data,
				name->len) == 0)
			return true;
	return false;
}

/*
 * Reads options, whose names are unique (PROTOCOL.certkeys). They should be
 * sorted too, but ssh-keygen before OpenSSH 8.4 puts an extension of the user's
 * last.
 */
static bool
read_options(struct pp_sshcert_bytes list, struct options *options)
{
	while (list.len > 0) {
		struct option option;

		if (options->count == PP_SSHCERT_OPTIONS_MAX ||
			!pp_sshwire_string(&list, &option.name) ||
			!pp_sshwire_string(&list, &option.data) ||
			option.name.len == 0 ||
			option.name.len > PP_SSHCERT_NAME_MAX ||
			has_name(options, &option.name))
			return false;
		options->items[options->count++] = option;
	}
	return true;
}

enum pp_reason
pp_sshcert_options_critical(struct pp_sshcert_bytes list)
{
	struct options options = {.count = 0};

	if (!read_options(list, &options))
		return PP_REASON_CERT_MALFORMED;
	for (size_t i = 0; i < options.count; i++)
		if (!pp_sshwire_is(&options.items[i].name, "source-address") &&
			!pp_sshwire_is(
				&options.items[i].name, "verify-required"))
			return PP_REASON_CERT_OPTIONS;
	return PP_REASON_NONE;
}

static enum pp_sshcert_format
format_of(const struct option *option)
{
	if (pp_sshwire_is(&option->name, "id-token@playpen"))
		return PP_SSHCERT_PLAYPEN;
	if (pp_sshwire_is(&option->name, "openpubkey-pkt"))
		return PP_SSHCERT_OPENPUBKEY;
	return 0;
}

enum pp_reason
pp_sshcert_options_token(struct pp_sshcert_bytes list,
	enum pp_sshcert_format *ret_format, struct pp_sshcert_bytes *ret_token)
{
	struct options options = {.count = 0};
	enum pp_sshcert_format found = 0;

	if (!read_options(list, &options))
		return PP_REASON_CERT_MALFORMED;
	for (size_t i = 0; i < options.count; i++) {
		struct option *option = &options.items[i];
		enum pp_sshcert_format format = format_of(option);

		if (format == 0)
			continue;
		if (found != 0)
			return PP_REASON_CERT_OPTIONS;
		found = format;
		/* The data of an option with a value is one string. */
		if (!pp_sshwire_string(&option->data, ret_token) ||
			option->data.len != 0 || ret_token->len == 0)
			return PP_REASON_CERT_MALFORMED;
	}
	*ret_format = found;
	return found != 0 ? PP_REASON_NONE : PP_REASON_CERT_OPTIONS;
}
