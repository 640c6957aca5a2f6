/* SPDX-License-Identifier: MIT */
#include <playpen/ipc/message.h>
#include <playpen/qr/qr.h>

#include "common/oidc/page.h"
#include "tests/tap.h"

/* From a provider's pages to what a person is shown. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ISSUER "https://dex.example/dex"
#define PAGE ISSUER "/device"
#define CODE "BCDF-GHJK"
#define COMPLETE PAGE "?user_code=" CODE

static struct pp_device_prompt shown;
static int show_count;
static enum pp_reason show_fails;

static enum pp_kind
take(void *context, const struct pp_device_prompt *show, struct pp_err *err)
{
	(void) context;
	show_count++;
	if (show_fails != PP_REASON_NONE)
		return pp_fail(err, show_fails, "as the test wants it");
	shown.uri = pp_str_copy(show->uri, strlen(show->uri));
	if (show->uri_complete != NULL)
		shown.uri_complete = pp_str_copy(
			show->uri_complete, strlen(show->uri_complete));
	if (show->user_code != NULL)
		shown.user_code =
			pp_str_copy(show->user_code, strlen(show->user_code));
	shown.qr_side = show->qr_side;
	shown.expires = show->expires;
	return pp_secret_set(&shown.qr, show->qr.data, show->qr.len, err);
}

static const struct pp_oidc_ops ops = {.show = take};
static struct pp_provider settings = {
	.url = (char *) ISSUER, .profile = PP_PROFILE_DEX};

static enum pp_reason
show_page(const char *uri, const char *complete, const char *code)
{
	struct pp_oidc oidc = {
		.ops = &ops, .provider = &settings, .prepare_ms = 5};
	const struct pp_page page = {uri, complete, code, 300};
	struct pp_err err = {0};

	pp_message_free(PP_MESSAGE_DEVICE_PROMPT, &shown);
	show_count = 0;
	if (pp_page_show(&oidc, &page, &err) != PP_OK)
		return err.reason;
	check_int(oidc.prepare_ms, 0);
	check_int(show_count, 1);
	check_int(shown.expires, 300);
	return PP_REASON_NONE;
}

#ifdef HAVE_QRENCODE
static const bool qr_codes_are_drawn = true;
#else
static const bool qr_codes_are_drawn = false;
#endif

/* Whether the QR code that was shown holds this text: none does in a build without. */
static bool
code_holds(const char *text)
{
	pp_cleanup(pp_secret) struct pp_secret modules = {0};
	int64_t side = 0;

	check_kind(pp_qr_encode(text, &modules, &side, NULL), PP_OK);
	if (!qr_codes_are_drawn)
		return side == 0 && shown.qr_side == 0 && shown.qr.len == 0;
	return side > 0 && side == shown.qr_side &&
	       modules.len == shown.qr.len &&
	       memcmp(modules.data, shown.qr.data, modules.len) == 0;
}

static void
shows_page_code_and_a_qr_code_of_the_complete_page(void)
{
	check_reason(show_page(PAGE, COMPLETE, CODE), PP_REASON_NONE);
	check_text(shown.uri, PAGE);
	check_text(shown.uri_complete, COMPLETE);
	check_text(shown.user_code, CODE);
	check(code_holds(COMPLETE));
}

static void
without_a_complete_page_the_plain_one_is_drawn(void)
{
	check_reason(show_page(PAGE, NULL, CODE), PP_REASON_NONE);
	check(shown.uri_complete == NULL);
	check(code_holds(PAGE));
	check_reason(show_page(PAGE, NULL, NULL), PP_REASON_NONE);
	check(shown.user_code == NULL && code_holds(PAGE));
}

