/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/str.h>
#include <playpen/runtime/refresh_store.h>

#define PATH_SIZE 64U
#define LOCK_WAIT_MS 5000
#define HEAD_SIZE (PP_CLOCK_BOOT_ID_SIZE + 64U)

/* A file is three lines: boot id, due time and auth_time; sub; token. */

static void
token_path(uid_t uid, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, PP_REFRESH_STORE_DIR "/%u", uid);
}

/* Locks the store. Closing *ret_fd releases the lock. */
static enum pp_kind
lock_store(int *ret_fd, struct pp_err *err)
{
	enum pp_kind kind = pp_run_make_dir(PP_REFRESH_STORE_DIR, err);

	if (kind != PP_OK)
		return kind;
	*ret_fd = open(PP_REFRESH_STORE_DIR "/lock",
		O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*ret_fd < 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, PP_REFRESH_STORE_DIR "/lock");
	return pp_file_lock(
		*ret_fd, LOCK_WAIT_MS, PP_REFRESH_STORE_DIR "/lock", err);
}

/* Cuts off and returns the next line; NULL if there is none. */
static char *
next_line(char **rest)
{
	char *line = *rest;
	char *end = line != NULL ? strchr(line, '\n') : NULL;

	if (end == NULL)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return line;
}

/* Cuts off and returns the next word; NULL if it is the last one. */
static char *
next_word(char **rest)
{
	char *word = *rest;
	char *end = strchr(word, ' ');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return word;
}

static bool
read_head(char *head, struct pp_refresh_store_token *ret)
{
	char now[PP_CLOCK_BOOT_ID_SIZE];
	const char *boot = next_word(&head);
	const char *due = boot != NULL ? next_word(&head) : NULL;

	return due != NULL && pp_clock_boot_id(now) && strcmp(boot, now) == 0 &&
	       pp_str_to_i64(due, 0, INT64_MAX, &ret->due_ms) &&
	       pp_str_to_i64(head, 0, INT64_MAX, &ret->auth_time);
}

/* Reads the file of uid. Returns false unless it is valid and of this boot. */
static bool
read_file(uid_t uid, struct pp_refresh_store_token *ret)
{
	static const struct pp_file_trust trust = {0, 0077};
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	struct pp_err ignored;
	char path[PATH_SIZE];
	char *rest;
	char *head;
	const char *sub;
	const char *token;

	token_path(uid, path);
	if (pp_file_load(path, &trust, &content, &ignored) != PP_OK ||
		pp_secret_has_nul(&content))
		return false;
	rest = (char *) content.data;
	head = next_line(&rest);
	sub = next_line(&rest);
	token = next_line(&rest);
	if (head == NULL || sub == NULL || token == NULL ||
		!read_head(head, ret))
		return false;
	ret->sub = pp_str_copy(sub, strlen(sub));
	return ret->sub != NULL &&
	       pp_secret_append_text(&ret->token, token, &ignored) == PP_OK;
}

static enum pp_kind
write_file(uid_t uid, const struct pp_refresh_store_token *token,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	char head[HEAD_SIZE];
	char boot[PP_CLOCK_BOOT_ID_SIZE];
	char path[PATH_SIZE];
	enum pp_kind kind;

	if (!pp_clock_boot_id(boot))
		return pp_fail(err, PP_REASON_SYSTEM, "no boot id");
	snprintf(head, sizeof(head), "%s %" PRId64 " %" PRId64 "\n", boot,
		token->due_ms, token->auth_time);
	token_path(uid, path);
	kind = pp_secret_append_text(&content, head, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&content, token->sub, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&content, "\n", err);
	if (kind == PP_OK)
		kind = pp_secret_append(
			&content, token->token.data, token->token.len, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&content, "\n", err);
	return kind == PP_OK ? pp_file_replace(path, 0600, &content, err)
			     : kind;
}

enum pp_kind
pp_refresh_store_put(uid_t uid, const struct pp_refresh_store_token *token,
	struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind;

	if (strchr(token->sub, '\n') != NULL ||
		pp_secret_has_nul(&token->token) ||
		strchr(pp_secret_text(&token->token), '\n') != NULL)
		return pp_fail(err, PP_REASON_TOKEN_MALFORMED,
			"a refresh token of more than one line");
	kind = lock_store(&fd, err);
	return kind == PP_OK ? write_file(uid, token, err) : kind;
}

enum pp_kind
pp_refresh_store_take(uid_t uid, const char *sub, int64_t now_ms,
	int64_t again_ms, struct pp_refresh *ret_request, struct pp_err *err)
{
	pp_cleanup(
		pp_refresh_store_token) struct pp_refresh_store_token stored = {
		0};
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = lock_store(&fd, err);

	if (kind != PP_OK)
		return kind;
	if (!read_file(uid, &stored) || strcmp(stored.sub, sub) != 0 ||
		now_ms < stored.due_ms)
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"no refresh token that is due");
	stored.due_ms = again_ms;
	kind = write_file(uid, &stored, err);
	if (kind != PP_OK)
		return kind;
	*ret_request = (struct pp_refresh){
		stored.token, pp_steal(&stored.sub), stored.auth_time};
	stored.token = (struct pp_secret){0};
	return PP_OK;
}

enum pp_kind
pp_refresh_store_replace(uid_t uid, const struct pp_secret *tried,
	const struct pp_refresh_store_token *next, struct pp_err *err)
{
	pp_cleanup(
		pp_refresh_store_token) struct pp_refresh_store_token stored = {
		0};
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = lock_store(&fd, err);

	if (kind != PP_OK)
		return kind;
	if (!read_file(uid, &stored) ||
		!pp_secret_equal(stored.token.data, stored.token.len,
			tried->data, tried->len))
		return PP_OK;
	if (next != NULL)
		return write_file(uid, next, err);
	pp_refresh_store_forget(uid);
	return PP_OK;
}

void
pp_refresh_store_forget(uid_t uid)
{
	char path[PATH_SIZE];

	token_path(uid, path);
	unlink(path);
}

void
pp_refresh_store_token_free(struct pp_refresh_store_token *token)
{
	pp_text_free(&token->sub);
	pp_secret_free(&token->token);
}
