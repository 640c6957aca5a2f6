/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <unistd.h>

#include <playpen/ipc/message.h>

#include "tests/tap.h"

static struct pp_channel a = {.fd = -1};
static struct pp_channel b = {.fd = -1};

static void
connect_both(void)
{
	int fds[2];

	pp_channel_free(&a);
	pp_channel_free(&b);
	if (!check_int(
		    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0))
		exit(EXIT_FAILURE);
	a.fd = fds[0];
	b.fd = fds[1];
}

/* Sends the raw frame and says why IDENTITY or another type refuses it. */
static enum pp_reason
refusal(struct pp_frame *out, enum pp_message_type type, void *body)
{
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_err err = {0};

	connect_both();
	check_kind(pp_channel_send(&a, out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &in, NULL), PP_OK);
	if (pp_message_unpack(&in, type, body, &err) == PP_OK)
		return PP_REASON_NONE;
	return err.reason;
}

static void
an_identity_survives_the_way(void)
{
	struct pp_identity out = {.type = PP_IDENTITY_USER,
		.iss = (char *) "https://dex.example/dex",
		.sub = (char *) "CgVhbGljZRIFbG9jYWw",
		.username = (char *) "alice",
		.groups_claim = PP_GROUPS_CUT,
		.at_hash = true,
		.iat = 1700000000,
		.exp = PP_MESSAGE_TIME_MAX};
	struct pp_identity in = {0};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};

	connect_both();
	check_kind(
		pp_strv_append_words(&out.groups, "dev platform-admins", NULL),
		PP_OK);
	check_kind(pp_message_send(&a, PP_MESSAGE_IDENTITY, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &frame, NULL), PP_OK);
	check_kind(pp_message_unpack(&frame, PP_MESSAGE_IDENTITY, &in, NULL),
		PP_OK);
	check_text(in.sub, out.sub);
	check(in.connector == NULL);
	check(!in.email_verified);
	check(in.at_hash && !in.keys_leak);
	check_int(in.groups_claim, PP_GROUPS_CUT);
	check_int(in.groups.count, 2);
	check_text(in.groups.items[1], "platform-admins");
	check_int(in.iat, 1700000000);
	check_int(in.exp, PP_MESSAGE_TIME_MAX);
	pp_message_free(PP_MESSAGE_IDENTITY, &in);
	check(in.sub == NULL);
	check_int(in.groups.count, 0);
	pp_strv_free(&out.groups);
}

/* Says why an identity with this time is refused. */
static enum pp_reason
refusal_of_time(int64_t time)
{
	struct pp_identity out = {.iss = (char *) "https://dex.example/dex",
		.sub = (char *) "CgVhbGljZRIFbG9jYWw",
		.iat = time};
	struct pp_identity in = {0};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_reason reason;

	check_kind(pp_message_pack(PP_MESSAGE_IDENTITY, &out, &frame, NULL),
		PP_OK);
	reason = refusal(&frame, PP_MESSAGE_IDENTITY, &in);
	pp_message_free(PP_MESSAGE_IDENTITY, &in);
	return reason;
}

static void
rejects_a_time_that_cannot_be_counted_with(void)
{
	check_reason(refusal_of_time(0), PP_REASON_NONE);
	check_reason(refusal_of_time(PP_MESSAGE_TIME_MAX), PP_REASON_NONE);
	check_reason(refusal_of_time(PP_MESSAGE_TIME_MAX + 1),
		PP_REASON_FRAME_INVALID);
	check_reason(refusal_of_time(-1), PP_REASON_FRAME_INVALID);
	check_reason(refusal_of_time(INT64_MIN), PP_REASON_FRAME_INVALID);
}

