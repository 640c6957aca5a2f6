/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/db.h>

struct found_number {
	bool found;
	int64_t number;
};

static enum pp_kind
take_number(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct found_number *found = context;

	(void) err;
	found->found = true;
	found->number = pp_db_row_number(row, 0);
	return PP_OK;
}

enum pp_kind
pp_db_query_number(struct pp_accounts *accounts, enum pp_sql number,
	const char *text, bool *ret_found, int64_t *ret_number,
	struct pp_err *err)
{
	struct found_number found = {.found = false};
	enum pp_kind kind = pp_db_each(accounts, number, err, take_number,
		&found, text != NULL ? "t" : "", text);

	if (kind != PP_OK)
		return kind;
	*ret_found = found.found;
	if (found.found)
		*ret_number = found.number;
	return PP_OK;
}

/* Copies the value, which may be NULL. */
static enum pp_kind
take_value(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const char *value = pp_db_row_text(row, 0);
	char **copy = context;

	*copy = value != NULL ? strdup(value) : NULL;
	return *copy != NULL || value == NULL ? PP_OK : pp_fail_memory(err);
}

enum pp_kind
pp_db_get_meta(struct pp_accounts *accounts, const char *key, char **ret_value,
	struct pp_err *err)
{
	return pp_db_each(accounts, PP_SQL_META_GET, err, take_value, ret_value,
		"t", key);
}

enum pp_kind
pp_db_set_meta(struct pp_accounts *accounts, const char *key, const char *value,
	struct pp_err *err)
{
	return pp_db_exec(accounts, PP_SQL_META_SET, err, "tt", key, value);
}

static enum pp_kind
append_name(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	size_t len;
	const char *name = pp_db_row_bytes(row, 0, &len);

	return pp_strv_append(context, name, len, err);
}

enum pp_kind
pp_db_query_names(struct pp_accounts *accounts, enum pp_sql number,
	const char *key, struct pp_strv *names, struct pp_err *err)
{
	return pp_db_each(accounts, number, err, append_name, names,
		key != NULL ? "t" : "", key);
}

enum pp_kind
pp_db_data_version(
	struct pp_accounts *accounts, int64_t *ret_version, struct pp_err *err)
{
	bool found;

	return pp_db_query_number(
		accounts, PP_SQL_DATA_VERSION, NULL, &found, ret_version, err);
}
