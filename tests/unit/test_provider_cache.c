/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <playpen/http/http.h>
#include <playpen/oidc/oidc.h>

#include "../scratch.h"
#include "../tap.h"
#include "common/oidc/provider_cache.h"

#define NOW 1700000000
#define BOOT_MS INT64_C(5000000) /* of the boot clock, at NOW */
#define PACE_MS 30000
#define DOCUMENT "{\"issuer\":\"https://dex.example/dex\"}"
#define KEYS "{\"keys\":[]}"

static struct pp_provider_cache cache = {
	.dir = scratch_root,
	.issuer = "https://dex.example/dex",
	.client_id = "playpen",
	.boot = "this boot",
};

/* A moment by a clock that nobody sets. */
static struct pp_provider_cache_moment
at(int64_t wall)
{
	return (struct pp_provider_cache_moment){
		.wall = wall, .boot_ms = (wall - NOW) * 1000 + BOOT_MS};
}

static void
forget_files(void)
{
	DIR *directory = opendir(scratch_root);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.')
			(void) unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory != NULL)
		closedir(directory);
}

static void
store(int64_t fetched, int64_t expires)
{
	struct pp_provider_cache_entry entry = {.fetched = fetched,
		.expires = expires,
		.fetched_ms = at(fetched).boot_ms};

	check_kind(
		pp_secret_append_text(&entry.document, DOCUMENT, NULL), PP_OK);
	check_kind(pp_secret_append_text(&entry.keys, KEYS, NULL), PP_OK);
	pp_provider_cache_store(&cache, &entry);
	pp_provider_cache_entry_free(&entry);
}

static bool
is_found(const struct pp_provider_cache_moment *now)
{
	struct pp_provider_cache_entry entry = {0};
	struct pp_err err = {0};
	enum pp_kind kind = pp_provider_cache_load(&cache, now, &entry, &err);

	if (kind == PP_OK) {
		check_text(pp_secret_text(&entry.document), DOCUMENT);
		check_text(pp_secret_text(&entry.keys), KEYS);
	} else {
		check_reason(err.reason, PP_REASON_NOT_FOUND);
	}
	pp_provider_cache_entry_free(&entry);
	return kind == PP_OK;
}

static bool
is_found_at(int64_t wall)
{
	const struct pp_provider_cache_moment now = at(wall);

	return is_found(&now);
}

/* The one file of the entry, as text for the tests below to spoil. */
static const char *
entry_path(void)
{
	static char path[PATH_MAX];
	DIR *directory = opendir(scratch_root);
	struct dirent *entry;

	path[0] = '\0';
	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' &&
			strchr(entry->d_name, '.') == NULL)
			snprintf(path, sizeof(path), "%s/%s", scratch_root,
				entry->d_name);
	if (directory != NULL)
		closedir(directory);
	return path;
}

static void
spoil(const char *content)
{
	FILE *file = fopen(entry_path(), "we");

	if (check(file != NULL))
		check_cmp(fputs(content, file), >=, 0);
	if (file != NULL)
		fclose(file);
}

static void
gives_back_what_was_stored(void)
{
	forget_files();
	check(!is_found_at(NOW));
	store(NOW, NOW + 600);
	check(is_found_at(NOW));
	check(is_found_at(NOW + 599));
}

static void
forgets_an_entry_that_expired(void)
{
	forget_files();
	store(NOW, NOW + 600);
	check(!is_found_at(NOW + 600));
}

static void
does_not_believe_an_entry_from_the_future(void)
{
	forget_files();
	store(NOW, NOW + 600);
	check(!is_found_at(NOW - 1));
}

static void
does_not_believe_a_life_longer_than_the_limit(void)
{
	forget_files();
	store(NOW, NOW + PP_KEYS_LIFETIME_MAX);
	check(is_found_at(NOW));
	store(NOW, NOW + PP_KEYS_LIFETIME_MAX + 1);
	check(!is_found_at(NOW));
}

/* The wall clock can be set back, the boot clock cannot. */
static void
a_clock_that_was_set_back_keeps_no_keys_alive(void)
{
	struct pp_provider_cache_moment now = at(NOW + 600);

	forget_files();
	store(NOW, NOW + 600);
	now.wall = NOW + 10;
	check(!is_found(&now));
	now.boot_ms -= 1000;
	check(is_found(&now));
	/* The boot clock of another boot says nothing. */
	now.boot_ms += 1000;
	cache.boot = "another boot";
	check(is_found(&now));
	cache.boot = "this boot";
}

static void
without_the_provider_an_entry_counts_from_when_it_was_fetched(void)
{
	struct pp_provider_cache_moment now = at(NOW + 86399);

	forget_files();
	store(NOW, NOW + 600);
	check(!is_found(&now));
	now.without_provider = 86400;
	check(is_found(&now));
	now.boot_ms += 1000;
	check(!is_found(&now));
	now = at(NOW + 86400);
	now.without_provider = 86400;
	check(!is_found(&now));
	/* A shorter time than the provider's own takes nothing away. */
	now = at(NOW + 599);
	now.without_provider = 60;
	check(is_found(&now));
}

