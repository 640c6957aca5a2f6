# SPDX-License-Identifier: MIT
"""A terminal of 80 by 24 (tmux), and the picture that a person's phone sees."""

import os
import subprocess
import uuid

from . import paths
from .picture import draw
from .wait import until


class Terminal:
    def __init__(self, command, columns=80, rows=24, locale="C.UTF-8"):
        """command is text for a shell; the terminal ends with it."""
        self._server = f"playpen-{uuid.uuid4().hex[:8]}"
        self._environment = dict(os.environ, TMUX_TMPDIR=str(paths.LAB))
        self._environment.update(LC_ALL="C.UTF-8", TERM="xterm-256color")
        size = ["-x", str(columns), "-y", str(rows)]
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", *size,
            f"LC_ALL={locale} {command}; sleep 600",
        )
        self._tmux("set", "-g", "status", "off")
        self._tmux("resize-window", *size)

    def _tmux(self, *arguments):
        command = ["tmux", "-u", "-L", self._server, *arguments]
        return subprocess.run(
            command,
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=20,
        ).stdout

    def close(self):
        subprocess.run(
            ["tmux", "-L", self._server, "kill-server"],
            env=self._environment,
            capture_output=True,
            check=False,
        )

    def screen(self):
        """The rows that are visible now."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, text, seconds=20):
        until(lambda: text in self.screen(), f"{text!r} on the screen", seconds)
        return self.screen()

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def press(self, key):
        self._tmux("send-keys", key)

    def picture(self, path, theme="dark"):
        """Draws the screen as a terminal would; gives the path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(self._tmux("capture-pane", "-p", "-e", "-N"), path, theme)
        return path


def read_qr(picture):
    """What a QR code in the picture says, as a phone would read it."""
    done = subprocess.run(
        ["zbarimg", "-q", "--nodbus", "--raw", "-Stest-inverted", str(picture)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
