# SPDX-License-Identifier: MIT
"""Nodes that let certificates in, and a laptop that has one."""

import base64
import re

from .day_key import HOME, Machine
from .person import QuickPerson
from .wait import until

ON = {"ssh": {"certificates": "yes"}, "identity": {"allow_new_users": "*"}}
QUIET = ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
         "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
COMMAND = """sed -i 's/^\\t# \\(AuthorizedKeysCommand.*\\)/\\t\\1/' \\
    /etc/ssh/sshd_config.d/*playpen*; grep -h AuthorizedKeys /etc/ssh/sshd_config.d/*"""


def switch_on(node):
    """What docs/how-to/one-sign-in.md says: the two lines of the drop-in."""
    assert "\n\tAuthorizedKeysCommandUser root" in "\n" + node.out(COMMAND)
    node.stop_sshd()
    until(lambda: not node.processes("sshd"), "the end of sshd, which has the port")
    return node.start_sshd()


def signed_in_laptop(host, person="alice", **options):
    """carol's laptop, on which person has signed in; ssh is set up."""
    machine = Machine(host, **options)
    machine.login(QuickPerson(person))
    lines = machine.out("playpen-ssh", "config")
    machine.host.write(f"{HOME}/.ssh/config", lines + "\n", 0o644)
    return machine


def connect(machine, node, *command, name="alice"):
    return machine.run("ssh", *QUIET, f"{name}@{node.address}", *(command or ["id", "-un"]),
                       check=False)


def token_of(machine):
    """The token that the laptop's certificate carries."""
    blob = base64.b64decode(machine.out("cat", f"{HOME}/.ssh/playpen/id-cert.pub").split()[1])
    return re.search(rb"eyJ[\w-]+\.[\w-]+\.[\w-]+", blob)[0].decode()


def make_certificate(machine, *options, key="id", token=None):
    """A certificate that the day key signs by hand, as ssh-keygen makes it."""
    place = f"{HOME}/.ssh/playpen"
    machine.run("sh", "-c", f"""rm -rf /tmp/made; mkdir /tmp/made; cd /tmp/made
        cp {place}/id {place}/id.pub .; ssh-keygen -q -t ed25519 -N '' -f other
        cp {key}.pub made.pub; cp {key} made
        ssh-keygen -q -s {key} -I x {' '.join(options)} \
            -O extension:id-token@playpen={token or token_of(machine)} made.pub""")
    return ["-o", "IdentitiesOnly=yes", "-o", "IdentityFile=/tmp/made/made",
            "-o", "CertificateFile=/tmp/made/made-cert.pub", "-F", "none"]


def offer(machine, node, options, name="alice"):
    return machine.run("ssh", *QUIET, *options, f"{name}@{node.address}", "id", "-un",
                       check=False).returncode


def reasons(node):
    return re.findall(r"reason=(cert-[a-z-]+)", node.log())


def age_keys(node, seconds):
    """The cached keys were fetched so long ago, by both clocks."""
    node.run(f"""rm -rf /run/playpen/certificates; cd /var/cache/playpen; for f in $(ls | grep -v '\\.'); do
        awk -v by={seconds} 'NR == 1 {{$3 -= by; $4 -= by; $5 -= by * 1000
            if ($5 < 0) {{$5 = 0; $NF = "another-boot"}}}} {{print}}' $f >/tmp/aged
        printf %s "$(cat /tmp/aged)" >$f; done""")


class Watched:
    """Which programs sshd and its children start, by strace, within the block."""

    def __init__(self, node):
        self.node = node

    def __enter__(self):
        sshd = self.node.out("cat /run/sshd.pid")
        self.node.run("rm -f /tmp/trace")
        self._strace = self.node.popen(
            ["sh", "-c", "echo $$ >/tmp/strace.pid; "
             f"exec strace -f -qq -e trace=execve -o /tmp/trace -p {sshd}"])
        until(lambda: "TracerPid:\t0" not in self.node.read(f"/proc/{sshd}/status"), "strace")
        return self

    def __exit__(self, *_):
        until(lambda: len(self.node.processes("sshd")) == 1
              and not self.node.processes("sshd-session"), "the end of the connection")
        # strace that is asked to end between a vfork and its exec never does.
        self.node.run("kill -9 $(cat /tmp/strace.pid)")
        self._strace.wait(timeout=20)
        self.started = re.findall(r'execve\("[^"]*/([^"/]+)"', self.node.read("/tmp/trace"))