static void
an_outage_is_remembered_for_the_pace(void)
{
	forget_files();
	check(!pp_provider_cache_had_outage(&cache, BOOT_MS, PACE_MS));
	pp_provider_cache_note_outage(&cache, BOOT_MS);
	check(pp_provider_cache_had_outage(
		&cache, BOOT_MS + PACE_MS - 1, PACE_MS));
	check(!pp_provider_cache_had_outage(
		&cache, BOOT_MS + PACE_MS, PACE_MS));
	/* Of another boot. */
	check(!pp_provider_cache_had_outage(&cache, BOOT_MS - 1, PACE_MS));
}

static void
keeps_issuers_and_clients_apart(void)
{
	const struct pp_provider_cache_moment now = at(NOW);
	struct pp_provider_cache other = cache;
	struct pp_provider_cache_entry entry = {0};

	forget_files();
	store(NOW, NOW + 600);
	other.client_id = "another";
	check_kind(pp_provider_cache_load(&other, &now, &entry, NULL),
		PP_NOT_FOUND);
	other = cache;
	other.issuer = "https://dex.example/de";
	other.client_id = "xplaypen";
	check_kind(pp_provider_cache_load(&other, &now, &entry, NULL),
		PP_NOT_FOUND);
}

static void
takes_no_file_of_another_form(void)
{
	static const char *const forms[] = {
		"",
		"playpen-cache 2 ",
		"playpen-cache 2 1700000000 1700000600 2\n{}{}",
		"playpen-cache 2 1700000000 1700000600 5000000 5 b\n{}{}",
		"playpen-cache 2 1700000000 1700000600 5000000 -1 b\n{}{}",
		"playpen-cache 2 1700000000 99999999999999999999 5000000 2 b\n{}{}",
		"playpen-cache 2 1700000000 1700000600 5000000 2 b {}{}",
		"playpen-cache 2  1700000000 1700000600 5000000 2 b\n{}{}",
		"playpen-cache 2 1700000000 1700000600 2 b\n{}{}",
		"playpen-cache 2 1700000000 1700000600 5000000 2 an id of a boot that is longer than one is\n{}{}",
		/* Of an earlier version. */
		"playpen-cache 1 1700000000 1700000600 36\n" DOCUMENT KEYS,
		"garbage",
	};

	forget_files();
	store(NOW, NOW + 600);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		spoil(forms[i]);
		check(!is_found_at(NOW));
	}
	spoil("playpen-cache 2 1700000000 1700000600 5000000 36 b\n" DOCUMENT
			KEYS);
	check(is_found_at(NOW));
}

static void
takes_no_file_that_others_may_read_or_write(void)
{
	forget_files();
	store(NOW, NOW + 600);
	check_int(chmod(entry_path(), 0640), 0);
	check(!is_found_at(NOW));
	check_int(chmod(entry_path(), 0600), 0);
	check(is_found_at(NOW));
}

static void
follows_no_link_and_waits_for_no_pipe(void)
{
	char path[PATH_MAX];

	forget_files();
	store(NOW, NOW + 600);
	snprintf(path, sizeof(path), "%s", entry_path());
	check_int(rename(path, scratch_path("/kept.aside")), 0);
	check_int(symlink(scratch_path("/kept.aside"), path), 0);
	check(!is_found_at(NOW));
	if (check_int(unlink(path), 0))
		check_int(mkfifo(path, 0600), 0);
	check(!is_found_at(NOW));
	check_int(unlink(path), 0);
	check_int(rename(scratch_path("/kept.aside"), path), 0);
	check(is_found_at(NOW));
}

/* What a crash may leave on some file systems. */
static void
takes_no_file_of_zeros(void)
{
	char path[PATH_MAX];
	struct stat info;

	forget_files();
	store(NOW, NOW + 600);
	snprintf(path, sizeof(path), "%s", entry_path());
	if (check_int(stat(path, &info), 0))
		if (check_int(truncate(path, 0), 0))
			check_int(truncate(path, info.st_size), 0);
	check(!is_found_at(NOW));
	store(NOW, NOW + 600);
	check(is_found_at(NOW));
}

static void
takes_no_file_of_another_owner(void)
{
	if (geteuid() != 0) {
		tap_skip("needs root to give a file away");
		return;
	}
	forget_files();
	store(NOW, NOW + 600);
	check_int(chown(entry_path(), 65534, 65534), 0);
	check(!is_found_at(NOW));
	check_int(chown(entry_path(), 0, 0), 0);
	check(is_found_at(NOW));
}

