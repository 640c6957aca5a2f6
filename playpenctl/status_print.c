/* SPDX-License-Identifier: MIT */
#include "status_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <playpen/runtime/run.h>

#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/output.h"

#define INDEX_VERSION 1
#define SHOWN_MAX 128U

/* Walks hand this to their visitors. */
struct print_context {
	const struct status *status;
	struct json_out *object;
	int64_t count;
};

/* Returns the name that a uid has in the index, "" if it has none. */
static const char *
user_name_of(const struct status *status, uint32_t uid)
{
	struct pp_index_user user;

	if (status->mapping == NULL || pp_index_user_by_uid(status->mapping,
					       uid, &user) != PP_INDEX_FOUND)
		return "";
	return user.name;
}

static void
print_field(const char *name, const struct pp_err *failure, const char *fine)
{
	printf("%-14s%s\n", name,
		failure->kind == PP_OK ? fine : failure->message);
}

static enum pp_kind
print_slot(void *context, const char *pool, const struct pp_run_slot *slot,
	struct pp_err *err)
{
	char name[SHOWN_MAX];
	char source[SHOWN_MAX];
	struct print_context *output = context;

	(void) err;
	printf("%-14s%s from %s (%s%s)\n",
		output->count++ == 0 ? "pending" : "",
		pp_str_printable(
			name, sizeof(name), slot->name, strlen(slot->name)),
		pp_str_printable(source, sizeof(source), slot->source,
			strlen(slot->source)),
		pool, slot->bound ? "" : ", never signed in");
	return PP_OK;
}

static enum pp_kind
print_sign_in(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	char span[OUTPUT_TIME_SIZE];
	struct print_context *output = context;
	const char *name = user_name_of(output->status, timestamp->uid);

	(void) err;
	printf("%-14s%s (%u) in %s, %s ago\n",
		output->count++ == 0 ? "sign-ins" : "",
		name[0] != '\0' ? name : "unknown", timestamp->uid, session,
		output_span(span,
			(output->status->now_ms - timestamp->when_ms) / 1000));
	return PP_OK;
}

static void
print_accounts(const struct status *status)
{
	const struct pp_admin_counts *counts = &status->counts;

	if (status->state.kind != PP_OK) {
		print_field("accounts", &status->state, "");
		return;
	}
	printf("%-14s%" PRId64 ": %" PRId64 " users, %" PRId64
	       " service accounts; %" PRId64 " bound, %" PRId64
	       " have signed in, %" PRId64 " locked, %" PRId64 " closed\n",
		"accounts", counts->accounts,
		counts->accounts - counts->service_accounts,
		counts->service_accounts, counts->bound, counts->signed_in,
		counts->locked, counts->closed);
	printf("%-14s%" PRId64 "\n", "groups", counts->groups);
}

static void
print_files(const struct status *status)
{
	char text[OUTPUT_TIME_SIZE];

	for (size_t i = 0; i < status->file_count; i++) {
		const struct status_file *file = &status->files[i];

		printf("%-14s%s: serial %" PRId64 ", %" PRId64 " lines",
			i == 0 ? "files" : "", file->name, file->file.serial,
			file->file.count);
		if (file->file.confirmed != 0)
			printf(", confirmed %s%s",
				output_time(text, file->file.confirmed),
				file->late ? ": too long ago" : "");
		printf("\n");
	}
}

static void
print_index(const struct status *status)
{
	char span[OUTPUT_TIME_SIZE];

	if (status->index.kind != PP_OK)
		print_field("index", &status->index, "");
	else
		printf("%-14sversion %d, %u accounts, %u groups, changed %s ago\n",
			"index", INDEX_VERSION,
			pp_index_user_count(status->mapping),
			pp_index_group_count(status->mapping),
			output_span(span, status->index_age));
}

enum pp_kind
status_print(const struct status *status, struct pp_err *err)
{
	const struct ctl *ctl = status->ctl;
	struct print_context waiting = {.status = status};
	struct print_context sign_ins = {.status = status};
	enum pp_kind kind;

	print_field("configuration", &status->conf,
		status->outdated
			? "in order, but not published: run playpenctl publish"
			: "in order");
	if (ctl->conf != NULL)
		printf("%-14s%s\n", "issuer", ctl->conf->provider.url);
	if (status->fingerprint[0] != '\0')
		printf("%-14s%s\n", "uid key", status->fingerprint);
	if (status->key.kind != PP_OK)
		print_field("uid key", &status->key, "");
	if (ctl->conf != NULL)
		print_field("new users", &status->new_users,
			ctl->conf->allow_new_users);
	print_accounts(status);
	print_files(status);
	print_index(status);
	kind = pp_run_each_slot(ctl->root, print_slot, &waiting, err);
	if (kind == PP_OK && waiting.count == 0)
		printf("%-14s%s\n", "pending", "none");
	if (kind == PP_OK)
		kind = pp_run_each_sign_in(
			ctl->root, print_sign_in, &sign_ins, err);
	if (kind == PP_OK && sign_ins.count == 0)
		printf("%-14s%s\n", "sign-ins", "none");
	return kind;
}

