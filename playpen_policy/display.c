/* SPDX-License-Identifier: MIT */
#include "display.h"

#include <string.h>
#include <unistd.h>

#include <playpen/provider/endpoint.h>

#include "application.h"
#include "user_messages.h"

#define DISPLAY_MAX PP_CONVERSATION_TEXT_MAX
#define URL_MAX 1024U /* longest URL that is shown */
#define CODE_MAX 64U
#define QR_SIDE_MAX PP_DEVICE_PROMPT_QR_SIDE_MAX
#define HOST_SIZE 256U
#define BLACK_ON_WHITE "\033[38;5;16;48;5;231m"
#define RESET "\033[0m"

#define FULL "\xe2\x96\x88"  /* U+2588 */
#define UPPER "\xe2\x96\x80" /* U+2580 */
#define LOWER "\xe2\x96\x84" /* U+2584 */

static enum pp_kind
check_text(const char *text, size_t max, const char *what, struct pp_err *err)
{
	size_t len = strlen(text);

	if (len == 0 || len > max || !pp_str_is_graphic(text, len))
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"the %s cannot be shown on a terminal", what);
	return PP_OK;
}

/*
 * Checks a URL before it is shown, because users trust what is shown here. The
 * rule is the worker's, but the configuration is read by policy itself, so an
 * attacker who controls the worker cannot send users to another host.
 */
static enum pp_kind
check_address(const struct request *request, const char *url, const char *what,
	struct pp_err *err)
{
	const struct pp_provider provider = request->conf->provider;
	struct pp_err why = {0};
	enum pp_kind kind = check_text(url, URL_MAX, what, err);

	if (kind != PP_OK ||
		pp_endpoint_check_page(&provider, what, url, &why) == PP_OK)
		return kind;
	return pp_fail_as(err, PP_REASON_FRAME_INVALID, &why);
}

static enum pp_kind
check_device_prompt(const struct request *request,
	const struct pp_device_prompt *prompt, struct pp_err *err)
{
	enum pp_kind kind = check_address(request, prompt->uri, "URL", err);

	if (kind == PP_OK && prompt->uri_complete != NULL)
		kind = check_address(
			request, prompt->uri_complete, "complete URL", err);
	if (kind == PP_OK && prompt->user_code != NULL)
		kind = check_text(prompt->user_code, CODE_MAX, "code", err);
	if (kind == PP_OK &&
		(prompt->qr_side < 0 || prompt->qr_side > QR_SIDE_MAX ||
			(uint64_t) prompt->qr.len !=
				(uint64_t) (prompt->qr_side * prompt->qr_side)))
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"the QR code is no square");
	return kind;
}

/* Returns true if the module is dark. The quiet zone is light. */
static bool
is_dark(const unsigned char *modules, int side, int row, int column)
{
	if (row < 0 || column < 0 || row >= side || column >= side)
		return false;
	return modules[row * side + column] == 1;
}

/* Returns the character for two modules, one above the other. */
static const char *
half_block(bool upper, bool lower)
{
	if (upper && lower)
		return FULL;
	if (upper)
		return UPPER;
	return lower ? LOWER : " ";
}

enum pp_kind
display_append_qr(struct pp_secret *text, const unsigned char *modules,
	int side, enum terminal_qr form, bool invert, struct pp_err *err)
{
	/* Draw the modules that differ from the terminal's background. */
	bool draw_dark = (form == TERMINAL_QR_ANSI) != invert;
	enum pp_kind kind = PP_OK;

	for (int row = -1; kind == PP_OK && row <= side; row += 2) {
		if (form == TERMINAL_QR_ANSI)
			kind = pp_secret_append_text(text, BLACK_ON_WHITE, err);
		for (int column = -1; kind == PP_OK && column <= side;
			column++) {
			bool upper = is_dark(modules, side, row, column);
			bool lower = is_dark(modules, side, row + 1, column);

			/* With an odd number of rows, half of the last line is
			 * unused. */
			if (row + 1 > side)
				lower = !draw_dark;
			kind = pp_secret_append_text(text,
				half_block(
					upper == draw_dark, lower == draw_dark),
				err);
		}
		if (kind == PP_OK)
			kind = pp_secret_append_text(text,
				form == TERMINAL_QR_ANSI ? RESET "\n" : "\n",
				err);
	}
	return kind;
}