static void
a_dry_run_survives_the_way(void)
{
	struct pp_dry_run out = {.reason = (char *) "group-missing",
		.stage = PP_STAGE_ACCOUNT,
		.message = (char *) "in none of them",
		.was_bound = true,
		.uid = -1,
		.groups_known = true,
		.groups_expire_at = 1700000000};
	struct pp_dry_run in = {0};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};

	connect_both();
	check_kind(pp_strv_append_words(&out.groups, "dev ops", NULL), PP_OK);
	check_kind(pp_message_send(&a, PP_MESSAGE_DRY_RUN, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &frame, NULL), PP_OK);
	check_kind(pp_message_unpack(&frame, PP_MESSAGE_DRY_RUN, &in, NULL),
		PP_OK);
	check_text(in.reason, "group-missing");
	check_text(in.message, "in none of them");
	check_int(in.stage, PP_STAGE_ACCOUNT);
	check(in.was_bound);
	check(in.groups_known);
	check_int(in.uid, -1);
	check_int(in.groups_expire_at, 1700000000);
	check(in.home == NULL);
	check_int(in.groups.count, 2);
	pp_message_free(PP_MESSAGE_DRY_RUN, &in);
	pp_strv_free(&out.groups);
}

static void
every_stage_has_its_word(void)
{
	check_text(pp_stage_word(PP_STAGE_AUTH), "auth");
	check_text(pp_stage_word(PP_STAGE_CLOSE), "close");
	check_text(pp_stage_word(PP_STAGE_DRY_RUN), "dry-run");
	check_text(pp_stage_word(PP_STAGE_BIND), "bind");
	check_text(pp_stage_word(0), "unknown");
	check_text(pp_stage_word(PP_STAGE_KEYS), "keys");
	check_text(pp_stage_word(PP_STAGE_KEYS + 1), "unknown");
}

static void
secrets_survive_the_way(void)
{
	struct pp_reply out = {0};
	struct pp_reply in = {0};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};

	connect_both();
	check_kind(pp_secret_set(&out.text, "a\0b", 3, NULL), PP_OK);
	check_kind(pp_message_send(&a, PP_MESSAGE_REPLY, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &frame, NULL), PP_OK);
	check_kind(
		pp_message_unpack(&frame, PP_MESSAGE_REPLY, &in, NULL), PP_OK);
	check_int(in.text.len, 3);
	check(memcmp(in.text.data, "a\0b", 3) == 0);
	pp_message_free(PP_MESSAGE_REPLY, &in);
	pp_message_free(PP_MESSAGE_REPLY, &out);
}

static void
rejects_an_unknown_tag(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_FAILED};
	pp_cleanup(pp_frame) struct pp_frame twin = {.type = PP_MESSAGE_FAILED};
	struct pp_failed body = {0};

	check_kind(pp_frame_put(&frame, 1, "locked", 6, NULL), PP_OK);
	check_kind(pp_frame_put(&frame, 9, "x", 1, NULL), PP_OK);
	check_reason(refusal(&frame, PP_MESSAGE_FAILED, &body),
		PP_REASON_FRAME_INVALID);
	check(body.reason == NULL);
	check_kind(pp_frame_put(&twin, 1, "locked", 6, NULL), PP_OK);
	check_reason(refusal(&twin, PP_MESSAGE_FAILED, &body), PP_REASON_NONE);
	pp_message_free(PP_MESSAGE_FAILED, &body);
}

static void
rejects_a_tag_that_comes_twice(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_FAILED};
	struct pp_failed body = {0};

	check_kind(pp_frame_put(&frame, 1, "locked", 6, NULL), PP_OK);
	check_kind(pp_frame_put(&frame, 1, "locked", 6, NULL), PP_OK);
	check_reason(refusal(&frame, PP_MESSAGE_FAILED, &body),
		PP_REASON_FRAME_INVALID);
}

static void
rejects_a_missing_member(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_FAILED};
	struct pp_failed body = {0};

	check_reason(refusal(&frame, PP_MESSAGE_FAILED, &body),
		PP_REASON_FRAME_INVALID);
}

