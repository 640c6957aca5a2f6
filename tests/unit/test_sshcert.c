/* SPDX-License-Identifier: MIT */
#include "certifier.h"
#include "tests/tap.h"

#define TOKEN "aaa.bbb.ccc"
#define NAME "id-token@playpen"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const enum signer_name key_names[] = {
	SIGNER_ED25519, SIGNER_P256, SIGNER_RSA};

static struct certifier made;

/* Reads base64 as a certificate of the key's type. */
static enum pp_reason
parse_text(enum signer_name key, const struct pp_secret *text,
	struct pp_sshcert *ret_cert)
{
	struct pp_sshcert cert = {0};
	struct pp_err err = {0};
	enum pp_kind kind = pp_sshcert_parse(certifier_type(key),
		pp_secret_text(text), text->len, &cert, &err);

	if (kind == PP_OK && ret_cert != NULL)
		*ret_cert = cert;
	else
		pp_sshcert_free(&cert);
	return err.reason;
}

/* Signs what stands in `made`, and reads it. Ends with a new one. */
static enum pp_reason
reason_of_made(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	enum signer_name key = made.key;
	enum pp_reason reason;

	if (made.fields[CERTIFIER_SIGNATURE].len == 0)
		certifier_sign(&made, key);
	certifier_put(&made, &text);
	reason = parse_text(key, &text, NULL);
	certifier_free(&made);
	certifier_begin(&made, key, NAME, TOKEN);
	return reason;
}

static bool
holds(const struct pp_sshcert_bytes *bytes, const char *text)
{
	return bytes->len == strlen(text) &&
	       memcmp(bytes->data, text, bytes->len) == 0;
}

static void
reads_a_certificate_of_each_type(void)
{
	for (size_t i = 0; i < COUNT(key_names); i++) {
		pp_cleanup(pp_secret) struct pp_secret text = {0};
		pp_cleanup(pp_secret) struct pp_secret key = {0};
		pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};

		certifier_free(&made);
		certifier_begin(&made, key_names[i], NAME, TOKEN);
		certifier_sign(&made, key_names[i]);
		certifier_put(&made, &text);
		certifier_put_key(&key, key_names[i]);
		require(parse_text(key_names[i], &text, &cert) ==
			PP_REASON_NONE);
		check(holds(&cert.principal, "alice"));
		check(holds(&cert.token, TOKEN));
		check_int(cert.format, PP_SSHCERT_PLAYPEN);
		check_int(cert.valid_after, 1700000000 - 300);
		check_int(cert.valid_before, 1700000000 + 600);
		check_int(cert.key.blob.len, key.len);
		check(memcmp(cert.key.blob.data, key.data, key.len) == 0);
	}
	certifier_free(&made);
	certifier_begin(&made, SIGNER_ED25519, NAME, TOKEN);
}

static void
reads_a_certificate_that_carries_a_pk_token(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};
	struct certifier other;

	certifier_begin(&other, SIGNER_P256, "openpubkey-pkt", "a:b:c:d:e");
	certifier_sign(&other, SIGNER_P256);
	certifier_put(&other, &text);
	check_reason(parse_text(SIGNER_P256, &text, &cert), PP_REASON_NONE);
	check_int(cert.format, PP_SSHCERT_OPENPUBKEY);
	check(holds(&cert.token, "a:b:c:d:e"));
	certifier_free(&other);
}

/* For every field, what it may be instead. */
typedef void (*damage_fn)(struct pp_secret *field);

static void
cut_its_last_byte(struct pp_secret *field)
{
	if (field->len > 0)
		field->len--;
}

static void
repeat_it(struct pp_secret *field)
{
	struct pp_secret copy = {0};

	signer_put(&copy, "%s", "");
	check_kind(
		pp_secret_append(&copy, field->data, field->len, NULL), PP_OK);
	check_kind(pp_secret_append(field, copy.data, copy.len, NULL), PP_OK);
	pp_secret_free(&copy);
}

static void
leave_it_out(struct pp_secret *field)
{
	pp_secret_clear(field);
}

static void
make_its_length_enormous(struct pp_secret *field)
{
	if (field->len >= 4)
		memset(field->data, 0xff, 4);
}

static void
make_its_length_one_more(struct pp_secret *field)
{
	if (field->len >= 4)
		field->data[3]++;
}

static void
make_it_a_long_string(struct pp_secret *field)
{
	static const char bytes[20000];

	pp_secret_clear(field);
	certifier_put_string(field, bytes, sizeof(bytes));
}

static void
make_it_one_byte(struct pp_secret *field)
{
	pp_secret_clear(field);
	certifier_put_number(field, 1, 1);
}

