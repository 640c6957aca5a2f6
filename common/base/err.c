/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/err.h>

#define MASK "..."
#define SAID_MAX (PP_ERR_SAID_SIZE - sizeof(MASK))
#define SECRET_LEN_MIN 20U /* a run of base64url that may be a token */

enum pp_kind
pp_fail(struct pp_err *err, enum pp_reason reason, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return pp_reason_kind(reason);
	err->kind = pp_reason_kind(reason);
	err->reason = reason;
	err->said[0] = '\0';
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
pp_fail_as(
	struct pp_err *err, enum pp_reason reason, const struct pp_err *cause)
{
	if (err != NULL) {
		*err = *cause;
		err->kind = pp_reason_kind(reason);
		err->reason = reason;
	}
	return pp_reason_kind(reason);
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

/* Returns how many characters of base64url the text begins with. */
static size_t
run_length(const char *text, size_t len)
{
	size_t run = 0;

	while (run < len && (isalnum((unsigned char) text[run]) != 0 ||
				    text[run] == '-' || text[run] == '_'))
		run++;
	return run;
}

/* Returns the byte as a log may have it. */
static char
plain_byte(char byte)
{
	bool plain = byte >= 0x20 && byte <= 0x7e && byte != '"' &&
		     byte != '\'' && byte != '`' && byte != '\\';

	if (!plain)
		return '?';
	return byte;
}

void
pp_err_say(struct pp_err *err, const char *text, size_t len)
{
	char said[PP_ERR_SAID_SIZE] = "";
	size_t used = 0;
	size_t at = 0;

	if (err == NULL)
		return;
	while (at < len && used <= SAID_MAX) {
		size_t run = run_length(text + at, len - at);
		bool masked = run >= SECRET_LEN_MIN;

		if (used + (masked ? strlen(MASK) : run + (run == 0)) >
			SAID_MAX)
			break;
		if (masked)
			/* lint: bugprone-not-null-terminated-result: what is
			 * behind it is zeroed, and SAID_MAX leaves room. */
			memcpy(said + used, MASK, strlen(MASK));
		else
			memcpy(said + used, text + at, run);
		used += masked ? strlen(MASK) : run;
		if (run == 0)
			said[used++] = plain_byte(text[at]);
		at += run > 0 ? run : 1;
	}
	if (at < len)
		/* lint: bugprone-not-null-terminated-result: what is behind
		 * it is zeroed, and SAID_MAX leaves room. */
		memcpy(said + used, MASK, strlen(MASK));
	memcpy(err->said, said, sizeof(said));
}

enum pp_kind
pp_fail_memory(struct pp_err *err)
{
	return pp_fail(err, PP_REASON_NO_MEMORY, "out of memory");
}
