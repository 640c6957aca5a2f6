/* SPDX-License-Identifier: MIT */
#include "provider_cache.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/base/file.h>
#include <playpen/http/http.h>
#include <playpen/jose/digest.h>
#include <playpen/oidc/oidc.h>

/*
 * A file is one line, "playpen-cache 2 FETCHED EXPIRES MS LENGTH BOOT", then
 * LENGTH bytes of the document, then the key set to the end. MS is when it was
 * fetched by the boot clock of the boot BOOT.
 */
#define MAGIC "playpen-cache 2 "
#define HEAD_MAX 192U
#define NUMBER_MAX 24U
#define FILE_MAX (HEAD_MAX + 2 * PP_HTTP_BODY_MAX)
#define MODE 0600
#define NAME_DIGITS 32U /* of SHA-256: no two issuers can be made to meet */

static enum pp_kind
entry_path(const struct pp_provider_cache *cache, const char *suffix,
	char path[PATH_MAX])
{
	static const char digits[] = "0123456789abcdef";
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	unsigned char hash[PP_SHA256_LEN];
	char name[NAME_DIGITS + 1] = "";
	enum pp_kind kind = pp_secret_append(
		&text, cache->issuer, strlen(cache->issuer) + 1, NULL);

	if (kind == PP_OK)
		kind = pp_secret_append_text(&text, cache->client_id, NULL);
	if (kind == PP_OK)
		kind = pp_digest_sha256(text.data, text.len, hash, NULL);
	if (kind != PP_OK)
		return kind;
	for (size_t i = 0; i < NAME_DIGITS; i++)
		name[i] = digits[(hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15];
	if (snprintf(path, PATH_MAX, "%s/%s%s", cache->dir, name, suffix) >=
		PATH_MAX)
		return PP_LOCAL_ERROR;
	return PP_OK;
}

/* Reads the number that follows in the first line and moves behind it. */
static bool
read_number(const char **at, char end, int64_t *ret_number)
{
	char digits[NUMBER_MAX] = "";
	size_t len = strspn(*at, "0123456789");

	if (len >= sizeof(digits) || (*at)[len] != end)
		return false;
	memcpy(digits, *at, len);
	*at += len + 1;
	return pp_str_to_i64(digits, 0, INT64_MAX, ret_number);
}

static bool
read_head(const char **at, struct pp_provider_cache_entry *entry,
	int64_t *ret_length)
{
	if (!pp_str_starts_with(*at, MAGIC))
		return false;
	*at += strlen(MAGIC);
	return read_number(at, ' ', &entry->fetched) &&
	       read_number(at, ' ', &entry->expires) &&
	       read_number(at, ' ', &entry->fetched_ms) &&
	       read_number(at, ' ', ret_length);
}

/* Reads the id of the boot and moves behind the line. */
static bool
read_boot(const char **at, char boot[PP_CLOCK_BOOT_ID_SIZE])
{
	size_t len = strcspn(*at, "\n");

	if (len >= PP_CLOCK_BOOT_ID_SIZE || (*at)[len] != '\n')
		return false;
	memcpy(boot, *at, len);
	boot[len] = '\0';
	*at += len + 1;
	return true;
}

/* Returns the seconds since the entry was fetched: by the boot clock too if it
 * was on this boot, because that clock cannot be set back. */
static int64_t
age_of(const struct pp_provider_cache_entry *entry,
	const struct pp_provider_cache_moment *now, bool same_boot)
{
	int64_t age = now->wall - entry->fetched;
	int64_t boot_age = (now->boot_ms - entry->fetched_ms) / 1000;

	return same_boot && boot_age > age && age >= 0 ? boot_age : age;
}

/* Returns true while the entry counts. A clock that was set wrong must not keep
 * old keys alive. */
static bool
counts(const struct pp_provider_cache_entry *entry,
	const struct pp_provider_cache_moment *now, bool same_boot)
{
	int64_t age = age_of(entry, now, same_boot);
	int64_t life = entry->expires - entry->fetched;

	if (life > PP_KEYS_LIFETIME_MAX)
		return false;
	if (life < now->without_provider)
		life = now->without_provider;
	return age >= 0 && age < life;
}

static bool
parse_content(const struct pp_provider_cache *cache,
	const struct pp_secret *content,
	const struct pp_provider_cache_moment *now,
	struct pp_provider_cache_entry *entry)
{
	char boot[PP_CLOCK_BOOT_ID_SIZE];
	const char *at = pp_secret_text(content);
	const char *end = at + content->len;
	int64_t length = 0;

	if (!read_head(&at, entry, &length) || !read_boot(&at, boot) ||
		!counts(entry, now, strcmp(boot, cache->boot) == 0) ||
		length > end - at || length > (int64_t) PP_HTTP_BODY_MAX)
		return false;
	return pp_secret_set(&entry->document, at, (size_t) length, NULL) ==
		       PP_OK &&
	       pp_secret_set(&entry->keys, at + length,
		       (size_t) (end - at - length), NULL) == PP_OK;
}

enum pp_kind
pp_provider_cache_load(const struct pp_provider_cache *cache,
	const struct pp_provider_cache_moment *now,
	struct pp_provider_cache_entry *ret_entry, struct pp_err *err)
{
	const struct pp_file_trust trust = {
		.owner = geteuid(), .forbidden = 0077};
	pp_cleanup(pp_secret) struct pp_secret content = {.max = FILE_MAX};
	pp_cleanup(pp_provider_cache_entry) struct pp_provider_cache_entry
		entry = {.document.max = PP_HTTP_BODY_MAX,
			.keys.max = PP_HTTP_BODY_MAX};
	char path[PATH_MAX];

	if (cache->dir == NULL || entry_path(cache, "", path) != PP_OK ||
		pp_file_load(path, &trust, &content, NULL) != PP_OK ||
		!parse_content(cache, &content, now, &entry))
		return pp_fail(err, PP_REASON_NOT_FOUND, "nothing cached");
	*ret_entry = entry;
	entry = (struct pp_provider_cache_entry){0};
	return PP_OK;
}

/*
 * Takes the lock that the writers of one entry share. Returns -1 when another
 * process has it: there is no need to wait, because what that process writes is
 * as good.
 */
static int
lock_entry(const struct pp_provider_cache *cache, const char *suffix)
{
	pp_cleanup(pp_fd) int fd = -1;
	char path[PATH_MAX];
	struct stat info;

	if (cache->dir == NULL || entry_path(cache, suffix, path) != PP_OK)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		MODE);
	if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
		info.st_uid != geteuid() || flock(fd, LOCK_EX | LOCK_NB) != 0)
		return -1;
	return pp_fd_steal(&fd);
}

