/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <playpen/run.h>

#include "object.h"
#include "status.h"

#define INDEX_VERSION 1
#define SHOWN_MAX 128U

/* Walks hand this to their visitors. */
struct output {
	const struct status *status;
	struct ctl_object *object;
	int64_t count;
};

static void
print_field(const char *name, const struct pp_err *trouble, const char *fine)
{
	printf("%-14s%s\n", name,
		trouble->kind == PP_OK ? fine : trouble->message);
}

static enum pp_kind
print_waiting(void *context, const char *pool, const struct pp_run_place *place,
	struct pp_err *err)
{
	char name[SHOWN_MAX];
	char source[SHOWN_MAX];
	struct output *output = context;

	(void) err;
	printf("%-14s%s from %s (%s%s)\n",
		output->count++ == 0 ? "waiting" : "",
		pp_str_printable(
			name, sizeof(name), place->name, strlen(place->name)),
		pp_str_printable(source, sizeof(source), place->source,
			strlen(place->source)),
		pool, place->bound ? "" : ", never signed in");
	return PP_OK;
}

static enum pp_kind
print_sign_in(void *context, const char *session,
	const struct pp_run_record *record, struct pp_err *err)
{
	char span[CTL_TIME_SIZE];
	struct output *output = context;
	const char *name = status_name_of(output->status, record->uid);

	(void) err;
	printf("%-14s%s (%u) in %s, %s ago\n",
		output->count++ == 0 ? "sign-ins" : "",
		name[0] != '\0' ? name : "nobody", record->uid, session,
		ctl_span(span,
			(output->status->now_ms - record->when_ms) / 1000));
	return PP_OK;
}

static void
print_accounts(const struct status *status)
{
	const struct pp_state_counts *counts = &status->counts;

	if (status->state.kind != PP_OK) {
		print_field("accounts", &status->state, "");
		return;
	}
	printf("%-14s%" PRId64 ": %" PRId64 " people, %" PRId64
	       " services; %" PRId64 " bound, %" PRId64
	       " have signed in, %" PRId64 " locked, %" PRId64 " removed\n",
		"accounts", counts->accounts,
		counts->accounts - counts->services, counts->services,
		counts->bound, counts->signed_in, counts->locked,
		counts->tombstones);
	printf("%-14s%" PRId64 "\n", "groups", counts->groups);
}

static void
print_index(const struct status *status)
{
	char span[CTL_TIME_SIZE];

	if (status->index.kind != PP_OK)
		print_field("index", &status->index, "");
	else
		printf("%-14sversion %d, %u accounts, %u groups, changed %s ago\n",
			"index", INDEX_VERSION,
			pp_index_user_count(status->mapping),
			pp_index_group_count(status->mapping),
			ctl_span(span, status->index_age));
}

enum pp_kind
status_print(const struct status *status, struct pp_err *err)
{
	const struct ctl *ctl = status->ctl;
	struct output waiting = {.status = status};
	struct output sign_ins = {.status = status};
	enum pp_kind kind;

	print_field("configuration", &status->conf,
		status->outdated
			? "in order, but not published: run playpenctl publish"
			: "in order");
	if (ctl->conf != NULL)
		printf("%-14s%s\n", "issuer", ctl->conf->issuer_url);
	if (status->fingerprint[0] != '\0')
		printf("%-14s%s\n", "id key", status->fingerprint);
	if (status->key.kind != PP_OK)
		print_field("id key", &status->key, "");
	print_accounts(status);
	print_index(status);
	kind = pp_run_each_waiting(ctl->root, print_waiting, &waiting, err);
	if (kind == PP_OK && waiting.count == 0)
		printf("%-14s%s\n", "waiting", "nobody");
	if (kind == PP_OK)
		kind = pp_run_each_sign_in(
			ctl->root, print_sign_in, &sign_ins, err);
	if (kind == PP_OK && sign_ins.count == 0)
		printf("%-14s%s\n", "sign-ins", "none");
	return kind;
}

