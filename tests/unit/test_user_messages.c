/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>

#include "playpen_policy/user_messages.h"
#include "tests/tap.h"

static struct pp_conf_service_account accounts[] = {
	{.name = (char *) "svc-backup"}};
static struct pp_conf conf = {
	.service_accounts = accounts, .service_account_count = 1};

/* Returns the message that the account reads for a reason, in text. */
static const char *
message_for(const char *name, enum pp_reason reason, char *text)
{
	struct request request = {.start = {.pam_service = (char *) "sudo",
					  .user = (char *) name},
		.conf = &conf,
		.err = {.kind = pp_reason_kind(reason), .reason = reason}};

	user_message_write(&request, text);
	return text;
}

static void
check_message(const char *name, enum pp_reason reason)
{
	char text[USER_MESSAGE_SIZE];
	size_t len = strlen(message_for(name, reason, text));
	bool good = len > 20 && len < 160 && text[len - 1] == '.' &&
		    strchr(text, '%') == NULL;

	for (size_t at = 0; at < len; at++)
		good = good && text[at] >= 0x20 && text[at] <= 0x7e;
	if (!check(good))
		printf("# %s: %s\n", pp_reason_word(reason), text);
}

static void
every_reason_has_one_plain_message(void)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		check_message("alice", (enum pp_reason) i);
		check_message("svc-backup", (enum pp_reason) i);
	}
}

/* The reader can sign in again or otherwise, wait, or ask for help. */
static void
every_message_says_what_the_reader_can_do(void)
{
	static const char *const verbs[] = {"Tell your administrator",
		"tell your administrator", "sk your administrator", "Sign in ",
		"Start again", "Try again", "Choose another", "Use ",
		"Ask for ", "Get it ", "Check the clocks", "Connect ",
		"Run playpen"};

	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++)
		for (int service = 0; service < 2; service++) {
			const char *text = user_message_template(
				(enum pp_reason) i, service != 0);
			bool found = text == NULL || i == PP_REASON_NOT_ROOT;

			for (size_t j = 0; j < PP_COUNT(verbs) && !found; j++)
				found = strstr(text, verbs[j]) != NULL;
			if (!check(found))
				printf("# %s\n", text);
		}
}

/* Returns what is said of a certificate, or "". */
static const char *
certificate_message(enum pp_reason reason, int64_t max_age, char *text)
{
	struct pp_conf node = {.ssh_token_max_age = max_age};
	struct request request = {.start = {.pam_service = (char *) "sshd",
					  .user = (char *) "alice"},
		.conf = &node};

	return user_message_of_certificate(&request, reason, text) ? text : "";
}

static void
a_refused_certificate_has_a_true_sentence(void)
{
	static const struct {
		enum pp_reason reason;
		int64_t max_age;
		const char *text;
	} rows[] = {
		{PP_REASON_CERT_WINDOW, 0,
			"Your day certificate has ended. Run playpen-ssh login."},
		{PP_REASON_CERT_AGE, 43200,
			"Your sign-in of the day is older than this node allows (12 hours). Run playpen-ssh login."},
		{PP_REASON_CERT_AGE, 3600,
			"Your sign-in of the day is older than this node allows (1 hour). Run playpen-ssh login."},
		{PP_REASON_CERT_AGE, 5400,
			"Your sign-in of the day is older than this node allows (90 minutes). Run playpen-ssh login."},
		{PP_REASON_CERT_NAME, 0,
			"Your day certificate is for another name than alice. Connect with your own name."},
		{PP_REASON_CERT_KEY_GONE, 0,
			"Your day certificate is signed by a key that Playpen no longer has. Run playpen-ssh login."},
		{PP_REASON_SIGNATURE_INVALID, 0,
			"Your day certificate is not trusted on this node. Tell your administrator."},
		{PP_REASON_DEADLINE, 0,
			"This node was too busy to check your day certificate. Connect again for that."},
	};
	char text[USER_MESSAGE_SIZE];

	for (size_t i = 0; i < PP_COUNT(rows); i++)
		check_text(certificate_message(
				   rows[i].reason, rows[i].max_age, text),
			rows[i].text);
}

/* A copy of a certificate, without its key, is enough to be told this. */
static void
nothing_is_said_of_the_account_before_a_sign_in(void)
{
	char text[USER_MESSAGE_SIZE];

	check_text(certificate_message(PP_REASON_NONE, 0, text), "");
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		enum pp_reason reason = (enum pp_reason) i;
		bool account = pp_reason_kind(reason) != PP_UNTRUSTED &&
			       reason != PP_REASON_CERT_HOME &&
			       reason != PP_REASON_CLOCK_UNSET &&
			       reason != PP_REASON_TOO_MANY_PENDING &&
			       reason != PP_REASON_DEADLINE;

		check((certificate_message(reason, 0, text)[0] == '\0') ==
			account);
	}
}

static void
names_are_filled_in(void)
{
	char text[USER_MESSAGE_SIZE];

	check_text(message_for("alice", PP_REASON_SERVICE_REFUSED, text),
		"alice may not use sudo on this node. Ask your administrator.");
}

