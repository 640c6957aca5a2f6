# SPDX-License-Identifier: MIT
"""A virtual terminal of the kernel's that nobody uses: it belongs to the whole
machine, so it is taken only when free, never shown, and given back."""

import array
import fcntl
import os
import stat
import struct
import termios
import time

from . import paths
from .wait import until

TTY, VCS = 4, 7
UNICODE, ATTRIBUTES = 64, 128
VT_OPENQRY, VT_DISALLOCATE, GIO_UNIMAP = 0x5600, 0x5608, 0x4B66
LEGACY = "/proc/sys/dev/tty/legacy_tiocsti"
ENTRIES = 2048


def _open(name, major, minor, flags):
    path = paths.LAB / name
    if not path.exists():
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(major, minor))
    return os.open(path, flags | os.O_NOCTTY)


def free_number():
    """The number of a free one, or None where there is none, or no way to
    type on it."""
    try:
        with open(LEGACY, encoding="ascii") as file:
            if file.read().strip() != "1":
                return None
        fd = _open("tty0", TTY, 0, os.O_WRONLY)
        try:
            answer = fcntl.ioctl(fd, VT_OPENQRY, struct.pack("i", 0))
        finally:
            os.close(fd)
    except OSError:
        return None
    number = struct.unpack("i", answer)[0]
    return number if number > 0 else None


class VirtualTerminal:
    def __init__(self, node, number):
        self._node = node
        self._number = number
        self.name = f"tty{number}"
        self._fd = _open(self.name, TTY, number, os.O_RDWR)  # it is there, and taken
        node.run(["mknod", "-m", "600", f"/dev/{self.name}", "c", str(TTY), str(number)])

    def close(self):
        """Gives it back, once nobody on the node has it open."""
        os.close(self._fd)
        until(self._disallocate, f"the end of all on {self.name}")

    def _disallocate(self):
        fd = _open("tty0", TTY, 0, os.O_WRONLY)
        try:
            fcntl.ioctl(fd, VT_DISALLOCATE, self._number)
        except OSError:
            return False
        finally:
            os.close(fd)
        return True

    def _control(self, request, argument):
        """Opened for each: login(1) may hang up all who have it open."""
        fd = _open(self.name, TTY, self._number, os.O_RDWR)
        try:
            return fcntl.ioctl(fd, request, argument)
        finally:
            os.close(fd)

    def size(self):
        """Rows and columns."""
        fd = _open(f"vcsa{self._number}", VCS, ATTRIBUTES + self._number, os.O_RDONLY)
        try:
            return tuple(os.read(fd, 2))
        finally:
            os.close(fd)

    def screen(self):
        _, columns = self.size()
        fd = _open(f"vcsu{self._number}", VCS, UNICODE + self._number, os.O_RDONLY)
        try:
            text = os.read(fd, 1 << 20).decode("utf-32-le", "replace").replace("\0", " ")
        finally:
            os.close(fd)
        rows = [text[at : at + columns] for at in range(0, len(text), columns)]
        return "\n".join(row.rstrip() for row in rows)

    def wait_for(self, text, seconds=20):
        until(lambda: text in self.screen(), f"{text!r} on {self.name}", seconds)
        return self.screen()

    def type(self, text):
        for byte in text.encode():
            self._control(termios.TIOCSTI, bytes([byte]))
            time.sleep(0.01)

    def font_has(self, characters):
        """Whether the font can draw them (struct unimapdesc, linux/kd.h)."""
        pairs = array.array("H", bytes(4 * ENTRIES))
        place, _ = pairs.buffer_info()
        answer = self._control(GIO_UNIMAP, struct.pack("@HP", ENTRIES, place))
        count, _ = struct.unpack("@HP", answer)
        known = {pairs[2 * i] for i in range(count)}
        return all(ord(character) in known for character in characters)
