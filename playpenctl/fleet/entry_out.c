/* SPDX-License-Identifier: MIT */
#include "entry_out.h"

#include <playpen/roster/utc_time.h>

static void
add_text(struct json_out *object, const char *name, const char *text)
{
	if (text != NULL)
		json_out_text(object, name, text);
}

static void
add_flag(struct json_out *object, const char *name, bool flag)
{
	if (flag)
		json_out_bool(object, name, true);
}

static void
add_time(struct json_out *object, const char *name, int64_t seconds)
{
	char text[PP_UTC_TIME_SIZE];

	if (seconds != 0)
		json_out_text(object, name, pp_utc_time_print(text, seconds));
}

enum pp_kind
entry_out_first(struct json_out *object, int64_t serial, int64_t confirmed,
	struct pp_err *err)
{
	json_out_begin_object(object, NULL);
	json_out_number(object, "serial", serial);
	add_time(object, "confirmed", confirmed);
	json_out_end_object(object);
	return json_out_print(object, err);
}

enum pp_kind
entry_out(struct json_out *object, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	json_out_begin_object(object, NULL);
	add_text(object, "name", entry->name);
	if (entry->uid != -1)
		json_out_number(object, "uid", entry->uid);
	add_text(object, "issuer", entry->issuer);
	add_text(object, "subject", entry->subject);
	add_text(object, "connector", entry->connector);
	if (entry->groups_given)
		json_out_strv(object, "groups", &entry->groups);
	add_text(object, "gecos", entry->gecos);
	add_text(object, "home", entry->home);
	add_text(object, "shell", entry->shell);
	if (entry->former.count > 0)
		json_out_strv(object, "former", &entry->former);
	add_flag(object, "locked", entry->locked);
	add_flag(object, "closed", entry->closed);
	add_time(object, "until", entry->until);
	add_flag(object, "kill", entry->kill);
	add_text(object, "reason", entry->reason);
	json_out_end_object(object);
	return json_out_print(object, err);
}

enum pp_kind
entry_out_last(struct json_out *object, int64_t count, struct pp_err *err)
{
	json_out_begin_object(object, NULL);
	json_out_number(object, "end", count);
	json_out_end_object(object);
	return json_out_print(object, err);
}