/* Returns what alice reads whose groups a gate does not take. */
static const char *
gate_message(enum pp_reason reason, const char *groups, char *text)
{
	struct pp_conf_pam_service service = {0};
	struct request request = {.start = {.pam_service = (char *) "sshd",
					  .user = (char *) "alice"},
		.service = &service,
		.err = {.kind = PP_DENIED, .reason = reason}};

	check_kind(pp_strv_append_words(&service.require_groups, groups, NULL),
		PP_OK);
	user_message_write(&request, text);
	pp_strv_free(&service.require_groups);
	return text;
}

static void
required_groups_are_named_as_far_as_there_is_room(void)
{
	char text[USER_MESSAGE_SIZE];

	check_text(gate_message(PP_REASON_GROUP_MISSING, "dev ops", text),
		"You are in none of the groups that sshd requires on this node (dev, ops). Ask your administrator.");
	check_text(gate_message(PP_REASON_GROUPS_UNKNOWN, "", text),
		"sshd goes by groups (some are denied), and yours are unknown or too many for the token. Ask your administrator.");
	check_text(gate_message(PP_REASON_GROUP_MISSING,
			   "a234567890123456789012345678901 "
			   "b234567890123456789012345678901 "
			   "c234567890123456789012345678901 d",
			   text),
		"You are in none of the groups that sshd requires on this node (a234567890123456789012345678901, b234567890123456789012345678901, ...). Ask your administrator.");
}

static void
a_stranger_reads_a_reference_and_no_reason(void)
{
	char text[USER_MESSAGE_SIZE];
	struct request request = {.start = {.pam_service = (char *) "sshd",
					  .user = (char *) "alice"},
		.ref = "0123abcd",
		.reason_hidden = true,
		.err = {.kind = PP_DENIED, .reason = PP_REASON_LOCKED}};

	user_message_write(&request, text);
	check_text(text,
		"You cannot sign in here as alice. Ask your administrator (0123abcd).");
	request.reason_hidden = false;
	user_message_write(&request, text);
	check_text(text,
		"The account alice is locked on this node. Ask your administrator.");
}

static void
names_are_made_printable(void)
{
	struct request request = {.start = {.pam_service = (char *) "s\033[2J",
					  .user = (char *) "a\nb"},
		.err = {.kind = PP_DENIED,
			.reason = PP_REASON_SERVICE_REFUSED}};
	char text[USER_MESSAGE_SIZE];

	user_message_write(&request, text);
	check_text(text,
		"a\\x0ab may not use s\\x1b[2J on this node. Ask your administrator.");
}

static void
a_refused_token_says_nothing_about_the_check(void)
{
	char first[USER_MESSAGE_SIZE];
	char second[USER_MESSAGE_SIZE];

	check_text(message_for("alice", PP_REASON_TOKEN_MALFORMED, first),
		message_for("alice", PP_REASON_TOKEN_TOO_LONG, second));
}

/* A person has no token and no client secret to do anything about. */
static void
only_a_service_account_reads_about_its_token(void)
{
	char text[USER_MESSAGE_SIZE];
	char general[USER_MESSAGE_SIZE];

	message_for("alice", PP_REASON_TOKEN_MALFORMED, general);
	check_text(message_for("alice", PP_REASON_AUD_MISMATCH, text), general);
	check_text(message_for("svc-backup", PP_REASON_AUD_MISMATCH, text),
		"The token is not for this node's client. Ask for one with the audience that the prompt names.");
	check_text(message_for(
			   "svc-backup", PP_REASON_ACCOUNT_TYPE_MISMATCH, text),
		"A person cannot sign in as a service account. Use the client id and secret of svc-backup.");
	check_text(message_for("svc-backup", PP_REASON_LOCKED, text),
		"The account svc-backup is locked on this node. Ask your administrator.");
}

static void
the_name_that_people_know_stands_in_the_messages(void)
{
	char text[USER_MESSAGE_SIZE];

	check_contains(message_for("alice", PP_REASON_HTTP_TIMEOUT, text),
		"Playpen's sign-in service");
	conf.display_name = (char *) "Example Ltd";
	check_contains(message_for("alice", PP_REASON_HTTP_TIMEOUT, text),
		"Example Ltd's sign-in service");
	conf.display_name = NULL;
}

/* A node has one name. A message that names the product would be a second. */
static void
no_message_has_the_product_s_own_name(void)
{
	char text[USER_MESSAGE_SIZE];

	conf.display_name = (char *) "Example Ltd";
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		check_lacks(message_for("alice", (enum pp_reason) i, text),
			PP_CONF_DISPLAY_NAME);
		check_lacks(message_for("svc-backup", (enum pp_reason) i, text),
			PP_CONF_DISPLAY_NAME);
	}
	check_contains(message_for("alice", PP_REASON_USERNAME_MISSING, text),
		"Example Ltd did not say");
	conf.display_name = NULL;
	for (int i = 0; i < PROMPT_TEXT_COUNT; i++)
		check_lacks(prompt_text_get((enum prompt_text) i),
			PP_CONF_DISPLAY_NAME);
}

