/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/admission.h>
#include <playpen/conf/claim_name.h>

#include "tests/unit/node.h"

/*
 * From the claim to the name: the table of playpen.conf(5), row by row, and a
 * million pairs of people.
 */

#define BASE                                                                   \
	"[issuer]\nurl = " ISSUER "\n[client]\nid = playpen-login\n"           \
	"[groups]\nprefix = dex-\n[service.sudo]\nrequire_groups = admins\n"   \
	"[identity]\nconnectors = local lab\nallow_new_users = *\n"
#define ONE_DOMAIN "strip_domain = corp.example\n"
#define TWO_DOMAINS "strip_domain = corp.example/local lab.example/lab\n"
#define FOLD "fold_case = yes\n"
#define DOTS "allow_dots = yes\n"

/* What a claim becomes under the settings, or "-" */
static const char *
name_of(const char *claim, const char *connector)
{
	static char name[PP_NAME_SIZE];
	const struct pp_claim_rules rules = pp_claim_name_rules(node_conf);

	return pp_claim_name_read(&rules, claim, connector, name) ==
			       PP_CLAIM_NAME_GIVEN
		       ? name
		       : "-";
}

struct row {
	const char *claim;
	const char *name;
};

static void
check_rows(const char *settings, const struct row *rows, size_t count)
{
	char conf[1024];

	snprintf(conf, sizeof(conf), BASE "%s", settings);
	node_configure(conf);
	for (size_t i = 0; i < count; i++)
		if (!check_text(name_of(rows[i].claim, "local"), rows[i].name))
			printf("# %s: %s\n", settings, rows[i].claim);
}

#define CHECK_ROWS(settings, ...)                                              \
	check_rows(settings, (const struct row[]){__VA_ARGS__},                \
		sizeof((const struct row[]){__VA_ARGS__}) /                    \
			sizeof(struct row))

static void
a_claim_is_a_name_as_it_stands_or_none(void)
{
	CHECK_ROWS("", {"alice", "alice"}, {"Alice", "-"}, {"alice.smith", "-"},
		{"alice@corp.example", "-"}, {"", "-"});
}

static void
case_is_folded_in_ascii_alone(void)
{
	CHECK_ROWS(FOLD, {"Alice", "alice"}, {"ALICE", "alice"},
		{"alice", "alice"}, {"A-Z_09", "a-z_09"}, {"\xc3\x84lice", "-"},
		{"\xd0\x90lice", "-"}, {"ALICE\xe2\x84\xaa", "-"},
		{"Alice.Smith", "-"});
}

static void
dots_stand_inside(void)
{
	CHECK_ROWS(DOTS, {"alice.smith", "alice.smith"}, {"a.b.c", "a.b.c"},
		{".alice", "-"}, {"alice.", "-"}, {"alice..smith", "-"},
		{"..", "-"}, {".", "-"}, {"Alice.Smith", "-"}, {"a.-b", "a.-b"},
		{"abcdefghijklmnopqrstuvwxyz.12345",
			"abcdefghijklmnopqrstuvwxyz.12345"},
		{"abcdefghijklmnopqrstuvwxyz.123456", "-"});
}

static void
a_domain_is_cut_without_regard_to_case(void)
{
	CHECK_ROWS(ONE_DOMAIN, {"alice@corp.example", "alice"},
		{"alice@CORP.example", "alice"}, {"alice", "-"},
		{"alice@lab.example", "-"}, {"alice@corp.example.org", "-"},
		{"alice@x@corp.example", "-"}, {"@corp.example", "-"},
		{"Alice@corp.example", "-"});
	CHECK_ROWS(ONE_DOMAIN FOLD DOTS,
		{"Alice.Smith@Corp.Example", "alice.smith"}, {"Alice", "-"});
}

static void
of_several_domains_each_has_its_connector(void)
{
	CHECK_ROWS(TWO_DOMAINS, {"alice@corp.example", "alice"},
		{"alice@lab.example", "-"}, {"alice", "-"});
	check_text(name_of("alice@lab.example", "lab"), "alice");
	check_text(name_of("alice@corp.example", "lab"), "-");
	check_text(name_of("alice@lab.example", NULL), "-");
}

