/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>

/*
 * A fake playpen-policy, for what the real one never does. It stands at the
 * real one's path inside the test's namespace and follows a script:
 *
 *	start		write START's "user service stage" to the report
 *	info TEXT	INFO
 *	error TEXT	INFO of a refusal
 *	ask TEXT	PROMPT with echo, write the answer to the report
 *	secret TEXT	PROMPT without echo, the same
 *	question TEXT	PROMPT with echo, nobody waits for the answer
 *	setenv VALUE	SETENV of the ticket
 *	unsetenv	SETENV without a value
 *	refused TEXT	SETENV of why a certificate was refused
 *	foreign		SETENV of another variable
 *	result CODE	RESULT
 *	identity	a message that only a worker sends
 *	garbage		bytes that are no frame
 *	wait		until the other end closes or cancels, reported
 */

#define SCRIPT "/var/lib/playpen/script"
#define REPORT "/var/lib/playpen/report"

static struct pp_frame started;
static struct pp_channel channel = {.fd = PP_CHILD_SOCKET};

static void
report(const char *text)
{
	FILE *file = fopen(REPORT, "ae");

	if (file == NULL)
		exit(EXIT_FAILURE);
	fprintf(file, "%s\n", text);
	fclose(file);
}

static void
send_or_die(enum pp_message_type type, const void *body)
{
	struct pp_err err;

	if (pp_message_send(&channel, type, body, &err) != PP_OK)
		exit(EXIT_FAILURE);
}

static void
wait_frame(struct pp_frame *frame)
{
	struct pp_err err;

	if (pp_channel_wait(&channel, &pp_clock_system,
		    pp_clock_boot_ms(&pp_clock_system) + 20000, frame,
		    &err) != PP_OK) {
		report(pp_reason_word(err.reason));
		exit(EXIT_FAILURE);
	}
}

static void
report_start(void)
{
	struct pp_start start = {0};
	char line[600];

	if (pp_message_unpack(&started, PP_MESSAGE_START, &start, NULL) !=
		PP_OK)
		exit(EXIT_FAILURE);
	snprintf(line, sizeof(line), "%s %s %lld", start.user,
		start.pam_service, (long long) start.stage);
	report(line);
	pp_message_free(PP_MESSAGE_START, &start);
}

static void
ask(const char *text, bool echo)
{
	const struct pp_prompt prompt = {(char *) text, echo};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	struct pp_reply reply = {0};

	send_or_die(PP_MESSAGE_PROMPT, &prompt);
	wait_frame(&frame);
	if (pp_message_unpack(&frame, PP_MESSAGE_REPLY, &reply, NULL) != PP_OK)
		exit(EXIT_FAILURE);
	report(pp_secret_text(&reply.text));
	pp_message_free(PP_MESSAGE_REPLY, &reply);
}

static void
wait_for_the_end(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};

	wait_frame(&frame);
	report(pp_message_name(frame.type));
}

static void
follow(const char *verb, const char *rest)
{
	struct pp_info info = {(char *) rest, strcmp(verb, "error") == 0};
	struct pp_prompt question = {(char *) rest, true};
	struct pp_setenv variable = {(char *) PP_SIGN_IN_VARIABLE, NULL};
	struct pp_pam_result result = {strtoll(rest, NULL, 10)};
	struct pp_failed failed = {.reason = (char *) "locked"};

	if (strcmp(verb, "start") == 0)
		report_start();
	if (strcmp(verb, "info") == 0 || info.error)
		send_or_die(PP_MESSAGE_INFO, &info);
	if (strcmp(verb, "ask") == 0 || strcmp(verb, "secret") == 0)
		ask(rest, strcmp(verb, "ask") == 0);
	if (strcmp(verb, "question") == 0)
		send_or_die(PP_MESSAGE_PROMPT, &question);
	if (strcmp(verb, "setenv") == 0)
		variable.value = (char *) rest;
	if (strcmp(verb, "refused") == 0)
		variable = (struct pp_setenv){
			(char *) PP_REFUSAL_VARIABLE, (char *) rest};
	if (strcmp(verb, "foreign") == 0)
		variable =
			(struct pp_setenv){(char *) "LD_PRELOAD", (char *) "x"};
	if (strstr(verb, "setenv") != NULL || strcmp(verb, "foreign") == 0 ||
		strcmp(verb, "refused") == 0)
		send_or_die(PP_MESSAGE_SETENV, &variable);
	if (strcmp(verb, "result") == 0)
		send_or_die(PP_MESSAGE_RESULT, &result);
	if (strcmp(verb, "identity") == 0)
		send_or_die(PP_MESSAGE_FAILED, &failed);
	if (strcmp(verb, "garbage") == 0 &&
		write(PP_CHILD_SOCKET, "\xff\xff\xff\xff garbage", 12) != 12)
		exit(EXIT_FAILURE);
	if (strcmp(verb, "wait") == 0)
		wait_for_the_end();
}

int
main(void)
{
	FILE *script = fopen(SCRIPT, "re");
	char line[512];

	if (script == NULL)
		return EXIT_FAILURE;
	/* As the real one: who ends with START unread resets the socket, and
	 * takes what it sent along. */
	wait_frame(&started);
	while (fgets(line, sizeof(line), script) != NULL) {
		char *rest = line + strcspn(line, " \n");
		bool more = *rest == ' ';

		*rest = '\0';
		rest += more;
		rest[strcspn(rest, "\n")] = '\0';
		follow(line, more ? rest : "");
	}
	fclose(script);
	pp_frame_free(&started);
	return EXIT_SUCCESS;
}
