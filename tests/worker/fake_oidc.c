/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>

/*
 * A fake playpen-oidc, for what the real one never does. It stands in the real
 * one's place on a throw-away host and follows SCRIPT, one word a line:
 *
 *	show		DEVICE_PROMPT of a good address
 *	show-escape	DEVICE_PROMPT whose code clears the screen
 *	show-newline	DEVICE_PROMPT whose URL has a second line
 *	show-evil	DEVICE_PROMPT whose URL is on another host
 *	show-complete	DEVICE_PROMPT whose complete URL is
 *	show-matrix	DEVICE_PROMPT whose matrix is larger than it says
 *	alice, bob, root, nobody, service, issuer, connector, stranger
 *			IDENTITY; the good one, and one that is wrong there
 *	failed-escape	FAILED with a reason and a message full of escapes
 *	failed-ok	FAILED with a reason that means success
 *	result		RESULT, the module's own message
 *	huge, short, twice, tag, trailing, empty
 *			a frame that is none
 *	flood		CODE_REJECTED without an end
 *	asked		NOT_APPROVED without an end
 *	stream		the largest frame there may be, and no end of bytes
 *	much		DEVICE_PROMPT after DEVICE_PROMPT
 *	half		the beginning of a frame, and then nothing
 *	wait		nothing, until the other end closes
 *	die		SIGABRT, as a broken parser would
 */

#define SCRIPT "/var/lib/playpen-script"
#define ISSUER "http://localhost:5556/dex"

static struct pp_channel channel = {.fd = PP_CHILD_SOCKET};

static void
send_message(enum pp_message_type type, const void *body)
{
	struct pp_err err;

	if (pp_message_send(&channel, type, body, &err) != PP_OK)
		exit(EXIT_FAILURE);
}

static void
send_bytes(const void *bytes, size_t len)
{
	if (write(PP_CHILD_SOCKET, bytes, len) != (ssize_t) len)
		exit(EXIT_FAILURE);
}

static bool
show(const char *word)
{
	static unsigned char modules[PP_DEVICE_PROMPT_QR_MAX];
	struct pp_device_prompt body = {
		.uri = (char *) "http://localhost:5556/device",
		.user_code = (char *) "BDFX-QRTZ",
		.expires = 300};

	if (strcmp(word, "show-escape") == 0)
		body.user_code = (char *) "AB\033[2J\033]0;own\007CD";
	else if (strcmp(word, "show-newline") == 0)
		body.uri = (char *) "http://x/\nroot password:";
	else if (strcmp(word, "show-evil") == 0)
		body.uri = (char *) "https://evil.example/device";
	else if (strcmp(word, "show-complete") == 0)
		body.uri_complete = (char *) "https://evil.example/BDFX-QRTZ";
	else if (strcmp(word, "show-matrix") == 0)
		body.qr = (struct pp_secret){modules, sizeof(modules), 0, 0};
	else if (strcmp(word, "show") != 0)
		return false;
	send_message(PP_MESSAGE_DEVICE_PROMPT, &body);
	return true;
}

static bool
identify(const char *word)
{
	struct pp_identity body = {.type = PP_IDENTITY_USER,
		.iss = (char *) ISSUER,
		.sub = (char *) "subject-of-alice",
		.connector = (char *) "local",
		.username = (char *) "alice",
		.name = (char *) "Alice\033[2J:0:0::/:/bin/sh\nroot",
		.groups_claim = PP_GROUPS_LISTED};

	if (strcmp(word, "bob") == 0 || strcmp(word, "root") == 0)
		body.username = (char *) word;
	else if (strcmp(word, "nobody") == 0)
		body.username = NULL;
	else if (strcmp(word, "service") == 0)
		body.type = PP_IDENTITY_SERVICE;
	else if (strcmp(word, "issuer") == 0)
		body.iss = (char *) ISSUER "/";
	else if (strcmp(word, "connector") == 0)
		body.connector = (char *) "elsewhere";
	else if (strcmp(word, "stranger") == 0)
		body.sub = (char *) "another-subject";
	else if (strcmp(word, "alice") != 0)
		return false;
	send_message(PP_MESSAGE_IDENTITY, &body);
	return true;
}

static bool
fail(const char *word)
{
	struct pp_failed body = {.reason = (char *) "locked\033[2J",
		.message = (char *) "\033[2J"};
	struct pp_pam_result result = {PP_PAM_SUCCESS};

	if (strcmp(word, "result") == 0)
		send_message(PP_MESSAGE_RESULT, &result);
	else if (strcmp(word, "failed-ok") == 0)
		body.reason = (char *) "none";
	else if (strcmp(word, "failed-escape") != 0)
		return false;
	if (strcmp(word, "result") != 0)
		send_message(PP_MESSAGE_FAILED, &body);
	return true;
}

/* Frames that are none: length, type, then fields of tag and length. */
static bool
break_frame(const char *word)
{
	static const struct {
		const char *word;
		size_t len;
		const char *bytes;
	} frames[] = {
		{"huge", 6, "\xff\xff\xff\xff\0\x30"},
		{"short", 6, "\0\0\0\1\0\x30"},
		{"empty", 6, "\0\0\0\2\0\x30"},
		{"tag", 13, "\0\0\0\x9\0\x34\0\x3f\0\0\0\1x"},
		{"twice", 20, "\0\0\0\x10\0\x34\0\1\0\0\0\1x\0\1\0\0\0\1x"},
		{"trailing", 9, "\0\0\0\5\0\x34\0\1\0"},
		{"half", 6, "\0\0\1\0\0\x32"},
	};

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		if (strcmp(word, frames[i].word) == 0) {
			send_bytes(frames[i].bytes, frames[i].len);
			return true;
		}
	return false;
}

/* 128 KiB in all, of which the type are two. */
static void
stream(void)
{
	static const char zeros[4096];

	send_bytes("\0\x1\xff\xfc\0\x30", 6);
	for (;;)
		send_bytes(zeros, sizeof(zeros));
}

static void
wait_for_the_end(void)
{
	char byte;

	while (read(PP_CHILD_SOCKET, &byte, 1) > 0)
		;
}

static void
follow(const char *word)
{
	const struct pp_not_approved asked = {1000};

	if (show(word) || identify(word) || fail(word) || break_frame(word))
		return;
	while (strcmp(word, "flood") == 0)
		send_message(PP_MESSAGE_CODE_REJECTED, NULL);
	while (strcmp(word, "asked") == 0)
		send_message(PP_MESSAGE_NOT_APPROVED, &asked);
	if (strcmp(word, "stream") == 0)
		stream();
	while (strcmp(word, "much") == 0)
		show("show");
	if (strcmp(word, "wait") == 0)
		wait_for_the_end();
	if (strcmp(word, "die") == 0)
		abort();
}

int
main(void)
{
	FILE *script = fopen(SCRIPT, "re");
	char line[64];

	if (script == NULL)
		return EXIT_FAILURE;
	while (fgets(line, sizeof(line), script) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		follow(line);
	}
	fclose(script);
	return EXIT_SUCCESS;
}
