# SPDX-License-Identifier: MIT
"""A worker that is broken on purpose, in the real one's place: what playpen-
policy believes of it, and what a terminal ever sees of it."""

import subprocess
import time

import pytest
from pexpect import EOF

from rig import paths
from rig.faults import Meter
from rig.ssh import PROMPT

SCRIPT = "/var/lib/playpen-script"
TIMEOUT_SECONDS = 4
HASTE_SECONDS = 0.3
MEMORY_KIB = 16 * 1024

# What the worker does, and the word for it in the node's log.
REFUSED = {
    "show bob": "wrong-person",
    "show root": "wrong-person",
    "show nobody": "name-invalid",
    "show service": "account-type-mismatch",
    "show issuer": "issuer-mismatch",
    "show connector": "connector-refused",
    "alice": "frame-invalid",
    "show result": "frame-invalid",
    "show show": "frame-invalid",
    "show much": "frame-invalid",
    "show-escape alice": "frame-invalid",
    "show-newline alice": "frame-invalid",
    "show-evil alice": "frame-invalid",
    "show-complete alice": "frame-invalid",
    "show-matrix alice": "frame-invalid",
    "failed-escape": "frame-invalid",
    "failed-ok": "frame-invalid",
    "show huge": "frame-invalid",
    "show short": "frame-invalid",
    "show empty": "frame-invalid",
    "flood": "frame-invalid",
    "show flood": "frame-invalid",
    "asked": "frame-invalid",
    "show asked": "frame-invalid",
    "stream": "frame-invalid",
    "show stream": "frame-invalid",
    "show twice": "frame-invalid",
    "show tag": "frame-invalid",
    "show trailing": "frame-invalid",
    "show die": "helper-failed",
    "die": "helper-failed",
    "show": "helper-failed",
}
SLOW = ["wait", "show wait", "show half wait"]


@pytest.fixture(scope="session")
def fake_worker():
    subprocess.run(
        ["make", "-s", "-C", paths.BUILD, "tests/worker/fake_oidc"],
        check=True, capture_output=True,
    )
    return paths.BUILD / "tests" / "worker" / "fake_oidc"


@pytest.fixture
def broken(make_node, fake_worker):
    node = make_node(changes={"service.sshd": {"timeout": TIMEOUT_SECONDS}})
    worker = node.out(["sh", "-c", "ls /usr/libexec/playpen/playpen-oidc "
                       "/usr/lib/*/playpen/playpen-oidc 2>/dev/null | head -1"])
    node.run(["cp", str(fake_worker), worker])
    return node


def script(node, words):
    node.write(SCRIPT, "\n".join(words.split()) + "\n")
    node.run("rm -f /var/log/seen; wc -c </var/log/syslog >/var/log/seen")


def log(node):
    return node.out('tail -c +"$(($(cat /var/log/seen) + 1))" /var/log/syslog')


def attempt(node, ssh):
    """What one try showed, byte for byte, and its exit status."""
    connection = ssh(node, "alice", "echo a shell")
    seen = []
    while connection.terminal.expect([PROMPT, EOF]) == 0:
        seen.append(connection.terminal.before)
        # Faster than a person would mean that nobody is there.
        time.sleep(HASTE_SECONDS)
        connection.enter()
    seen.append(connection.terminal.before)
    connection.close()
    return "".join(seen), connection.terminal.exitstatus


def assert_no_shell(node, text, status):
    assert status == 255, text
    assert "a shell" not in text
    assert "\033" not in text and "root password" not in text, repr(text)
    assert "evil" not in text, "a page that only the worker names"
    assert node.run(["id", "alice"], user="nobody", check=False).returncode == 1


def test_no_broken_worker_opens_a_shell(broken, ssh):
    for words, reason in REFUSED.items():
        script(broken, words)
        text, status = attempt(broken, ssh)
        assert_no_shell(broken, text, status)
        assert f"reason={reason}" in log(broken), (words, log(broken))
        assert "\033" not in log(broken), words


def test_a_flood_costs_no_memory(broken, ssh):
    """Nor does anything else that comes without an end."""
    meter = Meter(broken)
    for words in ("show die", "flood", "show flood", "show much", "stream", "show stream"):
        script(broken, words)
        text, status = attempt(broken, ssh)
        assert_no_shell(broken, text, status)
        (_, kib), = meter.read(1)
        assert kib < MEMORY_KIB, words


def test_a_worker_that_says_nothing_is_not_waited_for(broken, ssh):
    for words in SLOW:
        script(broken, words)
        began = time.monotonic()
        text, status = attempt(broken, ssh)
        assert_no_shell(broken, text, status)
        assert time.monotonic() - began < TIMEOUT_SECONDS + 5, words
        assert "reason=deadline" in log(broken), (words, log(broken))


def test_the_good_identity_is_let_in_and_another_subject_is_not(broken, ssh):
    script(broken, "show alice wait")
    text, status = attempt(broken, ssh)
    assert (status, text.rstrip().endswith("a shell")) == (0, True), text
    script(broken, "show stranger wait")
    text, status = attempt(broken, ssh)
    assert status == 255 and "a shell" not in text
    assert "reason=name-taken" in log(broken)
    gecos = broken.out(["getent", "passwd", "alice"]).split(":")[4]
    assert "\033" not in gecos and "\n" not in gecos
