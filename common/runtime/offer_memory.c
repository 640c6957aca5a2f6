/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/file_mark.h>
#include <playpen/runtime/offer.h>

#include "sshd_file.h"

/*
 * Remembered offers: PP_OFFER_MEMORY_DIR/NAME.0 to NAME.3 are links to files
 * that an offer was written to. They are linked and unlinked, never written
 * again, so a reader needs no lock.
 */

#define LOCK_PATH PP_OFFER_MEMORY_DIR "/.lock"
#define LOCK_WAIT_MS 1000

/* Returns false for a name that is no file's. */
static bool
entry_path(const char *name, int slot, char path[PATH_MAX])
{
	return *name != '\0' && *name != '.' && strchr(name, '/') == NULL &&
	       snprintf(path, PATH_MAX, PP_OFFER_MEMORY_DIR "/%s.%d", name,
		       slot) < PATH_MAX;
}

static bool
is_same_certificate(const struct pp_offer *a, const struct pp_offer *b)
{
	return strcmp(a->name, b->name) == 0 &&
	       strcmp(a->certificate_type, b->certificate_type) == 0 &&
	       pp_secret_equal(a->certificate.data, a->certificate.len,
		       b->certificate.data, b->certificate.len);
}

/* Returns true if nothing that the decision came from was changed. */
static bool
counts(const struct pp_offer *offer, const struct pp_clock *clock)
{
	char boot[PP_CLOCK_BOOT_ID_SIZE];
	int64_t left_ms = offer->remembered_to_ms - pp_clock_boot_ms(clock);

	return left_ms > 0 && left_ms <= PP_OFFER_REMEMBERED_MS &&
	       pp_clock_wall(clock) < offer->end && pp_clock_boot_id(boot) &&
	       strcmp(boot, offer->boot) == 0 &&
	       pp_file_mark_all_hold(&offer->marks);
}

/* Makes the file that of the process as well. */
static bool
link_to_process(pid_t sshd, const char *entry)
{
	char path[PATH_MAX];

	if (pp_run_make_dir(PP_OFFER_DIR, NULL) != PP_OK ||
		!pp_sshd_file_path(PP_OFFER_DIR, sshd, path))
		return false;
	(void) unlink(path);
	return link(entry, path) == 0;
}

/* Reads the offer that the process has already, if it is for this certificate:
 * sshd asks once more when the client signs. */
static bool
recall_own(pid_t sshd, const struct pp_offer *wanted,
	const struct pp_clock *clock, struct pp_offer *ret_offer)
{
	struct pp_offer offer = {0};

	if (pp_offer_read(sshd, wanted->name, &offer, NULL) != PP_OK)
		return false;
	if (is_same_certificate(&offer, wanted) &&
		pp_clock_wall(clock) < offer.end &&
		pp_file_mark_all_hold(&offer.marks)) {
		*ret_offer = offer;
		return true;
	}
	pp_offer_free(&offer);
	return false;
}

enum pp_kind
pp_offer_recall(pid_t sshd, const struct pp_offer *wanted,
	const struct pp_clock *clock, struct pp_offer *ret_offer,
	struct pp_err *err)
{
	char path[PATH_MAX];

	if (recall_own(sshd, wanted, clock, ret_offer))
		return PP_OK;
	for (int slot = 0; slot < PP_OFFER_PER_NAME; slot++) {
		struct pp_offer offer = {0};

		if (!entry_path(wanted->name, slot, path) ||
			!pp_sshd_file_load(path, PP_MESSAGE_OFFER, &offer))
			continue;
		if (is_same_certificate(&offer, wanted) &&
			counts(&offer, clock) && link_to_process(sshd, path)) {
			*ret_offer = offer;
			return PP_OK;
		}
		pp_offer_free(&offer);
	}
	return pp_fail(err, PP_REASON_NOT_FOUND, "not remembered");
}

/* The oldest of the entries that were looked at. */
struct oldest {
	char path[PATH_MAX];
	struct timespec when; /* 0: none yet */
};

static void
consider(struct oldest *oldest, const char *path, const struct stat *info)
{
	const struct timespec *when = &info->st_mtim;

	if (oldest->when.tv_sec != 0 &&
		(when->tv_sec > oldest->when.tv_sec ||
			(when->tv_sec == oldest->when.tv_sec &&
				when->tv_nsec >= oldest->when.tv_nsec)))
		return;
	oldest->when = *when;
	snprintf(oldest->path, sizeof(oldest->path), "%s", path);
}

/* Adds up the bytes of all entries and finds the oldest. */
static int64_t
measure(struct oldest *oldest)
{
	DIR *directory = opendir(PP_OFFER_MEMORY_DIR);
	struct dirent *entry;
	int64_t sum = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		char path[PATH_MAX];
		struct stat info;

		snprintf(path, sizeof(path), PP_OFFER_MEMORY_DIR "/%s",
			entry->d_name);
		if (entry->d_name[0] == '.' || lstat(path, &info) != 0)
			continue;
		sum += info.st_size;
		consider(oldest, path, &info);
	}
	if (directory != NULL)
		closedir(directory);
	return sum;
}

/* Removes the oldest entries until there is room. */
static void
make_room(int64_t size)
{
	for (;;) {
		struct oldest oldest = {0};

		if (measure(&oldest) + size <= PP_OFFER_MEMORY_MAX ||
			oldest.when.tv_sec == 0 || unlink(oldest.path) != 0)
			return;
	}
}

/*
 * Chooses the place of a new entry: that of the same certificate, a free one,
 * or the oldest. Returns false if the file is there already.
 */
static bool
choose_place(const struct pp_offer *offer, const struct stat *file,
	char path[PATH_MAX])
{
	struct oldest oldest = {0};
	bool found = false;

	for (int slot = 0; slot < PP_OFFER_PER_NAME && !found; slot++) {
		pp_cleanup(pp_offer) struct pp_offer other = {0};
		struct stat info = {0};

		if (!entry_path(offer->name, slot, path))
			return false;
		if (lstat(path, &info) == 0 && info.st_ino == file->st_ino)
			return false;
		found = !pp_sshd_file_load(path, PP_MESSAGE_OFFER, &other) ||
			is_same_certificate(&other, offer);
		if (!found)
			consider(&oldest, path, &info);
	}
	if (!found)
		snprintf(path, PATH_MAX, "%s", oldest.path);
	return true;
}

void
pp_offer_remember(pid_t sshd, const char *name)
{
	pp_cleanup(pp_offer) struct pp_offer offer = {0};
	pp_cleanup(pp_fd) int lock = -1;
	char from[PATH_MAX], to[PATH_MAX];
	struct stat file;

	if (pp_offer_read(sshd, name, &offer, NULL) != PP_OK ||
		offer.remembered_to_ms == 0 ||
		!pp_sshd_file_path(PP_OFFER_DIR, sshd, from) ||
		lstat(from, &file) != 0 ||
		pp_run_make_dir(PP_OFFER_MEMORY_DIR, NULL) != PP_OK)
		return;
	lock = open(LOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0 ||
		pp_file_lock(lock, LOCK_WAIT_MS, LOCK_PATH, NULL) != PP_OK ||
		!choose_place(&offer, &file, to))
		return;
	(void) unlink(to);
	make_room(file.st_size);
	(void) link(from, to);
}
