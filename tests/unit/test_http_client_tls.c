/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/wait.h>

#include "../scratch.h"
#include "caller.h"
#include "certificates.h"

/* Wrong TLS of every kind; each beside the same with a good certificate. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GOOD "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define HOUR 3600L

static struct certificate *authority;
static char authority_file[PATH_MAX];

static struct certificate *
make_authority(const char *common)
{
	return certificate_make(
		&(struct certificate_wish){.authority = "critical,CA:TRUE",
			.usage = "serverAuth,clientAuth",
			.common = common,
			.no_names = true});
}

static void
serve(SSL_CTX *tls)
{
	static struct hostile_manner manner;

	manner = (struct hostile_manner){.reply = GOOD, .tls = tls};
	hostile_begin(&manner);
}

/* The reason of a GET from that host, dialled at the server's port. */
static enum pp_reason
get_from(const char *host)
{
	char target[40];
	enum pp_reason reason;

	snprintf(target, sizeof(target), "127.0.0.1:%u", hostile_port());
	caller_settings.connect_to = target;
	caller_settings.url = caller_url("https", host, "/");
	reason = caller_get(caller_settings.url);
	caller_settings.connect_to = NULL;
	caller_settings.url = NULL;
	return reason;
}

/* The same of a server with the certificate that is wished for. */
static enum pp_reason
try_wish(struct certificate_wish wish)
{
	enum pp_reason reason;

	if (wish.issuer == NULL)
		wish.issuer = authority;
	serve(certificate_server(certificate_make(&wish), NULL));
	reason = get_from("dex.example");
	if (reason != PP_REASON_NONE)
		check_int(hostile_requests(), 0);
	return reason;
}

static const struct certificate_wish good;

static void
takes_a_certificate_of_the_configured_authority(void)
{
	check_reason(try_wish(good), PP_REASON_NONE);
	check_contains(hostile_request(), "\r\nHost: dex.example:");
}

static void
refuses_a_certificate_that_signs_itself(void)
{
	serve(certificate_server(
		certificate_make(&(struct certificate_wish){0}), NULL));
	check_reason(get_from("dex.example"), PP_REASON_HTTP_TLS);
	check_int(hostile_requests(), 0);
}

static void
refuses_a_certificate_of_another_authority(void)
{
	/* Of the same name: the key is what counts. */
	const struct certificate_wish foreign = {
		.issuer = make_authority("authority")};

	check_reason(try_wish(foreign), PP_REASON_HTTP_TLS);
	check_reason(try_wish(good), PP_REASON_NONE);
}

static void
refuses_what_is_no_longer_or_not_yet_good(void)
{
	check_reason(try_wish((struct certificate_wish){
			     .from = -2 * HOUR, .until = -HOUR}),
		PP_REASON_HTTP_TLS);
	check_reason(try_wish((struct certificate_wish){
			     .from = HOUR, .until = 2 * HOUR}),
		PP_REASON_HTTP_TLS);
	check_reason(try_wish((struct certificate_wish){.until = 60}),
		PP_REASON_NONE);
}

static void
refuses_the_names_of_others(void)
{
	static const struct {
		const char *names;
		bool good;
	} samples[] = {{"DNS:dex.example", true},
		{"DNS:other.example,DNS:DEX.example", true},
		{"DNS:*.example", false}, {"DNS:other.example", false},
		{"DNS:example", false}, {"DNS:*.dex.example", false},
		{"DNS:dex.example.evil.example", false}, {"DNS:*", false},
		{"IP:127.0.0.1", false}, {"email:x@dex.example", false},
		{"URI:https://dex.example/", false}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct certificate_wish wish = {
			.names = samples[i].names};
		enum pp_reason reason = try_wish(wish);

		if (!check_int(reason, (samples[i].good ? PP_REASON_NONE
							: PP_REASON_HTTP_TLS)))
			printf("# %s\n", samples[i].names);
	}
}

static void
an_address_must_stand_there_as_an_address(void)
{
	static const struct {
		const char *names;
		bool good;
	} samples[] = {{"IP:127.0.0.1", true}, {"DNS:127.0.0.1", false},
		{"IP:127.0.0.2", false}, {"DNS:dex.example", false}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct certificate_wish wish = {
			.issuer = authority, .names = samples[i].names};

		serve(certificate_server(certificate_make(&wish), NULL));
		check_int(caller_get(caller_url("https", "127.0.0.1", "/")),
			(samples[i].good ? PP_REASON_NONE
					 : PP_REASON_HTTP_TLS));
	}
}

static void
refuses_a_certificate_for_something_else(void)
{
	check_reason(try_wish((struct certificate_wish){.usage = "clientAuth"}),
		PP_REASON_HTTP_TLS);
	check_reason(
		try_wish((struct certificate_wish){.usage = "codeSigning"}),
		PP_REASON_HTTP_TLS);
	check_reason(try_wish((struct certificate_wish){
			     .usage = "clientAuth,serverAuth"}),
		PP_REASON_NONE);
}

/* Whoever holds some certificate of the authority is no authority. */
static void
refuses_a_chain_over_a_certificate_that_may_not_sign(void)
{
	struct certificate_wish between = {
		.issuer = authority, .common = "between"};

	for (int may = 0; may < 2; may++) {
		struct certificate_wish wish = {0};
		struct certificate *middle;

		between.authority = may != 0 ? "critical,CA:TRUE" : "CA:FALSE";
		middle = certificate_make(&between);
		wish.issuer = middle;
		serve(certificate_server(certificate_make(&wish), middle));
		check_int(get_from("dex.example"),
			(may != 0 ? PP_REASON_NONE : PP_REASON_HTTP_TLS));
		serve(certificate_server(certificate_make(&wish), NULL));
		check_reason(get_from("dex.example"), PP_REASON_HTTP_TLS);
	}
}