static void
a_complete_page_that_is_unfit_is_left_out(void)
{
	static const char *const unfit[] = {
		"https://evil.example/dex/device?user_code=" CODE,
		"https://dex.example:8443/dex/device?user_code=" CODE,
		"http://dex.example/dex/device?user_code=" CODE, PAGE,
		PAGE "?user_code=BCDF-GHJL", PAGE "?user_code=bcdf-ghjk",
		COMPLETE "#fragment", "https://x@dex.example/" CODE,
		"javascript:alert('" CODE "')", CODE, ""};

	for (size_t i = 0; i < COUNT(unfit); i++) {
		check_reason(show_page(PAGE, unfit[i], CODE), PP_REASON_NONE);
		if (!check(shown.uri_complete == NULL))
			printf("# %s\n", unfit[i]);
		check(code_holds(PAGE));
	}
	check_reason(show_page(PAGE, COMPLETE, NULL), PP_REASON_NONE);
	check(shown.uri_complete == NULL);
}

static void
a_complete_page_that_cannot_be_drawn_is_left_out(void)
{
	char text[PP_QR_TEXT_MAX + 2];
	size_t len = strlen(COMPLETE);

	memset(text, 'x', sizeof(text));
	memcpy(text, COMPLETE, len);
	text[PP_QR_TEXT_MAX] = '\0';
	check_reason(show_page(PAGE, text, CODE), PP_REASON_NONE);
	check_text(shown.uri_complete, text);
	check(code_holds(text));
	text[PP_QR_TEXT_MAX] = 'x';
	text[PP_QR_TEXT_MAX + 1] = '\0';
	check_reason(show_page(PAGE, text, CODE), PP_REASON_NONE);
	check(shown.uri_complete == NULL);
	check(code_holds(PAGE));
}

static void
a_plain_page_that_cannot_be_drawn_is_shown_as_text(void)
{
	char text[PP_QR_TEXT_MAX + 2];

	memset(text, 'x', sizeof(text));
	memcpy(text, PAGE "/", strlen(PAGE "/"));
	text[PP_QR_TEXT_MAX + 1] = '\0';
	check_reason(show_page(text, NULL, CODE), PP_REASON_NONE);
	check_text(shown.uri, text);
	check_int(shown.qr_side, 0);
	check_int(shown.qr.len, 0);
}

static void
an_unfit_page_is_refused_and_never_shown(void)
{
	static const char *const refused[] = {"https://evil.example/device",
		"http://dex.example/dex/device", "javascript:alert(1)",
		"data:text/html,x", "file:///device",
		"https://dex@evil.example/", "https://d\xc3\xa9x.example/",
		PAGE "\033[2J", PAGE "\xe2\x80\xae", PAGE "#x", ""};

	for (size_t i = 0; i < COUNT(refused); i++) {
		check_reason(show_page(refused[i], COMPLETE, CODE),
			PP_REASON_ENDPOINT_REFUSED);
		check_int(show_count, 0);
	}
}

static void
people_see_browser_url(void)
{
	settings.browser_url = (char *) "https://login.example/";
	check_reason(show_page(PAGE, COMPLETE, CODE), PP_REASON_NONE);
	check_text(shown.uri, "https://login.example/device");
	check_text(shown.uri_complete,
		"https://login.example/device?user_code=" CODE);
	check(code_holds(shown.uri_complete));
	settings.browser_url = NULL;
}

static void
says_what_show_says(void)
{
	show_fails = PP_REASON_CANCELLED;
	check_reason(show_page(PAGE, COMPLETE, CODE), PP_REASON_CANCELLED);
	check_int(show_count, 1);
	show_fails = PP_REASON_NONE;
}

int
main(void)
{
	run(shows_page_code_and_a_qr_code_of_the_complete_page);
	run(without_a_complete_page_the_plain_one_is_drawn);
	run(a_complete_page_that_is_unfit_is_left_out);
	run(a_complete_page_that_cannot_be_drawn_is_left_out);
	run(a_plain_page_that_cannot_be_drawn_is_shown_as_text);
	run(an_unfit_page_is_refused_and_never_shown);
	run(people_see_browser_url);
	run(says_what_show_says);
	pp_message_free(PP_MESSAGE_DEVICE_PROMPT, &shown);
	return tap_end();
}
