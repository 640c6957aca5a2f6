/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <playpen/index/nsswitch.h>

#define BLANKS " \t"
#define ENDS_OF_NAME " \t[#\n"
#define ENDS_OF_LINE "#\n"
#define CASE_BIT 0x20 /* of an ASCII letter */

static const char *const status_words[] = {
	[PP_NSSWITCH_NOTFOUND] = "NOTFOUND",
	[PP_NSSWITCH_UNAVAIL] = "UNAVAIL",
	[PP_NSSWITCH_TRYAGAIN] = "TRYAGAIN",
};

const char *
pp_nsswitch_sources(const char *line, const char *database)
{
	size_t len = strlen(database);

	line += strspn(line, BLANKS);
	if (strncmp(line, database, len) != 0)
		return NULL;
	line += len;
	line += strspn(line, BLANKS);
	return *line == ':' ? line + 1 : NULL;
}

bool
pp_nsswitch_next(
	const char **text, struct pp_nsswitch_source *ret, bool *ret_malformed)
{
	const char *at = *text + strspn(*text, BLANKS);

	*ret = (struct pp_nsswitch_source){.name = at};
	ret->name_len = strcspn(at, ENDS_OF_NAME);
	if (ret->name_len == 0) {
		*ret_malformed |= *at == '['; /* an action without a source */
		return false;
	}
	at += ret->name_len;
	at += strspn(at, BLANKS);
	if (*at == '[') {
		ret->action = at + 1;
		ret->action_len = strcspn(ret->action, "]" ENDS_OF_LINE);
		at = ret->action + ret->action_len;
		if (*at != ']') {
			*ret_malformed = true;
			return false;
		}
		at++;
	}
	*text = at;
	return true;
}

bool
pp_nsswitch_is(const struct pp_nsswitch_source *source, const char *name)
{
	return source->name_len == strlen(name) &&
	       memcmp(source->name, name, source->name_len) == 0;
}

/* Skips a word that ends at one of the bytes, and blanks behind it. Returns the
 * length of the word. */
static size_t
skip_word(const char **at, const char *ends)
{
	size_t len = strcspn(*at, ends);

	*at += len;
	*at += strspn(*at, BLANKS);
	return len;
}

/* Compares without case, as glibc does. word has nothing but letters. */
static bool
is_word(const char *text, size_t len, const char *word)
{
	size_t at = 0;

	while (at < len && word[at] != '\0' &&
		(text[at] | CASE_BIT) == (word[at] | CASE_BIT))
		at++;
	return at == len && word[at] == '\0';
}

/*
 * Reads STATUS=ACTION or !STATUS=ACTION, with blanks around the sign. By
 * default glibc goes on after each of the three; of several words about one
 * status the last counts.
 */
bool
pp_nsswitch_returns(
	const struct pp_nsswitch_source *source, enum pp_nsswitch_status status)
{
	const char *at = source->action;
	bool returns = false;

	if (at == NULL)
		return false;
	at += strspn(at, BLANKS);
	while (at < source->action + source->action_len) {
		bool negated = *at == '!';
		const char *name = at += negated;
		size_t name_len = skip_word(&at, BLANKS "=]");
		bool named = is_word(name, name_len, status_words[status]);
		const char *action = at += strspn(at, BLANKS "=");
		size_t action_len = skip_word(&at, BLANKS "]");

		if (named != negated)
			returns = is_word(action, action_len, "return");
	}
	return returns;
}

/* Returns the bytes read, or -1. A file that fills the buffer is too large. */
static ssize_t
read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	ssize_t got = fd >= 0 ? 1 : -1;

	while (got != 0 && fd >= 0 && len < size) {
		got = read(fd, buffer + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		len += (size_t) got;
	}
	if (fd >= 0)
		close(fd);
	return got == 0 ? (ssize_t) len : -1;
}

static bool
line_ends_with_new(const char *text)
{
	struct pp_nsswitch_source source;
	bool malformed = false;
	bool last = false;

	while (pp_nsswitch_next(&text, &source, &malformed))
		last = pp_nsswitch_is(&source, PP_NSSWITCH_PLAYPEN_NEW);
	return last && !malformed;
}

static bool
every_line_ends_with_new(const char *content, const char *database)
{
	const char *line = content;
	bool last = false;

	while (line != NULL) {
		const char *sources = pp_nsswitch_sources(line, database);

		if (sources != NULL && !line_ends_with_new(sources))
			return false;
		last |= sources != NULL;
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	return last;
}

/* Allows no cancellation inside, which would leave the descriptor. */
bool
pp_nsswitch_new_is_last(const char *path)
{
	char content[PP_NSSWITCH_SIZE_MAX];
	int state = PTHREAD_CANCEL_ENABLE;
	ssize_t len;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	len = read_file(path, content, sizeof(content) - 1);
	pthread_setcancelstate(state, NULL);
	if (len < 0)
		return false;
	content[len] = '\0';
	return every_line_ends_with_new(content, "passwd") &&
	       every_line_ends_with_new(content, "group");
}