/* The person is known then, and the provider is not at fault. */
static void
who_may_not_sign_in_reads_nothing_of_trust(void)
{
	static const struct {
		enum pp_reason reason;
		const char *text;
	} rows[] = {
		{PP_REASON_EMAIL_UNVERIFIED,
			"Playpen has not verified your e-mail address, so you cannot sign in on this node. Ask your administrator."},
		{PP_REASON_TENANT_REFUSED,
			"People of your organization cannot sign in on this node. Ask your administrator."},
		{PP_REASON_GUEST_REFUSED,
			"You are a guest at Playpen, and guests cannot sign in on this node. Ask your administrator."},
		{PP_REASON_TENANT_INVALID,
			"The answer of Playpen's sign-in service was not trusted. Tell your administrator."},
	};
	char text[USER_MESSAGE_SIZE];

	for (size_t i = 0; i < PP_COUNT(rows); i++)
		check_text(message_for("alice", rows[i].reason, text),
			rows[i].text);
}

/* A provider refuses a client whose grant is off by the same words. */
static void
a_person_reads_nothing_of_secrets(void)
{
	char text[USER_MESSAGE_SIZE];

	check_text(message_for("alice", PP_REASON_CLIENT_REFUSED, text),
		"Playpen's sign-in service does not accept this node as its client. Tell your administrator.");
	check_contains(
		message_for("svc-backup", PP_REASON_CLIENT_REFUSED, text),
		"the client's id or secret");
}

static void
without_a_configuration_everyone_is_a_person(void)
{
	struct request request = {.start = {.pam_service = (char *) "sshd",
					  .user = (char *) "svc-backup"},
		.err = {PP_BAD_CONFIG, PP_REASON_CONFIG_MISSING, "", ""}};
	char text[USER_MESSAGE_SIZE];

	user_message_write(&request, text);
	check_text(text,
		"Sign-in is not set up on this node. Tell your administrator.");
}

/* Returns a file of the source as one text; "" when it is not there. Static. */
static const char *
source_text(const char *name)
{
	static char text[65536];
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *file;

	text[0] = '\0';
	snprintf(path, sizeof(path), "%s/%s", srcdir != NULL ? srcdir : ".",
		name);
	file = fopen(path, "re");
	if (check(file != NULL)) {
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
	}
	return text;
}

static void
the_manual_has_every_prompt(void)
{
	const char *manual = source_text("man/pam_playpen.8");
	char line[USER_MESSAGE_SIZE + 2];

	for (int i = 0; i < PROMPT_TEXT_COUNT; i++) {
		snprintf(line, sizeof(line), "\n%s",
			prompt_text_get((enum prompt_text) i));
		while (isspace((unsigned char) line[strlen(line) - 1]))
			line[strlen(line) - 1] = '\0';
		strcat(line, "\n");
		if (!check_contains(manual, line))
			printf("# the manual lacks: %s", line + 1);
	}
}

/* Copies C source without the seams between the parts of a string. */
static void
join_strings(const char *source, char *joined)
{
	for (; *source != '\0'; source++) {
		size_t seam = strspn(source + 1, " \t\\\n");

		if (source[0] == '"' && seam > 1 && source[1 + seam] == '"')
			source += 1 + seam;
		else
			*joined++ = *source;
	}
	*joined = '\0';
}

#define NO_PASSWORD                                                            \
	"This account has no password on this node. Change your password at the provider, in a browser."

/* The module has its messages itself: it does not link the table's texts. */
static void
the_module_has_the_messages_of_table_and_manual(void)
{
	static char joined[65536];
	const char *text = user_message_template(PP_REASON_NOT_ROOT, false);

	join_strings(source_text("pam_playpen/pam_playpen.c"), joined);
	if (check(text != NULL))
		check_contains(joined, text);
	check_contains(joined, NO_PASSWORD);
	check_contains(source_text("man/pam_playpen.8"), "\n" NO_PASSWORD "\n");
}

int
main(void)
{
	run(every_reason_has_one_plain_message);
	run(every_message_says_what_the_reader_can_do);
	run(a_refused_certificate_has_a_true_sentence);
	run(nothing_is_said_of_the_account_before_a_sign_in);
	run(names_are_filled_in);
	run(required_groups_are_named_as_far_as_there_is_room);
	run(a_stranger_reads_a_reference_and_no_reason);
	run(names_are_made_printable);
	run(a_refused_token_says_nothing_about_the_check);
	run(only_a_service_account_reads_about_its_token);
	run(the_name_that_people_know_stands_in_the_messages);
	run(no_message_has_the_product_s_own_name);
	run(who_may_not_sign_in_reads_nothing_of_trust);
	run(a_person_reads_nothing_of_secrets);
	run(without_a_configuration_everyone_is_a_person);
	run(the_manual_has_every_prompt);
	run(the_module_has_the_messages_of_table_and_manual);
	return tap_end();
}
