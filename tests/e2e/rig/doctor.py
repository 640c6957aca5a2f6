# SPDX-License-Identifier: MIT
"""playpenctl doctor: a cause is made, doctor says it and what to do, that is done,
and doctor is content."""

import json
from dataclasses import dataclass

from .host import has_penalties

CONF = "/etc/playpen/playpen.conf"
DROPIN = "/etc/ssh/sshd_config.d/60-doctor.conf"
ROOM = "MaxStartups 64:30:128"
OURS = "/etc/ssh/sshd_config.d/50-playpen.conf"


def in_order(node):
    """What `setup enable` leaves to the administrator is done."""
    node.write(DROPIN, ROOM + "\n")
    node.run("usermod -p '$6$x$y' root")
    return node


def results(node, *options):
    """The exit status, and all results by the id of their check."""
    done = node.run(["playpenctl", "doctor", "--json", *options], check=False)
    found = {}
    for line in done.stdout.splitlines():
        result = json.loads(line)
        found.setdefault(result["id"], []).append(result)
    return done.returncode, found


def bad(found):
    """The ids of all checks with a fault or a warning. The clock of the machine is
    not the test's."""
    return {name for name, every in found.items() if name != "clock-sync"
            and any(r["result"] in ("fault", "warning") for r in every)}


@dataclass
class Cause:
    """A command makes the cause; then the check `name` says `text`, and so may the
    `others`. `advice` is in what it tells to do, and the command `mend` does that."""

    name: str
    text: str
    make: str
    mend: str
    others: tuple = ()
    status: int = 1
    online: bool = False
    advice: str = ""
    person: str = ""

    def trouble(self, node):
        """What doctor says that it should not, or the other way round."""
        options = [] if self.online else ["--offline"]
        options = [self.person] if self.person else options
        node.run(self.make)
        status, found = results(node, *options)
        said = [r for r in found[self.name] if self.text in r["message"] and r["advice"]
                and self.advice in r["advice"]]
        wrong = []
        if not said or status != self.status or bad(found) != {self.name, *self.others}:
            wrong += [self.name, status, bad(found), found[self.name]]
        node.run(self.mend)
        left = bad(results(node, *options)[1])
        return wrong + [self.name, "is left", left] if left else wrong


def assert_found(node, causes):
    trouble = [cause.trouble(node) for cause in causes]
    assert not any(trouble), [each for each in trouble if each]


def set_line(file, old, new):
    """Two commands: one that changes a line, and one that changes it back."""
    return f"cp {file} /tmp/kept; sed -i '{old}{new}' {file}", f"cp /tmp/kept {file}"


def exempt_result():
    """What doctor says of an empty list of addresses that penalties are not for."""
    return "note" if has_penalties() else "ok"