static void
rejects_a_nul_in_a_text_and_a_text_too_long(void)
{
	pp_cleanup(pp_frame) struct pp_frame nul = {.type = PP_MESSAGE_FAILED};
	pp_cleanup(pp_frame) struct pp_frame lengthy = {
		.type = PP_MESSAGE_FAILED};
	struct pp_failed body = {0};
	char text[257];

	memset(text, 'x', sizeof(text));
	check_kind(pp_frame_put(&nul, 1, "lock\0ed", 7, NULL), PP_OK);
	check_reason(refusal(&nul, PP_MESSAGE_FAILED, &body),
		PP_REASON_FRAME_INVALID);
	check_kind(pp_frame_put(&lengthy, 1, text, sizeof(text), NULL), PP_OK);
	check_reason(refusal(&lengthy, PP_MESSAGE_FAILED, &body),
		PP_REASON_FRAME_INVALID);
}

static void
rejects_numbers_and_truths_of_another_size(void)
{
	pp_cleanup(pp_frame) struct pp_frame number = {
		.type = PP_MESSAGE_RESULT};
	pp_cleanup(pp_frame) struct pp_frame truth = {.type = PP_MESSAGE_INFO};
	struct pp_pam_result result = {0};
	struct pp_info info = {0};

	check_kind(pp_frame_put(&number, 1, "\0\0\0\1", 4, NULL), PP_OK);
	check_reason(refusal(&number, PP_MESSAGE_RESULT, &result),
		PP_REASON_FRAME_INVALID);
	check_kind(pp_frame_put(&truth, 1, "x", 1, NULL), PP_OK);
	check_kind(pp_frame_put(&truth, 2, "\2", 1, NULL), PP_OK);
	check_reason(refusal(&truth, PP_MESSAGE_INFO, &info),
		PP_REASON_FRAME_INVALID);
}

static void
rejects_another_version_by_name(void)
{
	struct pp_start out = {.version = PP_MESSAGE_VERSION + 1,
		.pam_service = (char *) "sshd",
		.user = (char *) "alice"};
	struct pp_start in = {0};
	struct pp_err err;
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	pp_cleanup(pp_frame) struct pp_frame twin = {0};

	connect_both();
	check_kind(pp_message_send(&a, PP_MESSAGE_START, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &frame, NULL), PP_OK);
	check_kind(pp_message_unpack(&frame, PP_MESSAGE_START, &in, &err),
		PP_PROTOCOL_ERROR);
	check_reason(err.reason, PP_REASON_FRAME_VERSION);
	out.version = PP_MESSAGE_VERSION;
	check_kind(pp_message_send(&a, PP_MESSAGE_START, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &twin, NULL), PP_OK);
	check_kind(
		pp_message_unpack(&twin, PP_MESSAGE_START, &in, &err), PP_OK);
	check_text(in.user, "alice");
	pp_message_free(PP_MESSAGE_START, &in);
}

static void
a_verify_request_survives_the_way(void)
{
	struct pp_verify_request out = {.version = PP_MESSAGE_VERSION,
		.has_keys = true,
		.has_access_token = true,
		.issuer = (char *) "https://dex.example/dex",
		.client_id = (char *) "playpen",
		.profile = (char *) "dex",
		.at_time = 1700000000};
	struct pp_verify_request in = {0};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};

	connect_both();
	check_kind(pp_secret_set(&out.nonce, "n-1", 3, NULL), PP_OK);
	check_kind(pp_strv_append_words(&out.connectors, "local ldap", NULL),
		PP_OK);
	check_kind(pp_message_send(&a, PP_MESSAGE_VERIFY_REQUEST, &out, NULL),
		PP_OK);
	check_kind(pp_channel_receive(&b, &frame, NULL), PP_OK);
	check_kind(
		pp_message_unpack(&frame, PP_MESSAGE_VERIFY_REQUEST, &in, NULL),
		PP_OK);
	check(in.has_keys && in.has_access_token && !in.batch);
	check_text(in.issuer, out.issuer);
	check_text(in.client_id, "playpen");
	check_text(in.profile, "dex");
	check(in.service_client_id == NULL);
	check_int(in.algorithms.count, 0);
	check_int(in.connectors.count, 2);
	check_int(in.at_time, 1700000000);
	check_text(in.connectors.items[1], "ldap");
	check_int(in.nonce.len, 3);
	check(memcmp(in.nonce.data, "n-1", 3) == 0);
	pp_message_free(PP_MESSAGE_VERIFY_REQUEST, &in);
	pp_secret_free(&out.nonce);
	pp_strv_free(&out.connectors);
}