static void
make_it_a_number(struct pp_secret *field)
{
	pp_secret_clear(field);
	certifier_put_number(field, UINT64_C(0xfedcba9876543210), 8);
}

/* The serial may be any number and the key id any text: damage that leaves them
 * well-formed is no damage. */
static bool
stays_well_formed(size_t field, damage_fn damage)
{
	if (field == CERTIFIER_KEY_ID)
		return damage == make_it_a_long_string;
	if (field == CERTIFIER_SERIAL)
		return damage == make_it_a_number ||
		       damage == make_its_length_enormous ||
		       damage == make_its_length_one_more;
	return field == CERTIFIER_BEFORE &&
	       (damage == make_it_a_number ||
		       damage == make_its_length_enormous ||
		       damage == make_its_length_one_more);
}

static void
rejects_every_field_that_is_damaged(void)
{
	static const damage_fn damages[] = {cut_its_last_byte, repeat_it,
		leave_it_out, make_its_length_enormous,
		make_its_length_one_more, make_it_a_long_string,
		make_it_one_byte, make_it_a_number};

	for (size_t key = 0; key < COUNT(key_names); key++)
		for (size_t field = 0; field < CERTIFIER_FIELDS; field++)
			for (size_t i = 0; i < COUNT(damages); i++) {
				enum pp_reason reason;

				certifier_free(&made);
				certifier_begin(
					&made, key_names[key], NAME, TOKEN);
				certifier_sign(&made, key_names[key]);
				damages[i](&made.fields[field]);
				if (made.fields[CERTIFIER_SIGNATURE].len == 0)
					continue;
				reason = reason_of_made();
				if (!check_int((reason == PP_REASON_NONE),
					    stays_well_formed(
						    field, damages[i])))
					printf("# key %zu field %zu damage %zu: "
					       "%s\n",
						key, field, i,
						pp_reason_word(reason));
			}
	certifier_free(&made);
	certifier_begin(&made, SIGNER_ED25519, NAME, TOKEN);
}

static void
rejects_a_certificate_that_ends_at_any_byte(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	certifier_sign(&made, SIGNER_ED25519);
	certifier_put(&made, &text);
	check_reason(parse_text(SIGNER_ED25519, &text, NULL), PP_REASON_NONE);
	while (text.len > 0) {
		text.data[--text.len] = '\0';
		if (parse_text(SIGNER_ED25519, &text, NULL) !=
			PP_REASON_CERT_MALFORMED)
			break;
	}
	check_int(text.len, 0);
	certifier_free(&made);
	certifier_begin(&made, SIGNER_ED25519, NAME, TOKEN);
}

static void
rejects_bytes_behind_the_signature(void)
{
	certifier_sign(&made, SIGNER_ED25519);
	check_reason(reason_of_made(), PP_REASON_NONE);
	certifier_sign(&made, SIGNER_ED25519);
	certifier_put_number(&made.fields[CERTIFIER_SIGNATURE], 0, 1);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
}

static void
rejects_types_that_are_not_accepted(void)
{
	static const char *const types[] = {"ssh-ed25519", "ssh-rsa",
		"ssh-dss-cert-v01@openssh.com",
		"ecdsa-sha2-nistp384-cert-v01@openssh.com",
		"sk-ssh-ed25519-cert-v01@openssh.com",
		"ssh-ed25519-cert-v00@openssh.com",
		"ssh-ed25519-cert-v01@openssh.com ", ""};
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	certifier_sign(&made, SIGNER_ED25519);
	certifier_put(&made, &text);
	for (size_t i = 0; i < COUNT(types); i++) {
		struct pp_sshcert cert = {0};
		struct pp_err err = {0};

		check_cmp(pp_sshcert_parse(types[i], pp_secret_text(&text),
				  text.len, &cert, &err),
			!=, PP_OK);
		check_reason(err.reason, PP_REASON_CERT_MALFORMED);
	}
	/* sshd says RSA, and the bytes say Ed25519. */
	check_reason(
		parse_text(SIGNER_RSA, &text, NULL), PP_REASON_CERT_MALFORMED);
	certifier_free(&made);
	certifier_begin(&made, SIGNER_ED25519, NAME, TOKEN);
}

static void
rejects_base64_in_another_spelling(void)
{
	static const char *const texts[] = {"", "A", "AAA", "AAA=AAAA",
		"AAAA\n", "AAA-", "AAB=", "AB==", "A===", "====", "AAAA AAAA"};

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct pp_secret text = {0};

		signer_put(&text, "%s", texts[i]);
		check_reason(parse_text(SIGNER_ED25519, &text, NULL),
			PP_REASON_CERT_MALFORMED);
		pp_secret_free(&text);
	}
}

