/* SPDX-License-Identifier: MIT */
#include "playpen_policy/decision.h"
#include "tests/tap.h"

static struct pp_login
a_login(enum pp_phase phase, const char *service)
{
	return (struct pp_login){.start = {.phase = phase,
					 .service = (char *) service,
					 .user = (char *) "alice"}};
}

static enum pp_hook_result
outcome(enum pp_phase phase, const char *service, enum pp_reason reason)
{
	struct pp_login login = a_login(phase, service);
	enum pp_kind kind = PP_OK;

	if (reason != PP_REASON_NONE)
		kind = pp_fail(&login.err, reason, "x");
	return pp_decision_result(&login, kind);
}

static void
no_failure_ever_becomes_success(void)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++)
		for (int phase = PP_PHASE_AUTH; phase <= PP_PHASE_BIND; phase++)
			check(outcome((enum pp_phase) phase, "sshd",
				      (enum pp_reason) i) != PP_RESULT_SUCCESS);
	check(outcome(PP_PHASE_AUTH, "sshd", PP_REASON_NONE) ==
		PP_RESULT_SUCCESS);
	check(outcome(PP_PHASE_ACCOUNT, "sshd", PP_REASON_NONE) ==
		PP_RESULT_SUCCESS);
}

static void
every_failure_ends_the_method_under_sshd_only(void)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		enum pp_reason reason = (enum pp_reason) i;

		check((outcome(PP_PHASE_AUTH, "sshd", reason) ==
			      PP_RESULT_MAXTRIES) ==
			(reason != PP_REASON_CANCELLED));
		check(outcome(PP_PHASE_AUTH, "sudo", reason) !=
			PP_RESULT_MAXTRIES);
	}
	check(outcome(PP_PHASE_AUTH, "sudo", PP_REASON_WRONG_PERSON) ==
		PP_RESULT_AUTH_ERR);
	check(outcome(PP_PHASE_AUTH, "login", PP_REASON_TOKEN_MALFORMED) ==
		PP_RESULT_AUTH_ERR);
}

static void
an_outage_is_unavailable_and_giving_up_aborts(void)
{
	check(outcome(PP_PHASE_AUTH, "sudo", PP_REASON_HTTP_UNREACHABLE) ==
		PP_RESULT_UNAVAILABLE);
	check(outcome(PP_PHASE_AUTH, "su", PP_REASON_CONFIG_INVALID) ==
		PP_RESULT_UNAVAILABLE);
	check(outcome(PP_PHASE_AUTH, "login", PP_REASON_DEADLINE) ==
		PP_RESULT_UNAVAILABLE);
	check(outcome(PP_PHASE_AUTH, "sudo", PP_REASON_CANCELLED) ==
		PP_RESULT_ABORT);
	check(outcome(PP_PHASE_AUTH, "sshd", PP_REASON_CANCELLED) ==
		PP_RESULT_ABORT);
}

static void
a_locked_account_has_expired_and_others_are_denied(void)
{
	check(outcome(PP_PHASE_ACCOUNT, "sshd", PP_REASON_LOCKED) ==
		PP_RESULT_ACCT_EXPIRED);
	check(outcome(PP_PHASE_ACCOUNT, "cron", PP_REASON_TOMBSTONE) ==
		PP_RESULT_ACCT_EXPIRED);
	check(outcome(PP_PHASE_ACCOUNT, "sudo", PP_REASON_GROUP_MISSING) ==
		PP_RESULT_PERM_DENIED);
	check(outcome(PP_PHASE_ACCOUNT, "sudo", PP_REASON_SYSTEM) ==
		PP_RESULT_PERM_DENIED);
}

static void
a_trial_is_answered_as_authenticate_is(void)
{
	check(outcome(PP_PHASE_TRIAL, "sshd", PP_REASON_NONE) ==
		PP_RESULT_SUCCESS);
	check(outcome(PP_PHASE_BIND, "sshd", PP_REASON_NONE) ==
		PP_RESULT_SUCCESS);
	check(outcome(PP_PHASE_TRIAL, "sudo", PP_REASON_GROUP_MISSING) ==
		PP_RESULT_AUTH_ERR);
}

static void
the_log_line_has_every_field(void)
{
	struct pp_login login = a_login(PP_PHASE_AUTH, "sshd");
	char line[2048];

	login.start.rhost = (char *) "10.0.3.9";
	login.identity.iss = (char *) "https://dex.example/dex";
	login.identity.sub = (char *) "Cgdib2IteA";
	login.identity.connector = (char *) "local";
	login.identity.username = (char *) "bob";
	strcpy(login.account.name, "alice");
	login.account.uid = 1879048200;
	pp_decision_describe(&login,
		pp_fail(&login.err, PP_REASON_WRONG_PERSON, "bob approved"),
		line, sizeof(line));
	check_text(line,
		"result=reject reason=wrong-person phase=auth service=sshd "
		"name=alice uid=1879048200 iss=https://dex.example/dex "
		"sub=Cgdib2IteA connector=local rhost=10.0.3.9 said=bob "
		"message=\"bob approved\"");
}

static void
the_log_line_cannot_be_forged(void)
{
	struct pp_login login = a_login(PP_PHASE_AUTH, "sshd");
	char line[2048];

	login.start.rhost = (char *) "x\nresult=accept \"y\"";
	pp_decision_describe(&login, PP_OK, line, sizeof(line));
	check_text(line,
		"result=accept reason=none phase=auth service=sshd name=alice "
		"rhost=\"x\\x0aresult=accept 'y'\"");
}

int
main(void)
{
	run(no_failure_ever_becomes_success);
	run(every_failure_ends_the_method_under_sshd_only);
	run(an_outage_is_unavailable_and_giving_up_aborts);
	run(a_locked_account_has_expired_and_others_are_denied);
	run(a_trial_is_answered_as_authenticate_is);
	run(the_log_line_has_every_field);
	run(the_log_line_cannot_be_forged);
	return tap_end();
}
