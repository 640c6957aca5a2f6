/* SPDX-License-Identifier: MIT */
#include "playpen_policy/display.h"
#include "tests/tap.h"

/* Three by three: dark where there is a hash. */
static const unsigned char cross[] = {0, 1, 0, 1, 1, 1, 0, 1, 0};

/* As it stands on a dark terminal: light is drawn, a quiet zone around. */
#define ROW_1 "\u2588\u2588\u2580\u2588\u2588\n"
#define ROW_2 "\u2588\u2584 \u2584\u2588\n"
#define ROW_3 "\u2580\u2580\u2580\u2580\u2580\n"

static struct pp_conf_pam_service service = {.qr = PP_QR_AUTO};
static struct pp_conf conf = {.display_name = (char *) "Example Ltd",
	.provider.url = (char *) "https://dex.example/dex"};

static struct request
a_request(void)
{
	return (struct request){.service = &service,
		.conf = &conf,
		.start = {.pam_service = (char *) "sshd",
			.user = (char *) "alice",
			.rhost = (char *) "10.0.3.9"}};
}

static struct pp_device_prompt
a_show(void)
{
	return (struct pp_device_prompt){
		.uri = (char *) "https://dex.example/device",
		.uri_complete = (char *) "https://dex.example/device?"
					 "user_code=BDFX-QRTZ",
		.user_code = (char *) "BDFX-QRTZ",
		.qr_side = 3,
		.qr = {(unsigned char *) cross, 9, 9, 9}};
}

static void
draws_light_modules_on_a_dark_terminal(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	check_kind(display_append_qr(
			   &text, cross, 3, TERMINAL_QR_UTF8, false, NULL),
		PP_OK);
	check_text(pp_secret_text(&text), ROW_1 ROW_2 ROW_3);
}

static void
inverting_draws_the_dark_modules(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	check_kind(display_append_qr(
			   &text, cross, 3, TERMINAL_QR_UTF8, true, NULL),
		PP_OK);
	check(strstr(pp_secret_text(&text), "  \xe2\x96\x84  \n") ==
		pp_secret_text(&text));
}

static void
the_address_and_the_question_are_the_last_lines(void)
{
	struct request request = a_request();
	struct pp_device_prompt show = a_show();
	pp_cleanup(pp_text) char *text = NULL;
	const char *last;

	check_kind(display_draw(&request, &show,
			   "Press Enter when done: ", &text, NULL),
		PP_OK);
	if (text == NULL)
		return;
	last = strstr(text, "Sign in to Example Ltd as alice on ");
	check(last != NULL && last[-1] == '\n' && text[0] == '\n');
	last = strstr(text, " (from 10.0.3.9)\n");
	check_text(last,
		" (from 10.0.3.9)\n"
		"Open  https://dex.example/device?user_code=BDFX-QRTZ\n"
		"Code  BDFX-QRTZ   Approve only if you started this sign-in.\n"
		"Press Enter when done: ");
}

static void
a_refused_certificate_is_named_above_the_picture(void)
{
	struct request request = a_request();
	struct pp_device_prompt show = a_show();
	pp_cleanup(pp_text) char *text = NULL;

	request.refusal = (char *) "Your day certificate has ended.";
	check_kind(display_draw(&request, &show, "?", &text, NULL), PP_OK);
	check(text != NULL &&
		strncmp(text, "\nYour day certificate has ended.\n\u2588",
			36) == 0);
}

static bool
shows_a_picture(struct request *request)
{
	struct pp_device_prompt show = a_show();
	pp_cleanup(pp_text) char *text = NULL;

	check_kind(display_draw(request, &show, "?", &text, NULL), PP_OK);
	return text != NULL && strstr(text, "\u2588") != NULL;
}

static void
beside_a_prompt_an_ssh_client_gets_no_picture(void)
{
	struct pp_conf_pam_service quiet = {.qr = PP_QR_AUTO,
		.prompt = PP_PROMPT_NONE,
		.flow = PP_FLOW_DEVICE};
	struct request request = a_request();

	check(shows_a_picture(&request));
	request.service = &quiet;
	check(!shows_a_picture(&request));
	/* A code is asked for all the same. */
	quiet.flow = PP_FLOW_CODE;
	check(shows_a_picture(&request));
	quiet.flow = PP_FLOW_DEVICE;
	quiet.qr = PP_QR_UTF8;
	check(shows_a_picture(&request));
}

static void
without_a_qr_code_the_rest_stands(void)
{
	struct request request = a_request();
	struct pp_device_prompt show = a_show();
	struct pp_conf_pam_service off = {.qr = PP_QR_OFF};
	pp_cleanup(pp_text) char *text = NULL;

	request.service = &off;
	check_kind(display_draw(&request, &show, "?", &text, NULL), PP_OK);
	check(text != NULL && strchr(text, '\xe2') == NULL);
	if (check(text != NULL))
		check_contains(text, "Code  BDFX-QRTZ");
}

