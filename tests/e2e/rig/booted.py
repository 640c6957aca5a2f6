# SPDX-License-Identifier: MIT
"""A node with its own systemd as process 1: logind's sessions, people's service
managers, sshd as a service of it. What could reach beyond the node (clock,
modules, devices) is masked, /proc/sys and /sys are read-only as ever."""

import os
import pathlib
import re
import subprocess
import time
import uuid

from . import paths
from .host import host_command, sshd_options
from .node import LAYER, Node
from .wait import until

SYSTEMD = "/lib/systemd/systemd"
TARGET = """\
[Unit]
Requires=sysinit.target
Wants=dbus.service systemd-logind.service systemd-user-sessions.service
After=sysinit.target dbus.service systemd-logind.service systemd-user-sessions.service
"""
MASKED = [
    "systemd-timesyncd.service",
    "systemd-modules-load.service",
    "systemd-udevd.service",
    "systemd-udev-trigger.service",
    "systemd-sysctl.service",
    "systemd-binfmt.service",
    "systemd-journald-audit.socket",
    "proc-sys-fs-binfmt_misc.automount",
    "dev-hugepages.mount",
    "sys-fs-fuse-connections.mount",
    "sys-kernel-config.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
]


def _cgroups():
    """Where the unified hierarchy is mounted, or None."""
    for line in pathlib.Path("/proc/mounts").read_text().split("\n"):
        fields = line.split()
        if len(fields) > 3 and fields[2] == "cgroup2" and "rw" in fields[3].split(","):
            return pathlib.Path(fields[1])
    return None


def why_not():
    """Why no node can boot here; None when one can."""
    for path in (SYSTEMD, "/lib/systemd/systemd-logind", "/usr/bin/dbus-daemon"):
        if not paths.on_nodes(path).exists():
            return f"there is no {path} on nodes"
    if not list(paths.on_nodes("/usr/lib").glob("**/security/pam_systemd.so")):
        return "there is no pam_systemd on nodes"
    top = _cgroups()
    if top is None or not os.access(top, os.W_OK):
        return "there are no cgroups (v2) to be written here"
    return None


def units():
    """A layer with what the copy boots into."""
    layer = paths.LAB / "booted"
    units = layer / "etc" / "systemd" / "system"
    if not layer.exists():
        units.mkdir(parents=True)
        (units / "playpen.target").write_text(TARGET)
        for name in MASKED:
            (units / name).symlink_to("/dev/null")
        (layer / "etc" / "fstab").write_text("")
    return layer


class BootedNode(Node):
    def __init__(self, name, address):
        super().__init__(name, address)
        self._layers = [LAYER / "files", units()]
        self._own_cgroups = []

    def _hierarchies(self):
        """Returns the cgroups below which the node has one of its own."""
        return [_cgroups()]

    def _join_cgroups(self):
        """In the process that becomes the node."""
        for cgroup in self._own_cgroups:
            (cgroup / "cgroup.procs").write_text("0")

    def start(self):
        name = f"playpen-{uuid.uuid4().hex[:8]}"
        self._own_cgroups = [cgroup / name for cgroup in self._hierarchies()]
        for cgroup in self._own_cgroups:
            cgroup.mkdir()
        command = host_command("-s", "-n", self.name, layers=self._layers)
        self._process = subprocess.Popen(
            [*command, SYSTEMD, "--unit=playpen.target"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=self._join_cgroups,
            cwd="/",
        )
        self._init = until(self._first_process, "process 1 of the node")
        until(self._is_up, "systemd", 60)
        self._write_hosts()
        return self

    def _first_process(self):
        """Returns the child that is process 1 of a namespace. The script has
        other children before that."""
        children = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        for child in children.read_text().split():
            try:
                status = pathlib.Path(f"/proc/{child}/status").read_text()
            except OSError:
                continue
            if re.search(r"^NSpid:(\t\d+)*\t1$", status, re.MULTILINE):
                return child
        return None

    def _is_up(self):
        root = pathlib.Path(f"/proc/{self._init}/root/run/systemd/private")
        if not root.exists():
            return False
        state = self.run(["systemctl", "is-system-running"], check=False).stdout
        return state.strip() in ("running", "degraded")

    def start_sshd(self, *options, penalties=False):
        words = " ".join(["-o", f"ListenAddress={self.address}",
                          *sshd_options(options, penalties)])
        self.write("/etc/default/ssh", f"SSHD_OPTS='{words}'\n")
        self.run("ssh-keygen -A; systemctl start ssh")
        return self

    def log(self):
        return self.out(["journalctl", "--no-pager", "-o", "short", "-q"])

    def stop(self):
        super().stop()
        for cgroup in self._own_cgroups:
            self._remove_cgroup(cgroup)
        self._own_cgroups = []

    @staticmethod
    def _remove_cgroup(cgroup):
        """When the last process has gone, which is soon."""
        end = time.monotonic() + 10
        while cgroup.exists() and time.monotonic() < end:
            for directory, _, _ in os.walk(cgroup, topdown=False):
                try:
                    os.rmdir(directory)
                except OSError:
                    time.sleep(0.05)