static enum pp_kind
format_content(const struct pp_provider_cache *cache,
	const struct pp_provider_cache_entry *entry, struct pp_secret *content)
{
	char head[HEAD_MAX];
	enum pp_kind kind;

	snprintf(head, sizeof(head), MAGIC "%lld %lld %lld %zu %s\n",
		(long long) entry->fetched, (long long) entry->expires,
		(long long) entry->fetched_ms, entry->document.len,
		cache->boot);
	kind = pp_secret_append_text(content, head, NULL);
	if (kind == PP_OK)
		kind = pp_secret_append(content, entry->document.data,
			entry->document.len, NULL);
	if (kind == PP_OK)
		kind = pp_secret_append(
			content, entry->keys.data, entry->keys.len, NULL);
	return kind;
}

void
pp_provider_cache_store(const struct pp_provider_cache *cache,
	const struct pp_provider_cache_entry *entry)
{
	pp_cleanup(pp_secret) struct pp_secret content = {.max = FILE_MAX};
	pp_cleanup(pp_fd) int locked = -1;
	char path[PATH_MAX];

	if (cache->dir == NULL || entry_path(cache, "", path) != PP_OK)
		return;
	locked = lock_entry(cache, ".lock");
	if (locked >= 0 && format_content(cache, entry, &content) == PP_OK)
		pp_ignore(pp_file_replace(path, MODE, &content, NULL));
}

/* Reads the moment that a file holds and returns true if it is pace_ms ago. One
 * that is still to come is of another boot and does not count. */
static bool
is_over(int fd, int64_t now_ms, int64_t pace_ms)
{
	char text[NUMBER_MAX] = "";
	int64_t last = 0;

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		return false;
	return !pp_str_to_i64(text, 0, INT64_MAX, &last) || last > now_ms ||
	       now_ms - last >= pace_ms;
}

static bool
record_moment(int fd, int64_t now_ms)
{
	char text[NUMBER_MAX];
	int len = snprintf(text, sizeof(text), "%lld", (long long) now_ms);

	return ftruncate(fd, 0) == 0 &&
	       pwrite(fd, text, (size_t) len, 0) == (ssize_t) len;
}

enum pp_kind
pp_provider_cache_claim_renewal(
	const struct pp_provider_cache *cache, int64_t now_ms, int64_t pace_ms)
{
	pp_cleanup(pp_fd) int fd = -1;

	if (cache->dir == NULL)
		return PP_OK;
	fd = lock_entry(cache, ".lock");
	if (fd < 0 || !is_over(fd, now_ms, pace_ms) ||
		!record_moment(fd, now_ms))
		return PP_PENDING;
	return PP_OK;
}

void
pp_provider_cache_note_outage(
	const struct pp_provider_cache *cache, int64_t now_ms)
{
	pp_cleanup(pp_fd) int fd = lock_entry(cache, ".outage");

	/* Without a note the next login asks the provider as well. */
	if (fd >= 0)
		(void) record_moment(fd, now_ms);
}

bool
pp_provider_cache_had_outage(
	const struct pp_provider_cache *cache, int64_t now_ms, int64_t pace_ms)
{
	pp_cleanup(pp_fd) int fd = lock_entry(cache, ".outage");

	return fd >= 0 && !is_over(fd, now_ms, pace_ms);
}

void
pp_provider_cache_entry_free(struct pp_provider_cache_entry *entry)
{
	pp_secret_free(&entry->document);
	pp_secret_free(&entry->keys);
}
