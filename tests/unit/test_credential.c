/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/conf/conf.h>

#include "tests/scratch.h"
#include "tests/tap.h"

#define SECRET "/etc/playpen/secret"
#define ID_KEY "/etc/playpen/uid.key"
#define DIGITS "000102030405060708090a0b0c0d0e0f"

static char secret_path[] = SECRET;
static char id_key_path[] = ID_KEY;
static const struct pp_conf conf = {
	.secret_file = secret_path, .uid_key_file = id_key_path};

/* Loads a secret file of these bytes; the reason, and the secret's text. */
static enum pp_reason
load_secret(const void *data, size_t len, mode_t mode, char *ret_text)
{
	pp_cleanup(pp_secret) struct pp_secret secret = {0};
	struct pp_err err = {0};

	check(scratch_write_bytes(SECRET, data, len, mode));
	if (pp_conf_load_secret(&conf, scratch_root, &secret, &err) == PP_OK)
		snprintf(ret_text, 64, "%s", pp_secret_text(&secret));
	return err.reason;
}

static void
takes_exactly_one_newline_off_a_secret(void)
{
	char text[64] = "";

	check_reason(load_secret("a:b%+\n", 6, 0600, text), PP_REASON_NONE);
	check_text(text, "a:b%+");
	check_reason(load_secret("s\xc3\xa9 t", 5, 0400, text), PP_REASON_NONE);
	check_text(text, "s\xc3\xa9 t");
}

static void
rejects_secrets_that_were_bent(void)
{
	char text[64] = "untouched";

	check_reason(load_secret("s\r\n", 3, 0600, text),
		PP_REASON_SECRET_UNREADABLE);
	check_reason(load_secret("s\n\n", 3, 0600, text),
		PP_REASON_SECRET_UNREADABLE);
	check_reason(load_secret("s\0t", 3, 0600, text),
		PP_REASON_SECRET_UNREADABLE);
	check_reason(
		load_secret("\n", 1, 0600, text), PP_REASON_SECRET_UNREADABLE);
	check_reason(
		load_secret("", 0, 0600, text), PP_REASON_SECRET_UNREADABLE);
	check_text(text, "untouched");
}

static void
rejects_a_secret_that_others_can_read(void)
{
	char text[64] = "";

	check_reason(
		load_secret("s\n", 2, 0640, text), PP_REASON_SECRET_UNREADABLE);
	check_reason(
		load_secret("s\n", 2, 0604, text), PP_REASON_SECRET_UNREADABLE);
	check_reason(load_secret("s\n", 2, 0600, text), PP_REASON_NONE);
}

static void
rejects_a_linked_or_missing_secret(void)
{
	pp_cleanup(pp_secret) struct pp_secret secret = {0};
	struct pp_err err = {0};

	check(scratch_write("/real", "s\n", 0600));
	unlink(scratch_path(SECRET));
	check_kind(pp_conf_load_secret(&conf, scratch_root, &secret, &err),
		PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_SECRET_UNREADABLE);
	check_int(symlink(scratch_path("/real"), scratch_path(SECRET)), 0);
	check_kind(pp_conf_load_secret(&conf, scratch_root, &secret, &err),
		PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_SECRET_UNREADABLE);
}

static void
a_public_client_has_an_empty_secret(void)
{
	pp_cleanup(pp_secret) struct pp_secret secret = {0};
	struct pp_conf public = {0};

	check_kind(pp_conf_load_secret(&public, scratch_root, &secret, NULL),
		PP_OK);
	check_int(secret.len, 0);
}

static enum pp_reason
load_key(const char *text, mode_t mode, struct pp_uid_key *ret_key)
{
	struct pp_err err = {0};

	check(scratch_write(ID_KEY, text, mode));
	(void) !pp_conf_load_uid_key(&conf, scratch_root, ret_key, &err);
	return err.reason;
}

static void
reads_an_id_key(void)
{
	struct pp_uid_key key = {{0}};

	check_reason(load_key(DIGITS "\n", 0600, &key), PP_REASON_NONE);
	check_int(key.bytes[0], 0);
	check_int(key.bytes[15], 15);
	check_reason(load_key(DIGITS, 0600, &key), PP_REASON_NONE);
}

static void
rejects_id_keys_that_are_none(void)
{
	struct pp_uid_key key;
	struct pp_err err = {0};

	check_reason(
		load_key(DIGITS "\n", 0644, &key), PP_REASON_CONFIG_UNSAFE);
	check_reason(
		load_key(DIGITS "00", 0600, &key), PP_REASON_CONFIG_INVALID);
	check_reason(load_key(DIGITS DIGITS DIGITS, 0600, &key),
		PP_REASON_CONFIG_INVALID);
	check_reason(
		load_key("x" DIGITS, 0600, &key), PP_REASON_CONFIG_INVALID);
	unlink(scratch_path(ID_KEY));
	check_kind(pp_conf_load_uid_key(&conf, scratch_root, &key, &err),
		PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_UID_KEY_MISSING);
}

int
main(void)
{
	scratch_begin();
	run(takes_exactly_one_newline_off_a_secret);
	run(rejects_secrets_that_were_bent);
	run(rejects_a_secret_that_others_can_read);
	run(rejects_a_linked_or_missing_secret);
	run(a_public_client_has_an_empty_secret);
	run(reads_an_id_key);
	run(rejects_id_keys_that_are_none);
	return tap_end();
}
