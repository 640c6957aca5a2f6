/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>

#define TTYAUX_MAJOR 5
#define PTMX_MINOR 2
#define UPPER_HALF 0x2580
#define LOWER_HALF 0x2584
/* Entries of a console font's map that are looked at. */
#define UNIMAP_MAX 2048
#define TEXT_ROWS 4 /* heading, URL, code and prompt beside the QR code */
#define QUIET_ZONE 1

/* Returns true if a line of /proc/tty/drivers has the device: name, path, major
 * number, a minor one or a range of them, type. */
static bool
is_device_of(const char *line, dev_t device)
{
	unsigned int number;
	unsigned int first;
	unsigned int last;
	char range[32];
	char type[32];
	int count;

	if (sscanf(line, "%*s %*s %u %31s %31s", &number, range, type) != 3 ||
		number != major(device) || strcmp(type, "pty:master") == 0)
		return false;
	count = sscanf(range, "%u-%u", &first, &last);
	return count > 0 && minor(device) >= first &&
	       minor(device) <= (count == 2 ? last : first);
}

/*
 * Returns true if the device is a terminal, as the kernel's drivers say. To
 * open other devices has effects: a tape rewinds, a watchdog begins to wait.
 */
static bool
is_terminal_device(dev_t device)
{
	FILE *file = fopen("/proc/tty/drivers", "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (file != NULL && !found && getline(&line, &size, file) > 0)
		found = is_device_of(line, device);
	free(line);
	if (file != NULL)
		fclose(file);
	/* /dev/ptmx makes a terminal for each process that opens it. */
	return found && device != makedev(TTYAUX_MAJOR, PTMX_MINOR);
}

/* Opens PAM_TTY, which the application took from its caller, if it is a
 * terminal. The file is looked at before it is opened. */
static int
open_tty(const char *tty)
{
	pp_cleanup(pp_fd) int place = -1;
	struct stat info;
	char path[300];

	if (tty == NULL || tty[0] == '\0' || strstr(tty, "..") != NULL)
		return -1;
	snprintf(path, sizeof(path), "%s%s",
		pp_str_starts_with(tty, "/dev/") ? "" : "/dev/", tty);
	place = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (place < 0 || fstat(place, &info) != 0 || !S_ISCHR(info.st_mode) ||
		!is_terminal_device(info.st_rdev))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", place);
	return open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

/* Returns true if a QR code with its quiet zone and the text fit. */
static bool
is_large_enough(int fd, int side)
{
	struct winsize size;
	int width = side + 2 * QUIET_ZONE;
	int height = (width + 1) / 2 + TEXT_ROWS;

	if (ioctl(fd, TIOCGWINSZ, &size) != 0)
		return false;
	/* A serial line does not know its size. */
	if (size.ws_col == 0 || size.ws_row == 0)
		return true;
	return size.ws_col >= width && size.ws_row >= height;
}

/* Returns true for "tty1", which is a virtual terminal; "ttyS0" and "pts/0" are
 * not. */
static bool
is_virtual_terminal(const char *tty)
{
	if (pp_str_starts_with(tty, "/dev/"))
		tty += strlen("/dev/");
	return pp_str_starts_with(tty, "tty") &&
	       isdigit((unsigned char) tty[3]) != 0;
}

/* Returns false for Debian's usual console font: it shows lozenges instead. */
static bool
font_has_half_blocks(int fd)
{
	static struct unipair pairs[UNIMAP_MAX];
	struct unimapdesc map = {UNIMAP_MAX, pairs};
	bool upper = false;
	bool lower = false;

	if (ioctl(fd, GIO_UNIMAP, &map) != 0)
		return false;
	for (int i = 0; i < map.entry_ct && i < UNIMAP_MAX; i++) {
		upper |= pairs[i].unicode == UPPER_HALF;
		lower |= pairs[i].unicode == LOWER_HALF;
	}
	return upper && lower;
}

/*
 * Returns true if the terminal draws UTF-8: getty, ssh and terminal emulators
 * then set IUTF8. The locale of the application cannot be read from here, and
 * says little about the terminal.
 */
static bool
takes_utf8(int fd)
{
	struct termios line;

	return tcgetattr(fd, &line) == 0 && (line.c_iflag & IUTF8) != 0;
}

static enum terminal_qr
local_form(const struct pp_start *start, int side)
{
	pp_cleanup(pp_fd) int fd = open_tty(start->tty);

	if (fd < 0 || !takes_utf8(fd) || !is_large_enough(fd, side))
		return TERMINAL_QR_NONE;
	if (is_virtual_terminal(start->tty) && !font_has_half_blocks(fd))
		return TERMINAL_QR_NONE;
	return TERMINAL_QR_ANSI;
}

bool
terminal_is_there(const struct pp_start *start)
{
	pp_cleanup(pp_fd) int fd = open_tty(start->tty);

	return fd >= 0 && isatty(fd) == 1;
}

enum terminal_qr
terminal_qr_form(const struct pp_conf_pam_service *service,
	const struct pp_start *start, int side)
{
	if (service->qr == PP_QR_OFF || side <= 0)
		return TERMINAL_QR_NONE;
	if (service->qr == PP_QR_UTF8)
		return TERMINAL_QR_UTF8;
	if (!pp_pam_service_is_sshd(start->pam_service))
		return local_form(start, side);
	/*
	 * ssh escapes ESC, so colours cannot be set. Outside of a
	 * prompt, ssh before 10.3 writes a QR code as numbers and cuts off what
	 * follows the first kilobyte: the URL, or the user message.
	 */
	return service->prompt == PP_PROMPT_NONE &&
			       service->flow == PP_FLOW_DEVICE
		       ? TERMINAL_QR_NONE
		       : TERMINAL_QR_UTF8;
}
