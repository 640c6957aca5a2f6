/* SPDX-License-Identifier: MIT */
#include "playpen_policy/application.h"
#include "playpen_policy/request.h"
#include "tests/tap.h"

static struct request
a_request(enum pp_stage stage, const char *service)
{
	return (struct request){.start = {.stage = stage,
					.pam_service = (char *) service,
					.user = (char *) "alice"}};
}

static enum pp_pam_code
pam_result(enum pp_stage stage, const char *service, enum pp_reason reason)
{
	struct request request = a_request(stage, service);
	enum pp_kind kind = PP_OK;

	if (reason != PP_REASON_NONE)
		kind = pp_fail(&request.err, reason, "x");
	return request_pam_result(&request, kind);
}

static void
no_failure_ever_becomes_success(void)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++)
		for (int stage = PP_STAGE_AUTH; stage <= PP_STAGE_BIND; stage++)
			check_cmp(pam_result((enum pp_stage) stage, "sshd",
					  (enum pp_reason) i),
				!=, PP_PAM_SUCCESS);
	check_int(pam_result(PP_STAGE_AUTH, "sshd", PP_REASON_NONE),
		PP_PAM_SUCCESS);
	check_int(pam_result(PP_STAGE_ACCOUNT, "sshd", PP_REASON_NONE),
		PP_PAM_SUCCESS);
}

static void
every_failure_ends_the_method_under_sshd_and_sudo(void)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		enum pp_reason reason = (enum pp_reason) i;

		check_int((pam_result(PP_STAGE_AUTH, "sshd", reason) ==
				  PP_PAM_MAXTRIES),
			(reason != PP_REASON_CANCELLED));
		check_int(pam_result(PP_STAGE_AUTH, "sudo", reason),
			PP_PAM_ABORT);
		check_cmp(pam_result(PP_STAGE_AUTH, "su", reason), !=,
			PP_PAM_MAXTRIES);
	}
	check_int(pam_result(PP_STAGE_AUTH, "su", PP_REASON_WRONG_PERSON),
		PP_PAM_AUTH_ERR);
	check_int(pam_result(PP_STAGE_AUTH, "login", PP_REASON_TOKEN_MALFORMED),
		PP_PAM_AUTH_ERR);
}

static void
an_outage_is_unavailable_and_giving_up_aborts(void)
{
	check_int(
		pam_result(PP_STAGE_AUTH, "login", PP_REASON_HTTP_UNREACHABLE),
		PP_PAM_UNAVAILABLE);
	check_int(pam_result(PP_STAGE_AUTH, "su", PP_REASON_CONFIG_INVALID),
		PP_PAM_UNAVAILABLE);
	check_int(pam_result(PP_STAGE_AUTH, "login", PP_REASON_DEADLINE),
		PP_PAM_UNAVAILABLE);
	check_int(pam_result(PP_STAGE_AUTH, "sudo", PP_REASON_CANCELLED),
		PP_PAM_ABORT);
	check_int(pam_result(PP_STAGE_AUTH, "sshd", PP_REASON_CANCELLED),
		PP_PAM_ABORT);
}

static void
a_locked_account_has_expired_and_others_are_denied(void)
{
	check_int(pam_result(PP_STAGE_ACCOUNT, "sshd", PP_REASON_LOCKED),
		PP_PAM_ACCT_EXPIRED);
	check_int(
		pam_result(PP_STAGE_ACCOUNT, "cron", PP_REASON_ACCOUNT_CLOSED),
		PP_PAM_ACCT_EXPIRED);
	check_int(pam_result(PP_STAGE_ACCOUNT, "sudo", PP_REASON_GROUP_MISSING),
		PP_PAM_PERM_DENIED);
	check_int(pam_result(PP_STAGE_ACCOUNT, "sudo", PP_REASON_SYSTEM),
		PP_PAM_PERM_DENIED);
}

static void
a_trial_is_answered_as_authenticate_is(void)
{
	check_int(pam_result(PP_STAGE_DRY_RUN, "sshd", PP_REASON_NONE),
		PP_PAM_SUCCESS);
	check_int(pam_result(PP_STAGE_BIND, "sshd", PP_REASON_NONE),
		PP_PAM_SUCCESS);
	check_int(pam_result(PP_STAGE_DRY_RUN, "sudo", PP_REASON_GROUP_MISSING),
		PP_PAM_AUTH_ERR);
}

static void
the_log_line_has_every_field(void)
{
	struct request request = a_request(PP_STAGE_AUTH, "sshd");
	char line[2048];

	request.start.rhost = (char *) "10.0.3.9";
	request.identity.iss = (char *) "https://dex.example/dex";
	request.identity.sub = (char *) "Cgdib2IteA";
	request.identity.connector = (char *) "local";
	request.identity.username = (char *) "bob";
	strcpy(request.account.name, "alice");
	request.account.uid = 1879048200;
	request_describe(&request,
		pp_fail(&request.err, PP_REASON_WRONG_PERSON, "bob approved"),
		line, sizeof(line));
	check_text(line,
		"result=reject reason=wrong-person stage=auth service=sshd "
		"name=alice uid=1879048200 iss=https://dex.example/dex "
		"sub=Cgdib2IteA connector=local rhost=10.0.3.9 said=bob "
		"message=\"bob approved\"");
}

