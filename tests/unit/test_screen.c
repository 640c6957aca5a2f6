/* SPDX-License-Identifier: MIT */
#include "playpen_policy/screen.h"
#include "tests/tap.h"

/* Three by three: dark where there is a hash. */
static const unsigned char cross[] = {0, 1, 0, 1, 1, 1, 0, 1, 0};

/* As it stands on a dark terminal: light is drawn, a quiet zone around. */
#define ROW_1 "\u2588\u2588\u2580\u2588\u2588\n"
#define ROW_2 "\u2588\u2584 \u2584\u2588\n"
#define ROW_3 "\u2580\u2580\u2580\u2580\u2580\n"

static struct pp_conf_service service = {.qr = PP_QR_AUTO};

static struct pp_login
a_login(void)
{
	return (struct pp_login){.service = &service,
		.start = {.service = (char *) "sshd",
			.user = (char *) "alice",
			.rhost = (char *) "10.0.3.9"}};
}

static struct pp_show
a_show(void)
{
	return (struct pp_show){.uri = (char *) "https://dex.example/device",
		.uri_complete = (char *) "https://dex.example/device?"
					 "user_code=BDFX-QRTZ",
		.user_code = (char *) "BDFX-QRTZ",
		.qr_side = 3,
		.qr = {(unsigned char *) cross, 9, 9, 9}};
}

static void
draws_light_modules_on_a_dark_terminal(void)
{
	pp_auto(pp_secret) struct pp_secret text = {0};

	check(pp_screen_append_qr(
		      &text, cross, 3, TERMINAL_QR_UTF8, false, NULL) == PP_OK);
	check_text(pp_secret_text(&text), ROW_1 ROW_2 ROW_3);
}

static void
inverting_draws_the_dark_modules(void)
{
	pp_auto(pp_secret) struct pp_secret text = {0};

	check(pp_screen_append_qr(
		      &text, cross, 3, TERMINAL_QR_UTF8, true, NULL) == PP_OK);
	check(strstr(pp_secret_text(&text), "  \xe2\x96\x84  \n") ==
		pp_secret_text(&text));
}

static void
the_address_and_the_question_are_the_last_lines(void)
{
	struct pp_login login = a_login();
	struct pp_show show = a_show();
	pp_auto(pp_text) char *text = NULL;
	const char *last;

	check(pp_screen_draw(&login, &show, "Press Enter when done: ", &text,
		      NULL) == PP_OK);
	if (text == NULL)
		return;
	check(strncmp(text, "\nSign in to Playpen as alice on ", 32) == 0);
	check(strstr(text, " (from 10.0.3.9)\n") != NULL);
	last = strstr(text, "Open  ");
	check_text(last,
		"Open  https://dex.example/device?user_code=BDFX-QRTZ\n"
		"Code  BDFX-QRTZ   Approve only if you started this sign-in.\n"
		"Press Enter when done: ");
}

static bool
shows_a_picture(struct pp_login *login)
{
	struct pp_show show = a_show();
	pp_auto(pp_text) char *text = NULL;

	check(pp_screen_draw(login, &show, "?", &text, NULL) == PP_OK);
	return text != NULL && strstr(text, "\u2588") != NULL;
}

static void
beside_a_prompt_an_ssh_client_gets_no_picture(void)
{
	struct pp_conf_service quiet = {.qr = PP_QR_AUTO,
		.prompt = PP_PROMPT_NONE,
		.flow = PP_FLOW_DEVICE};
	struct pp_login login = a_login();

	check(shows_a_picture(&login));
	login.service = &quiet;
	check(!shows_a_picture(&login));
	/* A code is asked for all the same. */
	quiet.flow = PP_FLOW_CODE;
	check(shows_a_picture(&login));
	quiet.flow = PP_FLOW_DEVICE;
	quiet.qr = PP_QR_UTF8;
	check(shows_a_picture(&login));
}

static void
without_a_qr_code_the_rest_stands(void)
{
	struct pp_login login = a_login();
	struct pp_show show = a_show();
	struct pp_conf_service off = {.qr = PP_QR_OFF};
	pp_auto(pp_text) char *text = NULL;

	login.service = &off;
	check(pp_screen_draw(&login, &show, "?", &text, NULL) == PP_OK);
	check(text != NULL && strchr(text, '\xe2') == NULL);
	check(text != NULL && strstr(text, "Code  BDFX-QRTZ") != NULL);
}

/* What the worker sent is refused whole when a terminal might obey it. */
static void
refuse(struct pp_show *show)
{
	struct pp_login login = a_login();
	pp_auto(pp_text) char *text = NULL;
	struct pp_err err = {0};

	check(pp_screen_draw(&login, show, "?", &text, &err) ==
		PP_BAD_PROTOCOL);
	check(err.reason == PP_REASON_FRAME_INVALID);
	check(text == NULL);
}

static void
rejects_whatever_a_terminal_might_obey(void)
{
	static const char *const bad[] = {"", "a b", "x\033[2J", "x\a", "x\r",
		"x\n", "x\xc2\x9b", "x\xe2\x80\xae", "x\x7f"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pp_show show = a_show();

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
	struct pp_show show = a_show();

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
	struct pp_show show = a_show();
	char text[1100];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	show.uri = text;
	refuse(&show);
	show = a_show();
	text[65] = '\0';
	show.user_code = text;
	refuse(&show);
}

int
main(void)
{
	run(draws_light_modules_on_a_dark_terminal);
	run(inverting_draws_the_dark_modules);
	run(the_address_and_the_question_are_the_last_lines);
	run(beside_a_prompt_an_ssh_client_gets_no_picture);
	run(without_a_qr_code_the_rest_stands);
	run(rejects_whatever_a_terminal_might_obey);
	run(rejects_a_matrix_that_is_no_square);
	run(rejects_texts_beyond_their_limits);
	return tap_end();
}