static void
refuses_old_versions(void)
{
	static const struct {
		int version;
		bool good;
	} samples[] = {{TLS1_VERSION, false}, {TLS1_1_VERSION, false},
		{TLS1_2_VERSION, true}, {TLS1_3_VERSION, true}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct certificate_wish wish = {.issuer = authority};
		SSL_CTX *server =
			certificate_server(certificate_make(&wish), NULL);

		SSL_CTX_set_min_proto_version(server, samples[i].version);
		SSL_CTX_set_max_proto_version(server, samples[i].version);
		serve(server);
		check_int(get_from("dex.example"),
			(samples[i].good ? PP_REASON_NONE
					 : PP_REASON_HTTP_TLS));
	}
}

/* The library's own settings may allow them: then it is our option alone that
 * refuses. */
static void
refuses_old_versions_where_the_system_allows_them(void)
{
	static const char conf[] =
		"openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\n"
		"system_default = lenient\n[lenient]\n"
		"MinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";
	int status = -1;
	pid_t child;

	check(scratch_write("/lenient.cnf", conf, 0644));
	child = fork();
	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		setenv("OPENSSL_CONF", scratch_path("/lenient.cnf"), 1);
		execl("/proc/self/exe", "test_client_tls", "lenient",
			(char *) NULL);
		_exit(EXIT_FAILURE);
	}
	if (check_int(waitpid(child, &status, 0), child))
		check_int(status, 0);
}

static void
refuses_weak_keys_and_digests(void)
{
	check_reason(try_wish((struct certificate_wish){.rsa_bits = 2048}),
		PP_REASON_NONE);
	check_reason(try_wish((struct certificate_wish){.rsa_bits = 1024}),
		PP_REASON_HTTP_TLS);
	check_reason(try_wish((struct certificate_wish){.digest = EVP_sha1()}),
		PP_REASON_HTTP_TLS);
}

static void
a_server_that_speaks_no_tls_is_refused(void)
{
	const struct hostile_manner plain = {.reply = GOOD, .at_once = true};

	hostile_begin(&plain);
	check_reason(get_from("dex.example"), PP_REASON_HTTP_TLS);
	check_reason(try_wish(good), PP_REASON_NONE);
}

static void
needs_the_authorities_file(void)
{
	static const char *const files[] = {"/missing.pem", "/empty.pem"};

	check(scratch_write("/empty.pem", "", 0644));
	for (size_t i = 0; i < COUNT(files); i++) {
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "%s", scratch_path(files[i]));
		caller_settings.ca_file = file;
		check_reason(try_wish(good), PP_REASON_HTTP_TLS);
	}
	caller_settings.ca_file = authority_file;
	check_reason(try_wish(good), PP_REASON_NONE);
}

/* A caller's environment (sudo, su) names no authority. */
static void
takes_no_authority_from_the_environment(void)
{
	static const char *const names[] = {
		"SSL_CERT_FILE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"};
	char hashed[32];

	snprintf(hashed, sizeof(hashed), "/%08lx.0",
		X509_subject_name_hash(authority->x509));
	certificate_write(authority, scratch_path(hashed));

	for (size_t i = 0; i < COUNT(names); i++)
		setenv(names[i], i < 2 ? authority_file : scratch_root, 1);
	caller_settings.ca_file = NULL;
	check_reason(try_wish(good), PP_REASON_HTTP_TLS);
	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
	check_reason(try_wish(good), PP_REASON_HTTP_TLS);
	caller_settings.ca_file = authority_file;
	check_reason(try_wish(good), PP_REASON_NONE);
}

static void
asks_no_proxy_of_the_environment(void)
{
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	check_reason(try_wish(good), PP_REASON_NONE);
	unsetenv("https_proxy");
	unsetenv("ALL_PROXY");
}

static void
allow_http_allows_no_bad_certificate(void)
{
	caller_settings.allow_http = true;
	check_reason(try_wish((struct certificate_wish){
			     .names = "DNS:other.example"}),
		PP_REASON_HTTP_TLS);
	check_reason(try_wish(good), PP_REASON_NONE);
	caller_settings.allow_http = false;
}

int
main(int argc, char **argv)
{
	scratch_begin();
	authority = make_authority("authority");
	snprintf(authority_file, sizeof(authority_file), "%s",
		scratch_path("/authority.pem"));
	certificate_write(authority, authority_file);
	caller_settings.ca_file = authority_file;
	if (argc == 2 && strcmp(argv[1], "lenient") == 0) {
		run(refuses_old_versions);
		hostile_end();
		return tap_end();
	}
	run(takes_a_certificate_of_the_configured_authority);
	run(refuses_a_certificate_that_signs_itself);
	run(refuses_a_certificate_of_another_authority);
	run(refuses_what_is_no_longer_or_not_yet_good);
	run(refuses_the_names_of_others);
	run(an_address_must_stand_there_as_an_address);
	run(refuses_a_certificate_for_something_else);
	run(refuses_a_chain_over_a_certificate_that_may_not_sign);
	run(refuses_old_versions);
	run(refuses_old_versions_where_the_system_allows_them);
	run(refuses_weak_keys_and_digests);
	run(a_server_that_speaks_no_tls_is_refused);
	run(needs_the_authorities_file);
	run(takes_no_authority_from_the_environment);
	run(asks_no_proxy_of_the_environment);
	run(allow_http_allows_no_bad_certificate);
	hostile_end();
	return tap_end();
}