static void
rejects_a_verify_request_of_another_version_or_with_half_its_members(void)
{
	pp_cleanup(pp_frame) struct pp_frame old = {
		.type = PP_MESSAGE_VERIFY_REQUEST};
	pp_cleanup(pp_frame) struct pp_frame half = {
		.type = PP_MESSAGE_VERIFY_REQUEST};
	pp_cleanup(pp_frame) struct pp_frame late = {
		.type = PP_MESSAGE_VERIFY_REQUEST};
	struct pp_verify_request body = {0};

	check_kind(pp_frame_put(&old, 1, "\0\0\0\0\0\0\0\2", 8, NULL), PP_OK);
	check_reason(refusal(&old, PP_MESSAGE_VERIFY_REQUEST, &body),
		PP_REASON_FRAME_VERSION);
	check_kind(pp_frame_put(&half, 1, "\0\0\0\0\0\0\0\1", 8, NULL), PP_OK);
	check_reason(refusal(&half, PP_MESSAGE_VERIFY_REQUEST, &body),
		PP_REASON_FRAME_INVALID);
	/* The version is the first thing that is said. */
	check_kind(pp_frame_put(&late, 2, "\0", 1, NULL), PP_OK);
	check_kind(pp_frame_put(&late, 1, "\0\0\0\0\0\0\0\1", 8, NULL), PP_OK);
	check_reason(refusal(&late, PP_MESSAGE_VERIFY_REQUEST, &body),
		PP_REASON_FRAME_VERSION);
}

static void
claims_come_in_parts_of_a_bounded_size(void)
{
	static const char text[PP_CLAIMS_CHUNK_MAX + 1];
	pp_cleanup(pp_frame) struct pp_frame whole = {
		.type = PP_MESSAGE_CLAIMS_CHUNK};
	pp_cleanup(pp_frame) struct pp_frame over = {
		.type = PP_MESSAGE_CLAIMS_CHUNK};
	pp_cleanup(pp_frame) struct pp_frame none = {
		.type = PP_MESSAGE_CLAIMS_CHUNK};
	struct pp_claims_chunk body = {0};

	check_kind(pp_frame_put(&whole, 1, text, PP_CLAIMS_CHUNK_MAX, NULL),
		PP_OK);
	check_reason(refusal(&whole, PP_MESSAGE_CLAIMS_CHUNK, &body),
		PP_REASON_NONE);
	check_int(body.text.len, PP_CLAIMS_CHUNK_MAX);
	pp_message_free(PP_MESSAGE_CLAIMS_CHUNK, &body);
	check(body.text.data == NULL);
	check_kind(pp_frame_put(&over, 1, text, sizeof(text), NULL), PP_OK);
	check_reason(refusal(&over, PP_MESSAGE_CLAIMS_CHUNK, &body),
		PP_REASON_FRAME_INVALID);
	check_reason(refusal(&none, PP_MESSAGE_CLAIMS_CHUNK, &body),
		PP_REASON_FRAME_INVALID);
}

static void
a_verdict_says_its_claims_elsewhere(void)
{
	struct pp_verdict out = {.id = (char *) "case-1",
		.reason = (char *) "alg-none",
		.message = (char *) "alg is none"};
	struct pp_verdict in = {0};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};

	connect_both();
	check_kind(pp_secret_set(&out.claims, "{}", 2, NULL), PP_OK);
	check_kind(pp_message_send(&a, PP_MESSAGE_VERDICT, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &frame, NULL), PP_OK);
	check_kind(pp_message_unpack(&frame, PP_MESSAGE_VERDICT, &in, NULL),
		PP_OK);
	check(!in.accepted);
	check_int(in.claims.len, 0);
	check_text(in.id, "case-1");
	check_text(in.reason, "alg-none");
	check_text(in.message, "alg is none");
	pp_message_free(PP_MESSAGE_VERDICT, &in);
	pp_secret_free(&out.claims);
}

