# SPDX-License-Identifier: MIT
"""The ssh client of a person, on a terminal of its own."""

import re
import shlex
import subprocess
import time

import pexpect

from . import paths
from .person import QuickPerson

PROMPT = "Press Enter when done:"
AGAIN = "Not approved yet. Press Enter when done:"
PAUSE_SECONDS = 0.5
ADDRESS = re.compile(r"Open +(\S+)")
CODE = re.compile(r"Code +(\S+)")
# The client's default log level: below it, old clients swallow what a server
# says beside a prompt, and with it the sentence of a refusal.
OPTIONS = [
    "-F", "/dev/null",
    "-o", "StrictHostKeyChecking=no",
    "-o", "UserKnownHostsFile=/dev/null",
]
NEW_HOST = re.compile(r"Warning: Permanently added .* to the list of known hosts\.\n")


def ssh_line(node, name, *command, options=()):
    """The command line, as text for a shell."""
    argv = ["ssh", *OPTIONS, *options, f"{name}@{node.address}", *command]
    return shlex.join(argv)


def authorize_key(node, name, home):
    """Lets a key of ours in as that user; gives the options that use it."""
    key = paths.LAB / "key"
    if not key.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
        subprocess.run(command, check=True)
    text = key.with_suffix(".pub").read_text()
    node.write(f"{home}/.ssh/authorized_keys", text, 0o600)
    node.run(["chown", "-R", f"{name}:", f"{home}/.ssh"])
    return ["-i", str(key), "-o", "BatchMode=yes"]


def enter_until(terminal, end, asked=AGAIN):
    """Enter at each prompt until one of the patterns comes; its number.
    Between two there is time for the worker to ask again."""
    patterns = [end] if isinstance(end, (str, type)) else list(end)
    while True:
        terminal.sendline("")
        found = terminal.expect([re.escape(asked), *patterns])
        if found > 0:
            return found - 1
        time.sleep(PAUSE_SECONDS)


class Ssh:
    """One connection; `last` is what came after the last prompt."""

    def __init__(self, node, name, *command, options=(), locale="C.UTF-8", program=None):
        line = program or ssh_line(node, name, *command, options=options)
        self.name = name
        self.started = time.monotonic()
        self.terminal = pexpect.spawn(
            "/bin/sh",
            # A dumb terminal: the shell's prompt then is its text alone.
            ["-c", f"TERM=dumb LC_ALL={locale} exec {line}"],
            encoding="utf-8",
            codec_errors="replace",
            timeout=30,
            dimensions=(24, 80),
            cwd=str(paths.LAB),
        )

    def wait_for_screen(self):
        """The sign-in's text; url and code are set from it."""
        self.terminal.expect_exact(PROMPT)
        text = self.terminal.before
        self.url = ADDRESS.search(text).group(1)
        self.code = CODE.search(text).group(1)
        return text

    def enter(self):
        self.terminal.sendline("")

    def approve(self, by=None, **options):
        """In the browser's place, as the person who signs in or another."""
        QuickPerson(by or self.name, **options).approve(self.url)

    def enter_until(self, end):
        """See above; `last` is set."""
        found = enter_until(self.terminal, end)
        self.last = self.terminal.before
        return found

    def sign_in(self, **options):
        """All of it, for a command: its output and exit status."""
        self.wait_for_screen()
        self.approve(**options)
        self.enter_until(pexpect.EOF)
        return self.result()

    def sign_in_to_shell(self, **options):
        """All of it, to the shell's prompt."""
        self.wait_for_screen()
        self.approve(**options)
        self.enter_until(r"[$#] $")

    def command(self, line):
        """Types it at the shell's prompt; gives what it printed."""
        self.terminal.sendline(line + "; echo end-$((40 + 2))")
        self.terminal.expect_exact("end-42\r\n")
        text = self.terminal.before.replace("\r\n", "\n")
        self.terminal.expect(r"[$#] $")
        return text.split("\n", 1)[1]

    def result(self):
        """Waits for the end: (what came last, exit status)."""
        if self.terminal.after is not pexpect.EOF:
            self.terminal.expect(pexpect.EOF)
            self.last = self.terminal.before
        self.close()
        text = NEW_HOST.sub("", re.sub("\r+\n", "\n", self.last))
        return text.strip(), self.terminal.exitstatus

    def is_kept_out(self):
        """Returns True if it ends before there is an address to approve at."""
        return self.result()[1] == 255

    def close(self):
        self.terminal.close(force=True)


def sign_in_together(ssh, node, *names):
    """Several people at once: most of a sign-in is waiting."""
    connections = [ssh(node, name, "true") for name in names]
    for connection in connections:
        connection.wait_for_screen()
        connection.approve()
    for connection in connections:
        connection.enter_until(pexpect.EOF)
        assert connection.result() == ("", 0), connection.name
