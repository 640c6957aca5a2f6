/* SPDX-License-Identifier: MIT */
#include "uid_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define UID_MAP "/proc/self/uid_map"
#define OVERFLOW_UID "/proc/sys/kernel/overflowuid"
/* The kernel allows 340 lines of three numbers. */
#define TEXT_SIZE ((size_t) 16 * 1024)
#define BLANKS " \t\n"

/* Reads a small file as a text. Returns false if it cannot be read or does not
 * fit. The caller has disabled cancellation. */
static bool
read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	ssize_t got = -1;

	while (fd >= 0 && len < size) {
		got = read(fd, text + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		len += (size_t) got;
	}
	if (fd >= 0)
		close(fd);
	if (got != 0)
		return false;
	text[len] = '\0';
	return true;
}

/* Takes a decimal number and the blanks in front of it. */
static bool
take_number(const char **text, uint64_t *ret)
{
	const char *at = *text + strspn(*text, BLANKS);
	const char *begin = at;
	uint64_t number = 0;

	while (*at >= '0' && *at <= '9' && number <= UINT32_MAX)
		number = number * 10 + (uint64_t) (*at++ - '0');
	*text = at;
	*ret = number;
	return at > begin && number <= UINT32_MAX;
}

/* Reads the lines of a uid map: the first uid inside, the first outside, how
 * many. */
bool
pp_uid_map_has_root(const char *text)
{
	uint64_t inside, outside, count;

	for (text += strspn(text, BLANKS); *text != '\0';
		text += strspn(text, BLANKS))
		if (!take_number(&text, &inside) ||
			!take_number(&text, &outside) ||
			!take_number(&text, &count) || outside == 0)
			return true;
	return false;
}

static bool
is_overflow_uid(uid_t owner)
{
	char text[TEXT_SIZE];
	const char *at = text;
	uint64_t overflow;

	return read_text(OVERFLOW_UID, text, sizeof(text) - 1) &&
	       take_number(&at, &overflow) && overflow == owner;
}

static bool
maps_root(void)
{
	char text[TEXT_SIZE];

	return !read_text(UID_MAP, text, sizeof(text) - 1) ||
	       pp_uid_map_has_root(text);
}

bool
pp_uid_map_may_be_root(uid_t owner)
{
	return owner != 0 && getauxval(AT_SECURE) == 0 &&
	       is_overflow_uid(owner) && !maps_root();
}
