/* SPDX-License-Identifier: MIT */
#include <playpen/index/uid.h>

#include "tests/tap.h"

static void
accepts_plain_names(void)
{
	static const char *const names[] = {"alice", "a", "_", "_alice", "a-b",
		"a_b", "a1", "z9-_", "svc-backup", "true", "null", "none",
		"abcdefghijklmnopqrstuvwxyz012345"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!check(pp_name_is_valid(names[i])))
			printf("# %s\n", names[i]);
}

static void
rejects_everything_else(void)
{
	static const char *const names[] = {"", "-rf", "0", "1000", "1alice",
		"Alice", "ALICE", "aLice", "alice ", " alice", "ali ce",
		"alice@example.org", "DOM\\alice", "alice.", "a.b", ".", "..",
		"../../etc/x", "a/b", "+alice", "@netgroup", "~", "*", "a*",
		"alice:x:0:0::/:/bin/sh", "alice\n", "alice\r", "alice\t",
		"a,b", "a'b", "a\"b", "%u", "$(id)", "a`b", "a#b", "a\\",
		"alice$", "\xd0\xb0lice", "alice\xcc\x81", "ali\xc4\xb1",
		"\xef\xbd\x81lice", "al\xe2\x80\x8dice", "\x80", "a\xff",
		"abcdefghijklmnopqrstuvwxyz0123456"};

	check(!pp_name_is_valid(NULL));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!check(!pp_name_is_valid(names[i])))
			printf("# %s\n", names[i]);
}

static void
accepts_exactly_the_bytes_of_the_pattern(void)
{
	char name[3] = "aa";

	for (int byte = 1; byte < 256; byte++) {
		bool letter = (byte >= 'a' && byte <= 'z') || byte == '_';
		bool more = (byte >= '0' && byte <= '9') || byte == '-';

		name[0] = (char) byte;
		name[1] = 'a';
		check_int(pp_name_is_valid(name), letter);
		name[0] = 'a';
		name[1] = (char) byte;
		check_int(pp_name_is_valid(name), (letter || more));
	}
}

static void
dots_stand_inside_the_name_of_a_user(void)
{
	static const char *const good[] = {"a.b", "alice.smith", "a.b.c", "a.1",
		"alice", "abcdefghijklmnopqrstuvwxyz.12345"};
	static const char *const bad[] = {".", "..", ".a", "a.", "a..b", "a.b.",
		"1.a", "A.b", "a/.b", "a.\n", "",
		"abcdefghijklmnopqrstuvwxyz.123456"};

	check(!pp_name_is_user(NULL));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		check(pp_name_is_user(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!check(!pp_name_is_user(bad[i])))
			printf("# %s\n", bad[i]);
}

/* Writes the JSON text that begins behind a quote; false when there is none. */
static bool
next_text(FILE *file, char *ret, size_t size)
{
	size_t len = 0;
	int byte;

	do
		byte = fgetc(file);
	while (byte != '"' && byte != EOF);
	if (byte == EOF)
		return false;
	for (byte = fgetc(file); byte != '"' && byte != EOF;
		byte = fgetc(file)) {
		if (byte == '\\')
			byte = fgetc(file) == EOF ? EOF : 1;
		if (len + 1 < size)
			ret[len++] = (char) byte;
	}
	ret[len] = '\0';
	return true;
}

/* The list of naughty strings holds thirteen that POSIX calls names. */
static void
accepts_thirteen_naughty_strings(void)
{
	const char *vectors = getenv("PLAYPEN_VECTORS");
	char path[4096];
	char text[65536];
	int valid = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/blns.json",
		vectors != NULL ? vectors : "../shared/vectors");
	file = fopen(path, "re");
	if (file == NULL) {
		tap_skip("no blns.json");
		return;
	}
	while (next_text(file, text, sizeof(text)))
		valid += pp_name_is_valid(text);
	fclose(file);
	if (!check_int(valid, 13))
		printf("# %d\n", valid);
}

static void
reserves_names_that_grant_power(void)
{
	static const char *const names[] = {"root", "admin", "adm", "wheel",
		"sudo", "docker", "lxd", "libvirt", "kvm", "disk", "shadow",
		"systemd-journal", "systemd-", "systemd-anything", "daemon",
		"nobody", "sshd", "www-data", "_apt", "bin", "zabbix",
		"incus-admin", "messagebus", "nogroup", "polkitd", "postgres",
		"playpen", "staff", "tty", "users", "video", "backup", "lp",
		"ubuntu", "debian", "ec2-user", "centos", "fedora", "rocky",
		"almalinux", "cloud-user", "azureuser", "opc", "core", "pi",
		"vagrant", "nopasswdlogin", "autologin", "sambashare"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!check(pp_name_is_reserved(names[i])))
			printf("# %s\n", names[i]);
}

static void
leaves_other_names_alone(void)
{
	static const char *const names[] = {"alice", "bob", "svc-backup", "dev",
		"admins", "cluster-admins", "systemctl", "sud", "sudo2",
		"rooty", "", "true", "ec2", "cloud-users", "cores", "pia",
		"null", "zz", "a"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!check(!pp_name_is_reserved(names[i])))
			printf("# %s\n", names[i]);
}

int
main(void)
{
	run(accepts_plain_names);
	run(rejects_everything_else);
	run(dots_stand_inside_the_name_of_a_user);
	run(accepts_exactly_the_bytes_of_the_pattern);
	run(accepts_thirteen_naughty_strings);
	run(reserves_names_that_grant_power);
	run(leaves_other_names_alone);
	return tap_end();
}
