/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <playpen/index/nsswitch.h>

#include "looks.h"

/* nsswitch.conf, and the modules behind it. */

#define LINE_SIZE 1024U
#define SOURCE_SIZE 64U
#define LIBRARIES "/{lib,lib64,usr/lib,usr/lib64}{,/*}/"

/* What a line of nsswitch.conf says, as far as it matters here. */
struct nss_order {
	bool there;
	bool has_playpen;
	bool has_new;
	bool files_first;
	bool hidden; /* an action before playpen ends the search */
	/* Names of sources, or empty. */
	char behind_new[SOURCE_SIZE];
	char passed_by[SOURCE_SIZE]; /* if it does not answer */
};

static void
keep_name(char name[SOURCE_SIZE], const struct pp_nsswitch_source *source)
{
	if (name[0] == '\0')
		snprintf(name, SOURCE_SIZE, "%.*s", (int) source->name_len,
			source->name);
}

static bool
is_files(const struct pp_nsswitch_source *source)
{
	return pp_nsswitch_is(source, "files") ||
	       pp_nsswitch_is(source, "compat");
}

/* Takes a source that is neither of files nor of playpen. */
static void
take_other(const struct pp_nsswitch_source *source, struct nss_order *order)
{
	if (order->has_new)
		keep_name(order->behind_new, source);
	else if (!pp_nsswitch_is(source, "systemd") &&
		 !pp_nsswitch_returns(source, PP_NSSWITCH_UNAVAIL))
		keep_name(order->passed_by, source);
}

static void
parse_sources(const char *text, struct nss_order *order)
{
	struct pp_nsswitch_source source;
	bool malformed = false;
	bool files = false;

	*order = (struct nss_order){.there = true};
	while (pp_nsswitch_next(&text, &source, &malformed)) {
		if (!order->has_playpen &&
			pp_nsswitch_is(&source, PP_NSSWITCH_PLAYPEN)) {
			order->has_playpen = true;
			order->files_first = files;
		} else if (pp_nsswitch_is(&source, PP_NSSWITCH_PLAYPEN_NEW)) {
			order->has_new = true;
		} else if (is_files(&source)) {
			files = true;
		} else {
			take_other(&source, order);
		}
		if (!order->has_playpen &&
			pp_nsswitch_returns(&source, PP_NSSWITCH_NOTFOUND))
			order->hidden = true;
	}
}

static bool
read_order(const struct doctor *doctor, const char *database,
	struct nss_order *order)
{
	pp_cleanup(pp_stream) FILE *file =
		doctor_open(doctor, PP_NSSWITCH_PATH);
	char line[LINE_SIZE];

	*order = (struct nss_order){0};
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *sources = pp_nsswitch_sources(line, database);

		if (sources != NULL)
			parse_sources(sources, order);
	}
	return file != NULL;
}

/* Returns false if the database has no line of playpen. */
static bool
has_playpen(const struct doctor *doctor, const char *database,
	struct nss_order *order)
{
	return read_order(doctor, database, order) && order->has_playpen;
}

static const char *const databases[] = {"passwd", "group"};

/* Returns true if first-login answers are wanted: playpen_new gives no other. */
static bool
wants_new_users(const struct doctor *doctor)
{
	return strcmp(doctor->ctl->conf->allow_new_users, "off") != 0;
}

void
look_nss_module(struct doctor *doctor)
{
	if (!doctor_exists(doctor, LIBRARIES "libnss_playpen.so.2"))
		doctor_found(doctor, NULL);
}

void
look_nss_new_module(struct doctor *doctor)
{
	if (wants_new_users(doctor) &&
		!doctor_exists(doctor, LIBRARIES "libnss_playpen_new.so.2"))
		doctor_found(doctor, NULL);
}

void
look_nsswitch_names(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (!has_playpen(doctor, databases[i], &order))
			doctor_found(doctor, databases[i], NULL);
}

void
look_nsswitch_reaches(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (has_playpen(doctor, databases[i], &order) && order.hidden)
			doctor_found(doctor, databases[i], NULL);
}

void
look_nsswitch_order(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (has_playpen(doctor, databases[i], &order) &&
			!order.files_first)
			doctor_found(doctor, databases[i], NULL);
}

void
look_nsswitch_new(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (wants_new_users(doctor) &&
			has_playpen(doctor, databases[i], &order) &&
			!order.has_new)
			doctor_found(doctor, databases[i], NULL);
}

void
look_nsswitch_last(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (wants_new_users(doctor) &&
			read_order(doctor, databases[i], &order) &&
			order.behind_new[0] != '\0')
			doctor_found(doctor, databases[i], order.behind_new,
				NULL);
}

void
look_nsswitch_down(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (wants_new_users(doctor) &&
			read_order(doctor, databases[i], &order) &&
			order.has_new && order.passed_by[0] != '\0')
			doctor_found(doctor, databases[i], order.passed_by,
				NULL);
}

void
look_new_users(struct doctor *doctor)
{
	const struct pp_err *failure = &doctor->status->new_users;

	/* What is wrong with the key is another row's. */
	if (failure->reason == PP_REASON_NEW_USER_REFUSED)
		doctor_found(doctor, failure->message, NULL);
}

/* Finds a line that stops every other source from being asked for a person's
 * groups. */
void
look_nsswitch_initgroups(struct doctor *doctor)
{
	struct nss_order order;

	if (read_order(doctor, "initgroups", &order) && order.there &&
		!order.has_playpen)
		doctor_found(doctor, NULL);
}
