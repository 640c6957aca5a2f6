/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/err.h>

enum pp_kind
pp_fail(struct pp_err *err, enum pp_reason reason, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return pp_reason_kind(reason);
	err->kind = pp_reason_kind(reason);
	err->reason = reason;
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	return err->kind;
}

enum pp_kind
pp_propagate(struct pp_err *err, const struct pp_err *cause)
{
	if (err != NULL)
		*err = *cause;
	return cause->kind;
}

enum pp_kind
pp_fail_errno(
	struct pp_err *err, enum pp_reason reason, const char *format, ...)
{
	char text[PP_ERR_MESSAGE_MAX];
	int saved = errno;
	va_list args;

	if (err == NULL)
		return pp_reason_kind(reason);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return pp_fail(err, reason, "%s: %s", text, strerrordesc_np(saved));
}

enum pp_kind
pp_prefix(struct pp_err *err, enum pp_kind kind, const char *format, ...)
{
	char cause[PP_ERR_MESSAGE_MAX];
	char context[PP_ERR_MESSAGE_MAX];
	va_list args;

	if (err == NULL)
		return kind;
	memcpy(cause, err->message, sizeof(cause));
	va_start(args, format);
	vsnprintf(context, sizeof(context), format, args);
	va_end(args);
	if (snprintf(err->message, sizeof(err->message), "%s: %s", context,
		    cause) >= (int) sizeof(err->message))
		memcpy(err->message + sizeof(err->message) - 4, "...", 4);
	return err->kind;
}

enum pp_kind
pp_fail_memory(struct pp_err *err)
{
	return pp_fail(err, PP_REASON_NO_MEMORY, "out of memory");
}