static enum pp_kind
append_heading(const struct request *request, struct pp_secret *text,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *line = NULL;
	char host[HOST_SIZE] = "this machine";
	char from[HOST_SIZE] = "";
	const char *rhost = request->start.rhost;
	enum pp_kind kind;

	gethostname(host, sizeof(host) - 1);
	if (rhost != NULL && rhost[0] != '\0')
		pp_str_printable(from, sizeof(from), rhost, strlen(rhost));
	kind = pp_str_format(&line, err, "%s %s as %s on %s%s%s%s\n",
		prompt_text_get(PROMPT_TEXT_HEADING),
		request->conf->display_name, request->start.user, host,
		from[0] != '\0' ? " (from " : "", from,
		from[0] != '\0' ? ")" : "");
	if (kind == PP_OK)
		kind = pp_secret_append_text(text, line, err);
	return kind;
}

static enum pp_kind
append_qr(const struct request *request, const struct pp_device_prompt *prompt,
	struct pp_secret *text, struct pp_err *err)
{
	enum terminal_qr form = terminal_qr_form(
		request->service, &request->start, (int) prompt->qr_side);

	if (form == TERMINAL_QR_NONE)
		return PP_OK;
	return display_append_qr(text, prompt->qr.data, (int) prompt->qr_side,
		form, request->service->qr_invert, err);
}

/* Says why a certificate did not do. Above the QR code, because of a screen
 * that is too short the beginning is lost. */
static enum pp_kind
append_refusal(const struct request *request, struct pp_secret *text,
	struct pp_err *err)
{
	enum pp_kind kind;

	if (request->refusal == NULL)
		return PP_OK;
	kind = pp_secret_append_text(text, request->refusal, err);
	return kind == PP_OK ? pp_secret_append_text(text, "\n", err) : kind;
}

/* Shows the code even if the URL contains it. */
static enum pp_kind
append_address(const struct pp_device_prompt *prompt, struct pp_secret *text,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *lines = NULL;
	const char *url = prompt->uri_complete != NULL ? prompt->uri_complete
						       : prompt->uri;
	enum pp_kind kind;

	if (prompt->user_code == NULL)
		kind = pp_str_format(&lines, err, "%s  %s\n",
			prompt_text_get(PROMPT_TEXT_OPEN), url);
	else
		kind = pp_str_format(&lines, err, "%s  %s\n%s  %s   %s\n",
			prompt_text_get(PROMPT_TEXT_OPEN), url,
			prompt_text_get(PROMPT_TEXT_CODE), prompt->user_code,
			prompt_text_get(PROMPT_TEXT_APPROVE));
	if (kind == PP_OK)
		kind = pp_secret_append_text(text, lines, err);
	return kind;
}

enum pp_kind
display_draw(const struct request *request,
	const struct pp_device_prompt *prompt, const char *question,
	char **ret_text, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {.max = DISPLAY_MAX};
	enum pp_kind kind = check_device_prompt(request, prompt, err);

	/* A client puts a text of its own in front of the first line. */
	if (kind == PP_OK)
		kind = pp_secret_append_text(&text, "\n", err);
	if (kind == PP_OK)
		kind = append_refusal(request, &text, err);
	if (kind == PP_OK)
		kind = append_qr(request, prompt, &text, err);
	/* Behind the QR code: of a screen that is too short, the end is seen.
	 */
	if (kind == PP_OK)
		kind = append_heading(request, &text, err);
	if (kind == PP_OK)
		kind = append_address(prompt, &text, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&text, question, err);
	if (kind != PP_OK)
		return kind;
	*ret_text = pp_str_copy(pp_secret_text(&text), text.len);
	return *ret_text != NULL ? PP_OK : pp_fail_memory(err);
}
