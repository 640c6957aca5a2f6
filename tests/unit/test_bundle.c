/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "playpenctl/fleet/bundle.h"
#include "tests/scratch.h"
#include "tests/tap.h"

/* A bundle in a volume of Kubernetes, which the kubelet replaces while it is
 * read. No kubelet runs: openat below replaces the volume at a chosen file. */

static unsigned opened;     /* files of the volume, since start_reading */
static unsigned replace_at; /* which of them has the volume replaced; 0: none */
static bool replace_always;
static unsigned version;

static void
put_file(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/volume/..%u/%s", version, name);
	require(scratch_write(path, text, 0644));
}

/* As the kubelet's atomic writer does it: a new directory, a link, a rename.
 * Every second version has no client-id. */
static void
replace(void)
{
	char text[40];
	char name[16];

	version++;
	snprintf(text, sizeof(text), "%032u", version);
	put_file("uid.key", text);
	put_file("playpen.conf", text);
	if (version % 2 == 1)
		put_file("client-id", text);
	snprintf(name, sizeof(name), "..%u", version);
	require(symlink(name, scratch_path("/volume/..data_tmp")) == 0);
	require(rename(scratch_path("/volume/..data_tmp"),
			scratch_path("/volume/..data")) == 0);
	snprintf(text, sizeof(text), "/volume/..%u", version - 1);
	nftw(scratch_path(text), scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The names of the volume lead through the link. */
static void
link_names(void)
{
	for (unsigned i = 0; i < BUNDLE_MEMBERS; i++) {
		const char *name = bundle_name((enum bundle_member) i);
		char path[64];
		char target[64];

		snprintf(path, sizeof(path), "/volume/%s", name);
		snprintf(target, sizeof(target), "..data/%s", name);
		require(symlink(target, scratch_path(path)) == 0);
	}
}

/* Stands before that of libc. */
int
openat(int directory, const char *name, int flags, ...)
{
	int fd = (int) syscall(SYS_openat, directory, name, flags, 0);

	if (name[0] != '.' && name[0] != '/' &&
		(++opened == replace_at || replace_always)) {
		int error = errno;

		replace();
		errno = error;
	}
	return fd;
}

static void
start_reading(unsigned at, bool always)
{
	opened = 0;
	replace_at = at;
	replace_always = always;
}

/* Checks that all files are of that version, and that no other is there. */
static void
check_version(const struct bundle *bundle, unsigned of)
{
	char text[40];

	snprintf(text, sizeof(text), "%032u", of);
	check_text(pp_secret_text(&bundle->text[BUNDLE_UID_KEY]), text);
	check_text(pp_secret_text(&bundle->text[BUNDLE_CONF]), text);
	check_int(bundle_has(bundle, BUNDLE_CLIENT_ID), of % 2 == 1);
	check(!bundle_has(bundle, BUNDLE_ACCOUNTS));
}

static void
a_volume_is_read(void)
{
	pp_cleanup(bundle) struct bundle bundle = {0};

	start_reading(0, false);
	check_kind(bundle_read(&bundle, scratch_path("/volume"), NULL), PP_OK);
	check_version(&bundle, version);
}

static void
a_volume_that_is_replaced_at_any_file_is_read_again(void)
{
	for (unsigned at = 1; at <= BUNDLE_MEMBERS; at++) {
		pp_cleanup(bundle) struct bundle bundle = {0};
		struct pp_err err = {0};

		start_reading(at, false);
		check_kind(bundle_read(&bundle, scratch_path("/volume"), &err),
			PP_OK);
		check_cmp(opened, >, at);
		check_version(&bundle, version);
	}
}

static void
a_volume_that_is_always_replaced_is_refused(void)
{
	pp_cleanup(bundle) struct bundle bundle = {0};
	struct pp_err err = {0};

	start_reading(0, true);
	check_kind(bundle_read(&bundle, scratch_path("/volume"), &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_SYSTEM);
	check_contains(err.message, "was replaced");
	for (unsigned i = 0; i < BUNDLE_MEMBERS; i++)
		check(!bundle_has(&bundle, (enum bundle_member) i));
	a_volume_is_read();
}

static void
a_directory_without_the_link_is_read(void)
{
	pp_cleanup(bundle) struct bundle bundle = {0};

	require(scratch_write("/plain/client-id", "playpen-login\n", 0644));
	start_reading(0, false);
	check_kind(bundle_read(&bundle, scratch_path("/plain"), NULL), PP_OK);
	check_text(pp_secret_text(&bundle.text[BUNDLE_CLIENT_ID]),
		"playpen-login");
}

int
main(void)
{
	scratch_begin();
	replace();
	link_names();
	run(a_volume_is_read);
	run(a_volume_that_is_replaced_at_any_file_is_read_again);
	run(a_volume_that_is_always_replaced_is_refused);
	run(a_directory_without_the_link_is_read);
	return tap_end();
}