static enum pp_reason
reason_of(const struct pp_device_prompt *show)
{
	struct request request = a_request();
	pp_cleanup(pp_text) char *text = NULL;
	struct pp_err err = {0};

	(void) (display_draw(&request, show, "?", &text, &err) == PP_OK);
	check_int((text == NULL), (err.reason != PP_REASON_NONE));
	return err.reason;
}

/* What the worker sent is refused whole. */
static void
refuse(const struct pp_device_prompt *show)
{
	check_reason(reason_of(show), PP_REASON_FRAME_INVALID);
}

/* Whether people may be sent there. */
static bool
may_show(const char *url)
{
	struct pp_device_prompt plain = a_show();
	struct pp_device_prompt complete = a_show();
	enum pp_reason reason;

	plain.uri = complete.uri = complete.uri_complete = (char *) url;
	plain.uri_complete = NULL;
	reason = reason_of(&plain);
	check_int(reason, reason_of(&complete));
	check(reason == PP_REASON_NONE || reason == PP_REASON_FRAME_INVALID);
	return reason == PP_REASON_NONE;
}

static void
an_address_lies_on_the_issuer_s_host(void)
{
	static const char *const bad[] = {"https://evil/", "evil",
		"//dex.example/device", "javascript://dex.example/device",
		"http://dex.example/device", "http://dex.example:443/device",
		"https://dex.example:444/device", "https://dex.example.evil/",
		"https://evil/dex.example/", "https://dex.example@evil/",
		"https://evil?dex.example/", "https://evil#dex.example/",
		"https://evil\\dex.example/", "https://xdex.example/",
		"https://login.example/device"};

	check(may_show("https://dex.example/device"));
	check(may_show("https://dex.example:443/other?user_code=A"));
	check(may_show("HTTPS://DEX.example"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pp_device_prompt show = a_show();

		check(!may_show(bad[i]));
		show.uri_complete = (char *) bad[i];
		refuse(&show);
	}
}

static void
or_on_one_that_the_configuration_names(void)
{
	static const char *const pages[] = {"https://login.example/device",
		"https://microsoft.example/devicelogin"};
	struct pp_conf plain = conf;

	for (size_t i = 0; i < 2; i++)
		check(!may_show(pages[i]));
	conf.provider.browser_url = (char *) "https://login.example/dex";
	check_kind(pp_strv_append_words(&conf.provider.endpoint_hosts,
			   "microsoft.example", NULL),
		PP_OK);
	for (size_t i = 0; i < 2; i++)
		check(may_show(pages[i]));
	check(!may_show("https://evil/"));
	check(!may_show("http://microsoft.example/devicelogin"));
	pp_strv_free(&conf.provider.endpoint_hosts);
	conf = plain;
	conf.provider.url = (char *) "http://dex.example:5556/dex";
	check(!may_show("http://dex.example:5556/device"));
	conf.provider.allow_http = true;
	check(may_show("http://dex.example:5556/device"));
	check(!may_show("http://dex.example/device"));
	conf = plain;
}

static void
rejects_whatever_a_terminal_might_obey(void)
{
	static const char *const bad[] = {"", "a b", "x\033[2J", "x\a", "x\r",
		"x\n", "x\xc2\x9b", "x\xe2\x80\xae", "x\x7f"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pp_device_prompt show = a_show();

		show.uri = (char *) bad[i];
		refuse(&show);
		show = a_show();
		show.uri_complete = (char *) bad[i];
		refuse(&show);
		show = a_show();
		show.user_code = (char *) bad[i];
		refuse(&show);
	}
}

static void
rejects_a_matrix_that_is_no_square(void)
{
	struct pp_device_prompt show = a_show();

	show.qr.len = 8;
	refuse(&show);
	show = a_show();
	show.qr_side = -3;
	refuse(&show);
	show = a_show();
	show.qr_side = INT64_C(1) << 40;
	refuse(&show);
}

static void
rejects_texts_beyond_their_limits(void)
{
	static const char host[] = "https://dex.example/";
	struct pp_device_prompt show = a_show();
	char text[1026];

	memset(text, 'x', sizeof(text));
	memcpy(text, host, strlen(host));
	text[sizeof(text) - 1] = '\0';
	check(!may_show(text));
	text[1024] = '\0';
	check(may_show(text));
	text[65] = '\0';
	show.user_code = text;
	refuse(&show);
	text[64] = '\0';
	check_reason(reason_of(&show), PP_REASON_NONE);
}

int
main(void)
{
	run(draws_light_modules_on_a_dark_terminal);
	run(inverting_draws_the_dark_modules);
	run(the_address_and_the_question_are_the_last_lines);
	run(a_refused_certificate_is_named_above_the_picture);
	run(beside_a_prompt_an_ssh_client_gets_no_picture);
	run(without_a_qr_code_the_rest_stands);
	run(an_address_lies_on_the_issuer_s_host);
	run(or_on_one_that_the_configuration_names);
	run(rejects_whatever_a_terminal_might_obey);
	run(rejects_a_matrix_that_is_no_square);
	run(rejects_texts_beyond_their_limits);
	return tap_end();
}