/* Judges a sign-in of a subject that the provider calls so, to the account. */
static enum pp_reason
judge(struct pp_accounts *accounts, const char *name, const char *claim,
	const char *connector, const char *sub)
{
	static const struct pp_strv none;
	struct pp_sign_in sign_in = node_person(name, sub, &none);
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_SIGN_IN, .name = name, .sign_in = &sign_in};
	struct pp_err err = {0};

	sign_in.username = claim;
	sign_in.connector = connector;
	(void) !pp_admission_check(accounts, &admission, &err);
	return err.reason;
}

static enum pp_reason
judge_alone(const char *name, const char *claim)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_READ);

	return judge(accounts, name, claim, "local", "sub-a");
}

static void
reserved_names_groups_and_the_pattern_hold_after_folding(void)
{
	node_reset();
	node_configure(BASE FOLD DOTS "\n");
	check_reason(judge_alone("root", "Root"), PP_REASON_NAME_RESERVED);
	check_reason(judge_alone("docker", "DOCKER"), PP_REASON_NAME_RESERVED);
	check_reason(judge_alone("admins", "Admins"), PP_REASON_NAME_OF_GROUP);
	check_reason(
		judge_alone("dex-ops", "Dex-Ops"), PP_REASON_NAME_OF_GROUP);
	check_reason(judge_alone("video", "Video"), PP_REASON_NAME_RESERVED);
	check_reason(judge_alone("alice", "Alice"), PP_REASON_NONE);
	check_reason(judge_alone("Alice", "Alice"), PP_REASON_NAME_INVALID);
	node_configure(CONF_CLOSED FOLD "allow_new_users = a*\n");
	check_reason(judge_alone("alice", "ALICE"), PP_REASON_NONE);
	check_reason(judge_alone("bob", "BOB"), PP_REASON_NEW_USER_REFUSED);
}

static void
who_has_another_spelling_reads_which_setting_would_help(void)
{
	static const struct {
		const char *claim;
		enum pp_reason reason;
		const char *hint;
	} rows[] = {
		{"A.Smith@Corp.Example", PP_REASON_NAME_INVALID,
			"strip_domain = Corp.Example, fold_case = yes, allow_dots = yes"},
		{"A.Smith", PP_REASON_NAME_INVALID,
			"fold_case = yes, allow_dots = yes"},
		{"a.smith", PP_REASON_NAME_INVALID,
			"only with allow_dots = yes"},
		{"B.Smith", PP_REASON_WRONG_PERSON, "approved the sign-in of"},
		{"bob", PP_REASON_WRONG_PERSON, "approved the sign-in of"},
		{"\xc3\x84"
		 "lice",
			PP_REASON_NAME_INVALID, "can be no local name"},
	};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	node_reset();
	accounts = node_open(PP_ACCOUNTS_READ);
	for (size_t i = 0; i < PP_COUNT(rows); i++) {
		static const struct pp_strv none;
		struct pp_sign_in sign_in =
			node_person("a.smith", "sub-a", &none);
		pp_cleanup(pp_admission) struct pp_admission admission = {
			.purpose = PP_FOR_SIGN_IN,
			.name = "a.smith",
			.sign_in = &sign_in};
		struct pp_err err = {0};

		sign_in.username = rows[i].claim;
		(void) !pp_admission_check(accounts, &admission, &err);
		check_reason(err.reason, rows[i].reason);
		check_contains(err.message, rows[i].hint);
	}
}

#define PAIRS 1008000
#define SETTINGS 12

static unsigned people;
static uint64_t random_state = 88172645463325252ULL;

static uint32_t
random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t) (random_state >> 33) % limit;
}

/* A person as the provider knows them. */
struct person {
	char claim[80];
	const char *connector;
	char sub[32];
	char name[PP_NAME_SIZE]; /* "" if the claim is none */
};

/* Makes a person of one of few names, so that many pairs meet, in a spelling
 * and a domain of chance. */