/* An object {"ok": ..., "message": ...} is left open for more. */
static void
begin_part(struct ctl_object *object, const char *name,
	const struct pp_err *trouble)
{
	bool ok = trouble->kind == PP_OK;

	ctl_object_begin(object, name);
	ctl_object_flag(object, "ok", ok);
	ctl_object_text(
		object, "reason", ok ? NULL : pp_reason_word(trouble->reason));
	ctl_object_text(object, "message", ok ? NULL : trouble->message);
}

static enum pp_kind
add_waiting(void *context, const char *pool, const struct pp_run_place *place,
	struct pp_err *err)
{
	struct output *output = context;

	(void) err;
	ctl_object_begin(output->object, NULL);
	ctl_object_text(output->object, "name", place->name);
	ctl_object_text(output->object, "source", place->source);
	ctl_object_text(output->object, "pool", pool);
	ctl_object_flag(output->object, "known", place->bound);
	ctl_object_end(output->object);
	return PP_OK;
}

static enum pp_kind
add_sign_in(void *context, const char *session,
	const struct pp_run_record *record, struct pp_err *err)
{
	struct output *output = context;
	const char *name = status_name_of(output->status, record->uid);

	(void) err;
	ctl_object_begin(output->object, NULL);
	ctl_object_text(output->object, "name", name[0] != '\0' ? name : NULL);
	ctl_object_number(output->object, "uid", record->uid);
	ctl_object_text(output->object, "session", session);
	ctl_object_number(output->object, "age",
		(output->status->now_ms - record->when_ms) / 1000);
	ctl_object_end(output->object);
	return PP_OK;
}

static void
add_accounts(struct ctl_object *object, const struct status *status)
{
	const struct pp_state_counts *counts = &status->counts;

	begin_part(object, "accounts", &status->state);
	ctl_object_number(object, "total", counts->accounts);
	ctl_object_number(
		object, "people", counts->accounts - counts->services);
	ctl_object_number(object, "services", counts->services);
	ctl_object_number(object, "bound", counts->bound);
	ctl_object_number(object, "signed_in", counts->signed_in);
	ctl_object_number(object, "locked", counts->locked);
	ctl_object_number(object, "removed", counts->tombstones);
	ctl_object_number(object, "groups", counts->groups);
	ctl_object_end(object);
}

static void
add_index(struct ctl_object *object, const struct status *status)
{
	begin_part(object, "index", &status->index);
	if (status->mapping != NULL) {
		ctl_object_number(object, "version", INDEX_VERSION);
		ctl_object_number(object, "accounts",
			pp_index_user_count(status->mapping));
		ctl_object_number(object, "groups",
			pp_index_group_count(status->mapping));
		ctl_object_number(object, "age", status->index_age);
	}
	ctl_object_end(object);
}

static const char *
text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static void
add_parts(struct ctl_object *object, const struct status *status)
{
	const struct pp_conf *conf = status->ctl->conf;

	begin_part(object, "configuration", &status->conf);
	ctl_object_text(
		object, "issuer", conf != NULL ? conf->issuer_url : NULL);
	ctl_object_flag(object, "published", !status->outdated);
	ctl_object_end(object);
	begin_part(object, "id_key", &status->key);
	ctl_object_text(
		object, "fingerprint", text_or_null(status->fingerprint));
	ctl_object_text(object, "remembered", text_or_null(status->known));
	ctl_object_end(object);
	add_accounts(object, status);
	add_index(object, status);
}

enum pp_kind
status_print_json(const struct status *status, struct pp_err *err)
{
	pp_auto(ctl_object) struct ctl_object object = {0};
	struct output output = {.status = status, .object = &object};
	const char *root = status->ctl->root;
	enum pp_kind kind;

	ctl_object_begin(&object, NULL);
	add_parts(&object, status);
	ctl_array_begin(&object, "waiting");
	kind = pp_run_each_waiting(root, add_waiting, &output, err);
	ctl_array_end(&object);
	ctl_array_begin(&object, "sign_ins");
	if (kind == PP_OK)
		kind = pp_run_each_sign_in(root, add_sign_in, &output, err);
	ctl_array_end(&object);
	ctl_object_end(&object);
	return kind == PP_OK ? ctl_object_print(&object, err) : kind;
}