/* Begins an object {"ok": ..., "message": ...}, which is left open for more. */
static void
begin_part(
	struct json_out *object, const char *name, const struct pp_err *failure)
{
	bool ok = failure->kind == PP_OK;

	json_out_begin_object(object, name);
	json_out_bool(object, "ok", ok);
	json_out_text(
		object, "reason", ok ? NULL : pp_reason_word(failure->reason));
	json_out_text(object, "message", ok ? NULL : failure->message);
}

static enum pp_kind
add_slot(void *context, const char *pool, const struct pp_run_slot *slot,
	struct pp_err *err)
{
	struct print_context *output = context;

	(void) err;
	json_out_begin_object(output->object, NULL);
	json_out_text(output->object, "name", slot->name);
	json_out_text(output->object, "source", slot->source);
	json_out_text(output->object, "pool", pool);
	json_out_bool(output->object, "bound", slot->bound);
	json_out_end_object(output->object);
	return PP_OK;
}

static enum pp_kind
add_sign_in(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	struct print_context *output = context;
	const char *name = user_name_of(output->status, timestamp->uid);

	(void) err;
	json_out_begin_object(output->object, NULL);
	json_out_text(output->object, "name", name[0] != '\0' ? name : NULL);
	json_out_number(output->object, "uid", timestamp->uid);
	json_out_text(output->object, "session", session);
	json_out_number(output->object, "age",
		(output->status->now_ms - timestamp->when_ms) / 1000);
	json_out_end_object(output->object);
	return PP_OK;
}

static void
add_accounts(struct json_out *object, const struct status *status)
{
	const struct pp_admin_counts *counts = &status->counts;

	begin_part(object, "accounts", &status->state);
	json_out_number(object, "total", counts->accounts);
	json_out_number(
		object, "users", counts->accounts - counts->service_accounts);
	json_out_number(object, "service_accounts", counts->service_accounts);
	json_out_number(object, "bound", counts->bound);
	json_out_number(object, "signed_in", counts->signed_in);
	json_out_number(object, "locked", counts->locked);
	json_out_number(object, "closed", counts->closed);
	json_out_number(object, "groups", counts->groups);
	json_out_end_object(object);
}

static void
add_files(struct json_out *object, const struct status *status)
{
	json_out_begin_array(object, "files");
	for (size_t i = 0; i < status->file_count; i++) {
		const struct status_file *file = &status->files[i];

		json_out_begin_object(object, NULL);
		json_out_text(object, "name", file->name);
		json_out_number(object, "serial", file->file.serial);
		json_out_number(object, "lines", file->file.count);
		json_out_number(object, "confirmed", file->file.confirmed);
		json_out_bool(object, "late", file->late);
		json_out_end_object(object);
	}
	json_out_end_array(object);
}

static void
add_index(struct json_out *object, const struct status *status)
{
	begin_part(object, "index", &status->index);
	if (status->mapping != NULL) {
		json_out_number(object, "version", INDEX_VERSION);
		json_out_number(object, "accounts",
			pp_index_user_count(status->mapping));
		json_out_number(object, "groups",
			pp_index_group_count(status->mapping));
		json_out_number(object, "age", status->index_age);
	}
	json_out_end_object(object);
}

static const char *
text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static void
add_parts(struct json_out *object, const struct status *status)
{
	const struct pp_conf *conf = status->ctl->conf;

	begin_part(object, "configuration", &status->conf);
	json_out_text(
		object, "issuer", conf != NULL ? conf->provider.url : NULL);
	json_out_bool(object, "published", !status->outdated);
	json_out_end_object(object);
	begin_part(object, "uid_key", &status->key);
	json_out_text(object, "fingerprint", text_or_null(status->fingerprint));
	json_out_text(object, "remembered",
		text_or_null(status->accounts_fingerprint));
	json_out_end_object(object);
	begin_part(object, "new_users", &status->new_users);
	json_out_text(object, "allowed",
		conf != NULL ? conf->allow_new_users : NULL);
	json_out_end_object(object);
	add_accounts(object, status);
	add_files(object, status);
	add_index(object, status);
}

enum pp_kind
status_print_json(const struct status *status, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct print_context output = {.status = status, .object = &object};
	const char *root = status->ctl->root;
	enum pp_kind kind;

	json_out_begin_object(&object, NULL);
	add_parts(&object, status);
	json_out_begin_array(&object, "pending_logins");
	kind = pp_run_each_slot(root, add_slot, &output, err);
	json_out_end_array(&object);
	json_out_begin_array(&object, "sign_ins");
	if (kind == PP_OK)
		kind = pp_run_each_sign_in(root, add_sign_in, &output, err);
	json_out_end_array(&object);
	json_out_end_object(&object);
	return kind == PP_OK ? json_out_print(&object, err) : kind;
}