static void
a_probe_and_its_answers_survive_the_way(void)
{
	const struct pp_probe out = {.device = true,
		.refresh = true,
		.code_seconds = 100,
		.ssh_client = (char *) "playpen-ssh"};
	struct pp_probe in = {0};
	const struct pp_probe_answer answer_out = {
		.question = (char *) "provider-client",
		.reason = (char *) "client-refused"};
	struct pp_probe_answer answer = {0};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	pp_cleanup(pp_frame) struct pp_frame second = {0};

	connect_both();
	check_kind(pp_message_send(&a, PP_MESSAGE_PROBE, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &frame, NULL), PP_OK);
	check_kind(
		pp_message_unpack(&frame, PP_MESSAGE_PROBE, &in, NULL), PP_OK);
	check(in.device && in.refresh);
	check(!in.code && !in.client_credentials);
	check_int(in.code_seconds, 100);
	check_text(in.ssh_client, "playpen-ssh");
	pp_message_free(PP_MESSAGE_PROBE, &in);
	check_kind(
		pp_message_send(&a, PP_MESSAGE_PROBE_ANSWER, &answer_out, NULL),
		PP_OK);
	check_kind(pp_channel_receive(&b, &second, NULL), PP_OK);
	check_kind(pp_message_unpack(
			   &second, PP_MESSAGE_PROBE_ANSWER, &answer, NULL),
		PP_OK);
	check_text(answer.question, "provider-client");
	check_text(answer.reason, "client-refused");
	check(answer.message == NULL);
	pp_message_free(PP_MESSAGE_PROBE_ANSWER, &answer);
}

static void
rejects_an_answer_without_its_question(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_PROBE_ANSWER};
	struct pp_probe_answer body = {0};

	check_reason(refusal(&frame, PP_MESSAGE_PROBE_ANSWER, &body),
		PP_REASON_FRAME_INVALID);
}

static void
rejects_a_list_that_is_none(void)
{
	static const char *const bad[] = {"\0\0\0\5ab", "\0\0", "\0\0\0\1\0"};
	static const size_t sizes[] = {6, 2, 5};

	for (size_t i = 0; i < 3; i++) {
		pp_cleanup(pp_frame) struct pp_frame frame = {
			.type = PP_MESSAGE_IDENTITY};
		struct pp_identity body = {0};

		check_kind(pp_frame_put(&frame, 11, bad[i], sizes[i], NULL),
			PP_OK);
		check_reason(refusal(&frame, PP_MESSAGE_IDENTITY, &body),
			PP_REASON_FRAME_INVALID);
	}
}

static void
rejects_a_message_of_another_type(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_CODE_REJECTED};
	struct pp_pam_result body = {0};

	check_reason(refusal(&frame, PP_MESSAGE_RESULT, &body),
		PP_REASON_FRAME_INVALID);
	check_text(pp_message_name(PP_MESSAGE_SETENV), "SETENV");
	check_text(pp_message_name(999), "unknown");
}

int
main(void)
{
	run(an_identity_survives_the_way);
	run(rejects_a_time_that_cannot_be_counted_with);
	run(a_dry_run_survives_the_way);
	run(every_stage_has_its_word);
	run(secrets_survive_the_way);
	run(rejects_an_unknown_tag);
	run(rejects_a_tag_that_comes_twice);
	run(rejects_a_missing_member);
	run(rejects_a_nul_in_a_text_and_a_text_too_long);
	run(rejects_numbers_and_truths_of_another_size);
	run(rejects_another_version_by_name);
	run(a_verify_request_survives_the_way);
	run(rejects_a_verify_request_of_another_version_or_with_half_its_members);
	run(claims_come_in_parts_of_a_bounded_size);
	run(a_verdict_says_its_claims_elsewhere);
	run(a_probe_and_its_answers_survive_the_way);
	run(rejects_an_answer_without_its_question);
	run(rejects_a_list_that_is_none);
	run(rejects_a_message_of_another_type);
	pp_channel_free(&a);
	pp_channel_free(&b);
	return tap_end();
}
