/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>

/*
 * A fake playpen-oidc for test_keys_stage, which answers at once what the test
 * wants to hear. It stands at the real one's path in the test's namespace and
 * reads these files of PLACE:
 *
 *	verdict		the reason of FAILED, or nothing: the certificate is
 *good renewal		the same for RENEW_KEYS; a good one is noted in
 *`renewed` after		the verdict once there is `renewed` username
 *the name in the token type, key	of the key, as CERTIFICATE says them
 *	keys-to		keys_to_ms, added to the time of now
 *	format		"openpubkey" for that format
 *
 * The word "hang" as a verdict: it says nothing.
 */

#define PLACE "/run/fake/"
#define ISSUER "https://dex.example/dex"

static struct pp_channel channel = {.fd = PP_CHILD_SOCKET};

static void
send_or_die(enum pp_message_type type, const void *body)
{
	struct pp_err err;

	if (pp_message_send(&channel, type, body, &err) != PP_OK)
		exit(EXIT_FAILURE);
}

static void
read_word(const char *file, char word[64])
{
	char path[64];
	FILE *stream;
	size_t len;

	snprintf(path, sizeof(path), PLACE "%s", file);
	stream = fopen(path, "re");
	len = stream != NULL ? fread(word, 1, 63, stream) : 0;
	word[len] = '\0';
	if (stream != NULL)
		fclose(stream);
}

static void
note(const char *file)
{
	char path[64];
	FILE *stream;

	snprintf(path, sizeof(path), PLACE "%s", file);
	stream = fopen(path, "ae");
	if (stream == NULL)
		exit(EXIT_FAILURE);
	fputc('x', stream);
	fclose(stream);
}

static void
fail(char *reason)
{
	const struct pp_failed failed = {
		.reason = reason, .message = (char *) "as the test wants"};

	while (strcmp(reason, "hang") == 0)
		pause();
	send_or_die(PP_MESSAGE_FAILED, &failed);
	exit(EXIT_SUCCESS);
}

static void
verify(void)
{
	char word[64], type[64], key[64], username[64], ahead[64];
	struct pp_certificate_found found = {.key_type = type,
		.key = key,
		.end = 1800003600,
		.fingerprint = (char *) "abc"};
	struct pp_identity identity = {.type = PP_IDENTITY_USER,
		.iss = (char *) ISSUER,
		.sub = (char *) "alice",
		.connector = (char *) "local",
		.username = username,
		.groups_claim = PP_GROUPS_LISTED,
		.iat = 1800000000};

	read_word(
		access(PLACE "renewed", F_OK) == 0 ? "after" : "verdict", word);
	if (word[0] != '\0')
		fail(word);
	read_word("type", type);
	read_word("key", key);
	read_word("username", username);
	read_word("keys-to", ahead);
	read_word("format", word);
	found.openpubkey = strcmp(word, "openpubkey") == 0;
	found.keys_to_ms =
		pp_clock_boot_ms(&pp_clock_system) + strtoll(ahead, NULL, 10);
	send_or_die(PP_MESSAGE_CERTIFICATE, &found);
	send_or_die(PP_MESSAGE_IDENTITY, &identity);
}

static void
renew(void)
{
	char word[64];

	read_word("renewal", word);
	if (word[0] != '\0')
		fail(word);
	note("renewed");
	send_or_die(PP_MESSAGE_VERIFY_DONE, NULL);
}

int
main(void)
{
	note("started");
	for (;;) {
		pp_cleanup(pp_frame) struct pp_frame frame = {0};
		struct pp_err err;

		if (pp_channel_wait(&channel, &pp_clock_system,
			    pp_clock_boot_ms(&pp_clock_system) + 20000, &frame,
			    &err) != PP_OK)
			return EXIT_FAILURE;
		if (frame.type == PP_MESSAGE_VERIFY_CERTIFICATE)
			verify();
		if (frame.type == PP_MESSAGE_RENEW_KEYS)
			renew();
	}
}