static void
rejects_a_certificate_that_is_too_long(void)
{
	char *id = calloc(1, 24000);

	require(id != NULL);
	certifier_set_string(&made, CERTIFIER_KEY_ID, id, 23900);
	check_reason(reason_of_made(), PP_REASON_NONE);
	certifier_set_string(&made, CERTIFIER_KEY_ID, id, 24000);
	check_reason(reason_of_made(), PP_REASON_NONE);
	free(id);
	id = calloc(1, 25000);
	require(id != NULL);
	certifier_set_string(&made, CERTIFIER_KEY_ID, id, 25000);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
	free(id);
}

static void
rejects_a_host_certificate(void)
{
	pp_secret_clear(&made.fields[CERTIFIER_ROLE]);
	certifier_put_number(&made.fields[CERTIFIER_ROLE], 2, 4);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
}

static void
wants_exactly_one_principal(void)
{
	static const char *const none[] = {NULL};
	static const char *const two[] = {"alice", "bob", NULL};
	static const char *const empty[] = {"", NULL};
	static const char *const blank[] = {"alice root", NULL};
	static const char *const one[] = {"bob", NULL};

	certifier_set_list(&made, CERTIFIER_PRINCIPALS, none);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
	certifier_set_list(&made, CERTIFIER_PRINCIPALS, two);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
	certifier_set_list(&made, CERTIFIER_PRINCIPALS, empty);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
	certifier_set_list(&made, CERTIFIER_PRINCIPALS, blank);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
	certifier_set_list(&made, CERTIFIER_PRINCIPALS, one);
	check_reason(reason_of_made(), PP_REASON_NONE);
}

static void
rejects_the_signature_key_of_another(void)
{
	pp_cleanup(pp_secret) struct pp_secret plain = {0};

	certifier_free(&made);
	certifier_begin(&made, SIGNER_P256, NAME, TOKEN);
	certifier_put_key(&plain, SIGNER_P256_OTHER);
	certifier_set_string(
		&made, CERTIFIER_SIGNATURE_KEY, plain.data, plain.len);
	certifier_sign(&made, SIGNER_P256_OTHER);
	check_reason(reason_of_made(), PP_REASON_CERT_NOT_OWN);
	check_reason(reason_of_made(), PP_REASON_NONE);
	pp_secret_clear(&plain);
	certifier_put_key(&plain, SIGNER_ED25519);
	certifier_set_string(
		&made, CERTIFIER_SIGNATURE_KEY, plain.data, plain.len);
	check_reason(reason_of_made(), PP_REASON_CERT_NOT_OWN);
	certifier_free(&made);
	certifier_begin(&made, SIGNER_ED25519, NAME, TOKEN);
}

static void
rejects_a_signature_of_sha_1(void)
{
	pp_cleanup(pp_secret) struct pp_secret blob = {0};
	char bytes[256] = "";

	certifier_free(&made);
	certifier_begin(&made, SIGNER_RSA, NAME, TOKEN);
	certifier_put_string(&blob, "ssh-rsa", 7);
	certifier_put_string(&blob, bytes, sizeof(bytes));
	certifier_set_string(&made, CERTIFIER_SIGNATURE, blob.data, blob.len);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
	pp_secret_clear(&blob);
	certifier_put_string(&blob, "rsa-sha2-256", 12);
	certifier_put_string(&blob, bytes, sizeof(bytes));
	certifier_set_string(&made, CERTIFIER_SIGNATURE, blob.data, blob.len);
	check_reason(reason_of_made(), PP_REASON_NONE);
	certifier_free(&made);
	certifier_begin(&made, SIGNER_ED25519, NAME, TOKEN);
}

/* Options as a table: name, value, again. */
static enum pp_reason
with_options(enum certifier_field field, const char *const *pairs)
{
	pp_cleanup(pp_secret) struct pp_secret list = {0};

	for (; pairs[0] != NULL; pairs += 2)
		certifier_put_option(&list, pairs[0], pairs[1]);
	certifier_set_string(&made, field, list.data, list.len);
	return reason_of_made();
}

static void
takes_only_critical_options_that_sshd_enforces(void)
{
	static const char *const known[] = {
		"source-address", "192.0.2.0/24", "verify-required", "", NULL};
	static const char *const forced[] = {"force-command", "id", NULL};
	static const char *const unknown[] = {"x@example.org", "y", NULL};
	static const char *const twice[] = {
		"source-address", "::1", "source-address", "::/0", NULL};

	check_reason(with_options(CERTIFIER_CRITICAL, known), PP_REASON_NONE);
	check_reason(with_options(CERTIFIER_CRITICAL, forced),
		PP_REASON_CERT_OPTIONS);
	check_reason(with_options(CERTIFIER_CRITICAL, unknown),
		PP_REASON_CERT_OPTIONS);
	check_reason(with_options(CERTIFIER_CRITICAL, twice),
		PP_REASON_CERT_MALFORMED);
}