static void
make_person(struct person *person)
{
	static const char *const stems[] = {"root", "admins", "dex-ops", "al",
		"b.o", "carol.w", "x_1", "docker", "d"};
	static const char *const domains[] = {"", "", "@corp.example",
		"@CORP.example", "@lab.example", "@Lab.Example", "@corp", "@"};
	char *at;

	snprintf(person->claim, sizeof(person->claim), "%s%c%s%s",
		stems[random_below(PP_COUNT(stems))],
		"....abcdefghijklmnop_-"[random_below(22)],
		random_below(4) == 0 ? "" : &"zz"[random_below(3)],
		domains[random_below(PP_COUNT(domains))]);
	if (random_below(3) != 0) /* a name as it stands, reserved ones too */
		snprintf(person->claim, sizeof(person->claim), "%s%s",
			stems[random_below(PP_COUNT(stems))],
			domains[random_below(PP_COUNT(domains))]);
	for (at = person->claim; *at != '\0' && *at != '@'; at++)
		if (*at >= 'a' && *at <= 'z' && random_below(8) == 0)
			*at = (char) (*at - 'a' + 'A');
	person->connector = random_below(2) == 0 ? "local" : "lab";
	snprintf(person->sub, sizeof(person->sub), "sub-%u", ++people);
	snprintf(person->name, sizeof(person->name), "%s",
		name_of(person->claim, person->connector));
	if (strcmp(person->name, "-") == 0)
		person->name[0] = '\0';
}

/* Has the first of two people with one name sign in; returns false if both of
 * them may have the account then. */
static bool
keeps_apart(struct pp_accounts *accounts, const struct person *first,
	const struct person *second)
{
	static const struct pp_strv none;
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	struct pp_sign_in sign_in = node_person(first->name, first->sub, &none);
	enum pp_reason one;
	enum pp_reason other;

	sign_in.username = first->claim;
	sign_in.connector = first->connector;
	one = judge(accounts, first->name, first->claim, first->connector,
		first->sub);
	if (one == PP_REASON_NONE &&
		pp_accounts_sign_in(accounts, &sign_in, &result, NULL) != PP_OK)
		return false;
	other = judge(accounts, second->name, second->claim, second->connector,
		second->sub);
	if (pp_name_is_reserved(first->name))
		return one == PP_REASON_NAME_RESERVED && other == one;
	if (pp_conf_is_group_name(node_conf, first->name))
		return one == PP_REASON_NAME_OF_GROUP && other == one;
	return other == PP_REASON_NAME_TAKEN;
}

/* Returns true if the account of one person takes the other one's claim. */
static bool
crosses(const struct person *one, const struct person *other)
{
	return one->name[0] != '\0' && strcmp(one->name, other->name) == 0;
}

static bool
is_good(const struct person *person)
{
	const struct pp_claim_rules rules = pp_claim_name_rules(node_conf);

	return person->name[0] == '\0' ||
	       (pp_claim_name_allowed(&rules, person->name) &&
		       pp_name_is_user(person->name));
}

/* Tries pairs under one combination of settings; returns how many of them had
 * one name. */
static int
try_pairs(unsigned settings, int count)
{
	static const char *const domains[] = {"", ONE_DOMAIN, TWO_DOMAINS};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	char conf[1024];
	int met = 0;

	snprintf(conf, sizeof(conf), BASE "%s%s%s", domains[settings / 4],
		(settings & 1) != 0 ? FOLD : "",
		(settings & 2) != 0 ? DOTS : "");
	node_reset();
	node_configure(conf);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	for (int i = 0; i < count; i++) {
		struct person one;
		struct person other;

		make_person(&one);
		make_person(&other);
		if (!is_good(&one) || !is_good(&other))
			check(false);
		if (!crosses(&one, &other))
			continue;
		met++;
		if (!keeps_apart(accounts, &one, &other) && !check(false))
			printf("# %s %s %s\n", one.claim, other.claim,
				one.name);
	}
	return met;
}

static void
two_subjects_share_no_account_under_no_setting(void)
{
	int met = 0;

	for (unsigned settings = 0; settings < SETTINGS; settings++) {
		int here = try_pairs(settings, PAIRS / SETTINGS);

		check_cmp(here, >, 10);
		met += here;
	}
	printf("# %d pairs, %d of one name\n", PAIRS, met);
}

int
main(void)
{
	node_begin();
	run(a_claim_is_a_name_as_it_stands_or_none);
	run(case_is_folded_in_ascii_alone);
	run(dots_stand_inside);
	run(a_domain_is_cut_without_regard_to_case);
	run(of_several_domains_each_has_its_connector);
	run(reserved_names_groups_and_the_pattern_hold_after_folding);
	run(who_has_another_spelling_reads_which_setting_would_help);
	run(two_subjects_share_no_account_under_no_setting);
	return node_end();
}