/* A limit in the disk's place: what was there stays whole. */
static void
a_full_disk_leaves_the_old_entry(void)
{
	struct rlimit before, none = {0, 0};

	forget_files();
	store(NOW, NOW + 600);
	signal(SIGXFSZ, SIG_IGN);
	check_int(getrlimit(RLIMIT_FSIZE, &before), 0);
	none.rlim_max = before.rlim_max;
	check_int(setrlimit(RLIMIT_FSIZE, &none), 0);
	store(NOW, NOW + 900);
	check_int(setrlimit(RLIMIT_FSIZE, &before), 0);
	check(is_found_at(NOW) && !is_found_at(NOW + 700));
	store(NOW, NOW + 900);
	check(is_found_at(NOW + 700));
}

static void
takes_no_file_larger_than_the_limit(void)
{
	forget_files();
	store(NOW, NOW + 600);
	check_int(truncate(entry_path(), 4 * PP_HTTP_BODY_MAX), 0);
	check(!is_found_at(NOW));
}

static void
writes_nothing_while_another_writes(void)
{
	char path[PATH_MAX];
	int fd;

	forget_files();
	store(NOW, NOW + 600);
	snprintf(path, sizeof(path), "%s.lock", entry_path());
	fd = open(path, O_RDWR | O_CLOEXEC);
	check_cmp(fd, >=, 0);
	check_int(flock(fd, LOCK_EX | LOCK_NB), 0);
	store(NOW, NOW + 900);
	check(!is_found_at(NOW + 700));
	close(fd);
	store(NOW, NOW + 900);
	check(is_found_at(NOW + 700));
}

static void
grants_one_claim_in_the_pace(void)
{
	forget_files();
	check_kind(pp_provider_cache_claim_renewal(&cache, 1000000, PACE_MS),
		PP_OK);
	check_kind(pp_provider_cache_claim_renewal(&cache, 1000000, PACE_MS),
		PP_PENDING);
	check_kind(pp_provider_cache_claim_renewal(&cache, 1029999, PACE_MS),
		PP_PENDING);
	check_kind(pp_provider_cache_claim_renewal(&cache, 1030000, PACE_MS),
		PP_OK);
	check_kind(pp_provider_cache_claim_renewal(&cache, 1030001, PACE_MS),
		PP_PENDING);
}

static void
grants_a_claim_after_a_reboot(void)
{
	forget_files();
	check_kind(pp_provider_cache_claim_renewal(&cache, 1000000, PACE_MS),
		PP_OK);
	check_kind(
		pp_provider_cache_claim_renewal(&cache, 500, PACE_MS), PP_OK);
}

static void
refuses_a_claim_that_cannot_be_recorded(void)
{
	struct pp_provider_cache nowhere = cache;

	nowhere.dir = "/nonexistent";
	check_kind(pp_provider_cache_claim_renewal(&nowhere, 1000000, PACE_MS),
		PP_PENDING);
	nowhere.dir = NULL;
	check_kind(pp_provider_cache_claim_renewal(&nowhere, 1000000, PACE_MS),
		PP_OK);
}

/* Twenty processes ask at once: one goes. */
static void
grants_one_of_many_claims_at_once(void)
{
	int granted = 0;

	forget_files();
	for (int i = 0; i < 20; i++)
		if (fork() == 0)
			_exit(pp_provider_cache_claim_renewal(
				      &cache, 1000000, PACE_MS) == PP_OK);
	for (int i = 0; i < 20; i++) {
		int status = 0;

		if (check_cmp(wait(&status), >, 0))
			check(WIFEXITED(status));
		granted += WEXITSTATUS(status);
	}
	check_int(granted, 1);
}

int
main(void)
{
	scratch_begin();
	run(gives_back_what_was_stored);
	run(forgets_an_entry_that_expired);
	run(does_not_believe_an_entry_from_the_future);
	run(does_not_believe_a_life_longer_than_the_limit);
	run(a_clock_that_was_set_back_keeps_no_keys_alive);
	run(without_the_provider_an_entry_counts_from_when_it_was_fetched);
	run(an_outage_is_remembered_for_the_pace);
	run(keeps_issuers_and_clients_apart);
	run(takes_no_file_of_another_form);
	run(takes_no_file_that_others_may_read_or_write);
	run(follows_no_link_and_waits_for_no_pipe);
	run(takes_no_file_of_zeros);
	run(takes_no_file_of_another_owner);
	run(a_full_disk_leaves_the_old_entry);
	run(takes_no_file_larger_than_the_limit);
	run(writes_nothing_while_another_writes);
	run(grants_one_claim_in_the_pace);
	run(grants_a_claim_after_a_reboot);
	run(refuses_a_claim_that_cannot_be_recorded);
	run(grants_one_of_many_claims_at_once);
	return tap_end();
}