static void
wants_exactly_one_token(void)
{
	static const char *const none[] = {"permit-pty", "", NULL};
	static const char *const both[] = {
		NAME, TOKEN, "openpubkey-pkt", "a:b:c:d:e", NULL};
	static const char *const twice[] = {NAME, TOKEN, NAME, TOKEN, NULL};
	static const char *const empty[] = {NAME, "", NULL};
	static const char *const more[] = {
		"a@example.org", "b", NAME, TOKEN, "z@example.org", "", NULL};
	pp_cleanup(pp_secret) struct pp_secret bare = {0};

	check_reason(with_options(CERTIFIER_EXTENSIONS, none),
		PP_REASON_CERT_OPTIONS);
	check_reason(with_options(CERTIFIER_EXTENSIONS, both),
		PP_REASON_CERT_OPTIONS);
	check_reason(with_options(CERTIFIER_EXTENSIONS, twice),
		PP_REASON_CERT_MALFORMED);
	check_reason(with_options(CERTIFIER_EXTENSIONS, empty),
		PP_REASON_CERT_MALFORMED);
	check_reason(with_options(CERTIFIER_EXTENSIONS, more), PP_REASON_NONE);
	/* The data without a string in it. */
	certifier_put_string(&bare, NAME, strlen(NAME));
	certifier_put_string(&bare, TOKEN, strlen(TOKEN));
	certifier_set_string(&made, CERTIFIER_EXTENSIONS, bare.data, bare.len);
	check_reason(reason_of_made(), PP_REASON_CERT_MALFORMED);
}

static void
rejects_more_options_than_its_limit(void)
{
	const char *pairs[2 * PP_SSHCERT_OPTIONS_MAX + 3] = {NAME, TOKEN};
	char names[PP_SSHCERT_OPTIONS_MAX][16];

	for (size_t i = 0; i < PP_SSHCERT_OPTIONS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "x%zu", i);
		pairs[2 + 2 * i] = names[i];
		pairs[3 + 2 * i] = "";
	}
	check_reason(with_options(CERTIFIER_EXTENSIONS, pairs),
		PP_REASON_CERT_MALFORMED);
	pairs[2 * PP_SSHCERT_OPTIONS_MAX] = NULL;
	check_reason(with_options(CERTIFIER_EXTENSIONS, pairs), PP_REASON_NONE);
}

static enum pp_reason
parse_line(const char *before, const char *behind)
{
	pp_cleanup(pp_secret) struct pp_secret line = {0};
	struct pp_sshcert cert = {0};
	struct pp_err err = {0};

	signer_put(&line, "%s", before);
	certifier_sign(&made, SIGNER_ED25519);
	certifier_put(&made, &line);
	signer_put(&line, "%s", behind);
	pp_ignore(pp_sshcert_parse_line(&line, &cert, &err));
	pp_sshcert_free(&cert);
	return err.reason;
}

static void
reads_the_line_of_a_file(void)
{
	const char *type = "ssh-ed25519-cert-v01@openssh.com ";

	check_reason(parse_line(type, ""), PP_REASON_NONE);
	check_reason(parse_line(type, "\n"), PP_REASON_NONE);
	check_reason(parse_line(type, " alice day key\n"), PP_REASON_NONE);
	check_reason(parse_line(type, "\nx\n"), PP_REASON_CERT_MALFORMED);
	check_reason(parse_line("", ""), PP_REASON_CERT_MALFORMED);
	check_reason(parse_line("ssh-ed25519 ", ""), PP_REASON_CERT_MALFORMED);
}

int
main(void)
{
	certifier_begin(&made, SIGNER_ED25519, NAME, TOKEN);
	run(reads_a_certificate_of_each_type);
	run(reads_a_certificate_that_carries_a_pk_token);
	run(rejects_every_field_that_is_damaged);
	run(rejects_a_certificate_that_ends_at_any_byte);
	run(rejects_bytes_behind_the_signature);
	run(rejects_types_that_are_not_accepted);
	run(rejects_base64_in_another_spelling);
	run(rejects_a_certificate_that_is_too_long);
	run(rejects_a_host_certificate);
	run(wants_exactly_one_principal);
	run(rejects_the_signature_key_of_another);
	run(rejects_a_signature_of_sha_1);
	run(takes_only_critical_options_that_sshd_enforces);
	run(wants_exactly_one_token);
	run(rejects_more_options_than_its_limit);
	run(reads_the_line_of_a_file);
	certifier_free(&made);
	signer_end();
	return tap_end();
}