static void
what_the_provider_said_is_the_last_field_without_our_secret(void)
{
	static const char said[] = "client said s3cret, s3cret";
	struct request request = a_request(PP_STAGE_AUTH, "sshd");
	struct pp_conf conf = {0};
	char line[2048];

	check_kind(pp_secret_append_text(
			   &conf.provider.client_secret, "s3cret", NULL),
		PP_OK);
	request.conf = &conf;
	(void) pp_fail(&request.err, PP_REASON_CLIENT_REFUSED, "refused");
	pp_err_say(&request.err, said, strlen(said));
	check_kind(request_add_note(&request, "a", NULL, NULL), PP_OK);
	request_describe(&request, PP_UNTRUSTED, line, sizeof(line));
	check_text(line,
		"result=reject reason=client-refused stage=auth service=sshd "
		"name=alice message=refused notes=a "
		"provider=\"client said ......, ......\"");
	pp_text_free(&request.notes);
	pp_secret_free(&conf.provider.client_secret);
}

static void
the_log_line_cannot_be_forged(void)
{
	struct request request = a_request(PP_STAGE_AUTH, "sshd");
	char line[2048];

	request.start.rhost = (char *) "x\nresult=accept \"y\"";
	request_describe(&request, PP_OK, line, sizeof(line));
	check_text(line,
		"result=accept reason=none stage=auth service=sshd name=alice "
		"rhost=\"x\\x0aresult=accept 'y'\"");
}

static void
notes_are_added_to_the_ones_before(void)
{
	struct request request = a_request(PP_STAGE_AUTH, "sshd");

	check_kind(request_add_note(&request, "refreshed", NULL, NULL), PP_OK);
	check_text(request.notes, "refreshed");
	check_kind(request_add_note(&request, "not stored", "disk full", NULL),
		PP_OK);
	check_text(request.notes, "refreshed; not stored: disk full");
	pp_text_free(&request.notes);
}

/* Each number of START alone, at its limit and one behind. */
static void
a_number_of_start_that_is_out_of_range_is_refused(void)
{
	static const struct {
		size_t member;
		int64_t good;
		int64_t bad;
	} rows[] = {{offsetof(struct pp_start, uid), -1, -2},
		{offsetof(struct pp_start, uid), UINT32_MAX - 1, UINT32_MAX},
		{offsetof(struct pp_start, gid), -1, -2},
		{offsetof(struct pp_start, gid), UINT32_MAX - 1, UINT32_MAX},
		{offsetof(struct pp_start, caller_uid), 0, -1},
		{offsetof(struct pp_start, caller_uid), 5000,
			INT64_C(0x100001388)},
		{offsetof(struct pp_start, flags), INT32_MAX, INT64_MAX},
		{offsetof(struct pp_start, alarm_ms), -1, -2},
		{offsetof(struct pp_start, alarm_ms), 60000, INT64_MAX},
		{offsetof(struct pp_start, sshd_pid), 0, -1},
		{offsetof(struct pp_start, sshd_pid), INT32_MAX,
			INT64_C(0x100000001)}};

	for (size_t i = 0; i < PP_COUNT(rows); i++) {
		struct pp_start start = {.uid = 5000,
			.user = (char *) "alice",
			.pam_service = (char *) "sshd"};
		struct pp_err err = {0};
		int64_t *number =
			(int64_t *) ((char *) &start + rows[i].member);

		*number = rows[i].good;
		check_int(app_check_start(&start, &err), PP_OK);
		*number = rows[i].bad;
		check_cmp(app_check_start(&start, &err), !=, PP_OK);
		check_reason(err.reason, PP_REASON_FRAME_INVALID);
	}
}

static void
a_name_of_start_that_a_terminal_might_obey_is_refused(void)
{
	static const char *const names[] = {
		"", "a b", "alice\n", "\033[31m", "al\xc2\x9bice", "\x7f"};

	for (size_t i = 0; i < PP_COUNT(names); i++) {
		struct pp_start start = {.user = (char *) "alice",
			.pam_service = (char *) "sshd"};
		struct pp_err err = {0};

		check_int(app_check_start(&start, &err), PP_OK);
		start.user = (char *) names[i];
		check_cmp(app_check_start(&start, &err), !=, PP_OK);
		start.user = (char *) "alice";
		start.pam_service = (char *) names[i];
		check_cmp(app_check_start(&start, &err), !=, PP_OK);
		check_reason(err.reason, PP_REASON_FRAME_INVALID);
	}
}

int
main(void)
{
	run(no_failure_ever_becomes_success);
	run(every_failure_ends_the_method_under_sshd_and_sudo);
	run(an_outage_is_unavailable_and_giving_up_aborts);
	run(a_locked_account_has_expired_and_others_are_denied);
	run(a_trial_is_answered_as_authenticate_is);
	run(the_log_line_has_every_field);
	run(what_the_provider_said_is_the_last_field_without_our_secret);
	run(the_log_line_cannot_be_forged);
	run(a_number_of_start_that_is_out_of_range_is_refused);
	run(a_name_of_start_that_a_terminal_might_obey_is_refused);
	run(notes_are_added_to_the_ones_before);
	return tap_end();
}
