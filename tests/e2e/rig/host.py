# SPDX-License-Identifier: MIT
"""Throw-away hosts (tests/host/host) that stay for the length of a test."""

import os
import pathlib
import shlex
import subprocess

import pexpect

from . import paths
from .wait import until

SYSLOG = pathlib.Path(__file__).with_name("syslog.py")
# Asks whether all that was sent before is written, and prints it (syslog.py).
READ_LOG = """
import shutil, socket, sys
us = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
us.bind("")
us.sendto(b"", "/dev/log")
us.recv(1)
with open("/var/log/syslog") as log:
    shutil.copyfileobj(log, sys.stdout)
"""
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/root",
    "TERM": "xterm",
}


def host_command(*options, layers=(), keep=None):
    """Returns the words before the command that a host runs."""
    words = [str(paths.HOST), "-N", *options]
    if paths.ROOT != pathlib.Path("/"):
        words += ["-r", str(paths.ROOT)]
        if not paths.PACKAGES:
            tree = paths.NODE_BUILD.parent  # make install looks at the source there
            words += ["-b", f"{tree}:{tree}"]
    for layer in layers:
        words += ["-l", str(layer)]
    if keep:
        words += ["-k", str(keep)]
    return [*words, "--"]


def has_penalties():
    """Returns True if sshd counts failures by address (OpenSSH 9.8 and later)."""
    return paths.on_nodes("/usr/lib/openssh/sshd-session").exists()


def sshd_options(options, penalties):
    """Returns the options, and one so that sshd does not penalise the address of
    the tests' clients, which all have the same one. "PerSourcePenalties=no" would
    not do: what `setup enable` sets turns it on again. A test about penalties asks
    for them."""
    if has_penalties() and not penalties:
        return [*options, "-o", "PerSourcePenaltyExemptList=127.0.0.0/8"]
    return options


class Host:
    """A copy of this machine, or of paths.ROOT, with its own files and processes.

    All hosts of a run share one network that has only a loopback; each has an
    address of its own there, so that ssh to every one of them uses port 22.
    """

    def __init__(self, name, address="127.0.1.1", layers=(), keep=None):
        """layers lie over the machine's files; keep is an empty directory in
        memory, below which `files` shows what the host has written."""
        self.name = name
        self.address = address
        self._layers = layers
        self._keep = keep
        self._process = None
        self._init = None

    def start(self):
        command = host_command("-n", self.name, layers=self._layers, keep=self._keep)
        self._process = subprocess.Popen(
            [*command, "sh", "-c", "echo up; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
        )
        assert self._process.stdout.readline() == b"up\n"
        children = f"/proc/{self._process.pid}/task/{self._process.pid}/children"
        self._init = pathlib.Path(children).read_text().split()[0]
        self._write_hosts()
        self._start_syslog()
        return self

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _write_hosts(self):
        self.write("/etc/hosts", f"127.0.0.1 localhost\n{self.address} {self.name}\n")

    def _start_syslog(self):
        with open(SYSLOG, encoding="utf-8") as program:
            subprocess.Popen(
                self._enter(["/usr/bin/python3", "-", "/dev/log", "/var/log/syslog"]),
                stdin=program,
                env=ENVIRONMENT,
            )
        until(lambda: self.exists("/dev/log"), "the log socket")

    def _enter(self, command):
        return ["nsenter", "-t", self._init, "-m", "-p", "-u", "-i", "-r", "-w", *command]

    def run(self, command, user=None, check=True, timeout=60, **options):
        """Runs a command (a list, or text for sh) and gives what came of it."""
        if isinstance(command, str):
            command = ["sh", "-c", command]
        if user:
            command = ["setpriv", f"--reuid={user}", "--clear-groups", *command]
        done = subprocess.run(
            self._enter(command),
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=timeout,
            **options,
        )
        if check and done.returncode != 0:
            text = f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
            raise AssertionError(text)
        return done

    def out(self, command, **options):
        return self.run(command, **options).stdout.rstrip("\n")

    def popen(self, command, **options):
        return subprocess.Popen(self._enter(command), env=ENVIRONMENT, **options)

    def spawn(self, command, timeout=20, **options):
        """The command on a terminal of its own (pexpect)."""
        argv = self._enter(command)
        return pexpect.spawn(
            argv[0],
            argv[1:],
            env=ENVIRONMENT,
            encoding="utf-8",
            timeout=timeout,
            dimensions=(24, 80),
            **options,
        )

    def command_line(self, command):
        """The same as text, for a shell or tmux outside."""
        return shlex.join(self._enter(command))

    def write(self, path, text, mode=None):
        self.run(["sh", "-c", 'mkdir -p "${1%/*}"; cat >"$1"', "sh", path], input=text)
        if mode is not None:
            self.run(["chmod", format(mode, "o"), path])

    def read(self, path):
        return self.run(["cat", path]).stdout

    def exists(self, path):
        return self.run(["test", "-e", path], check=False).returncode == 0

    def log(self):
        """What was sent to syslog so far, all of it."""
        return self.run(["/usr/bin/python3", "-c", READ_LOG]).stdout

    def start_sshd(self, *options, penalties=False, before=()):
        """A real sshd with the machine's own configuration; before are words of a
        command that starts it."""
        options = sshd_options(options, penalties)
        self.run("ssh-keygen -A; mkdir -p /run/sshd")
        if any(option.startswith("MaxStartups=") for option in options):
            # The one of a file wins over that of the command line.
            self.run("sed -i '/^MaxStartups/d' /etc/ssh/sshd_config.d/*.conf", check=False)
        self.run(
            [
                *before,
                "/usr/sbin/sshd",
                "-o",
                f"ListenAddress={self.address}",
                "-o",
                "PidFile=/run/sshd.pid",
                *options,
            ]
        )
        until(lambda: self.exists("/run/sshd.pid"), "sshd", seconds=60.0)
        return self

    def stop_sshd(self):
        """Ends it; its port is free then."""
        self.run('pid=$(cat /run/sshd.pid) && kill "$pid" && rm -f /run/sshd.pid &&'
                 ' while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done')

    def wait_for_worker(self):
        """Until no playpen-oidc runs: it ends once it has said who it is."""
        until(lambda: not self.processes("playpen-oidc"), "the worker's last word")

    def processes(self, name):
        """Pids, as this process sees them, of the host's programs by name."""
        namespace = os.readlink(f"/proc/{self._init}/ns/pid")
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                same = os.readlink(entry / "ns" / "pid") == namespace
                if same and pathlib.Path(os.readlink(entry / "exe")).name == name:
                    found.append(int(entry.name))
            except OSError:
                continue
        return found
