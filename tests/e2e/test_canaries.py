# SPDX-License-Identifier: MIT
"""No secret is where others may read it: the test knows them from Dex's side,
looks everywhere while people sign in, and proves that it would have found."""

import base64
import json
import os
import pathlib
import signal
import threading
import time

import pytest

from rig import paths
from rig.person import QuickPerson
from rig.service import SECRET, account, answer, askpass, give_away, sign_in, with_token
from rig.ssh import authorize_key
from rig.wait import until
from test_code import wait_for_url

HELPERS = ("playpen-policy", "playpen-oidc")
PLACES = "/var/lib/playpen /run/playpen /var/cache/playpen /var/log/syslog"
CLIENT_SECRET = "confidential-client-secret"
SAMPLE_SECONDS = 0.05


class Watch:
    """Argv and environment of every helper, and the shell's, as they live."""

    def __init__(self, node):
        self.node = node
        self.seen = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _run(self):
        while not self._over.is_set():
            for pid in sum(map(self.node.processes, HELPERS), []):
                self._look(pathlib.Path(f"/proc/{pid}"))
            time.sleep(SAMPLE_SECONDS)

    def _look(self, place):
        for name in ("cmdline", "environ"):
            try:
                self.seen.add((place / name).read_bytes())
            except OSError:
                pass  # it has ended

    def shows(self, text):
        return any(text.encode() in sample for sample in self.seen)


def files_with(node, text):
    done = node.run(f"grep -rlaF -e '{text}' {PLACES}", check=False)
    return done.stdout.split()


def parts_of(secrets):
    """Of a token each of its three parts alone, too: that is how logs cut."""
    for value in secrets:
        yield value
        if value.count(".") == 2:
            yield from value.split(".")[1:]


def assert_found_nowhere(dex, node, watch, expected, kept=()):
    """kept: the files of root's that there is a secret in on purpose."""
    secrets = dex.secrets()
    assert set(secrets) >= expected, secrets.keys()
    for name, values in secrets.items():
        for value in parts_of(values):
            assert set(files_with(node, value)) <= set(kept), name
            assert not watch.shows(value), name


def at_debug_level(node):
    """All that sshd and PAM can be made to say goes to the log."""
    node.stop_sshd()
    return node.start_sshd("-o", "LogLevel=DEBUG3")


def test_a_public_client_s_secrets_are_nowhere(dex, node, ssh):
    at_debug_level(node)
    with Watch(node) as watch:
        assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert_found_nowhere(dex, node, watch,
                         {"device_code", "code_verifier", "access_token", "id_token"})
    # The search finds what is there.
    assert "/var/log/syslog" in files_with(node, "name=alice")
    assert "debug3: " in node.log() and "PAM: " in node.log()
    assert "/var/lib/playpen/state.db" in files_with(node, "alice")
    assert watch.shows("playpen-oidc") and watch.shows("playpen-policy")


@pytest.fixture
def confidential(make_node):
    def make(**client):
        place = "/etc/playpen/client.secret"
        changes = {"client": {"id": "playpen-confidential", **client}}
        node = make_node(changes={**changes, **account(auth="client-secret")})
        node.write(place, CLIENT_SECRET + "\n", 0o600)
        node.configure({"client": {"id": "playpen-confidential",
                                   "secret_file": place, **client},
                        **account(auth="client-secret")})
        return at_debug_level(node)
    return make


def test_a_confidential_client_s_secrets_are_nowhere(dex, confidential, ssh):
    node = confidential()
    with Watch(node) as watch:
        assert ssh(node, "alice", "true").sign_in() == ("", 0)
        assert sign_in(node, answer(f"echo {SECRET}"))[:2] == (0, "svc-backup")
    known = dex.secrets()["client_secret"]
    assert CLIENT_SECRET in known and SECRET in known
    assert_found_nowhere(dex, node, watch,
                         {"device_code", "client_secret", "id_token"})


def test_a_pasted_code_s_secrets_are_nowhere(dex, confidential, ssh):
    node = confidential(flow="code")
    with Watch(node) as watch:
        connection = ssh(node, "alice", "true")
        wait_for_url(connection)
        code = QuickPerson("alice").fetch_code(connection.url)
        connection.terminal.sendline(code)
        assert connection.result()[1] == 0
    assert code in dex.secrets()["code"]
    assert_found_nowhere(dex, node, watch, {"code", "code_verifier", "client_secret"})


def test_refresh_tokens_and_a_service_s_own_are_nowhere_else(dex, make_node, ssh):
    """Refresh tokens lie where root alone reads them, in memory."""
    recheck = {"groups": {"refresh_groups": "yes", "refresh_groups_after": "0"}}
    node = at_debug_level(make_node(changes={**recheck, **account()}))
    with Watch(node) as watch:
        assert ssh(node, "alice", "true").sign_in() == ("", 0)
        key = authorize_key(node, "alice", "/home/alice")
        assert ssh(node, "alice", "true", options=key).result() == ("", 0)
        assert sign_in(node, askpass())[:2] == (0, "svc-backup")
    assert "notes=refreshed" in node.log()
    assert len(set(dex.secrets()["refresh_token"])) > 1, "a new one each time"
    kept = f"/run/playpen/refresh/{node.id_of('alice')[0]}"
    assert node.out(["stat", "-c", "%a %u", kept, "/run/playpen/refresh"]) == "600 0\n700 0"
    assert node.out(["stat", "-fc", "%T", kept]) == "tmpfs"
    assert_found_nowhere(dex, node, watch,
                         {"refresh_token", "id_token", "access_token"}, [kept])


def read_claim(token, name):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))[name]


def test_a_service_s_token_and_nonce_are_nowhere(dex, make_node):
    """Nor in what starts on the service's own machine, which is this one."""
    node, trace = make_node(changes=account()), paths.LAB / "trace"
    program = askpass()
    # Tracing from aside (-D): what starts askpass must be ssh.
    trace.touch()
    give_away(trace)
    watched = f"exec strace -D -f -v -s 65536 -e trace=execve -o {trace} "
    program.write_text(program.read_text().replace("exec ", watched, 1))
    with Watch(node) as watch:
        assert sign_in(node, program)[:2] == (0, "svc-backup")
    secrets = dex.secrets()
    assert SECRET in secrets["client_secret"]
    assert_found_nowhere(dex, node, watch, {"id_token", "access_token", "client_secret"})
    until(lambda: "playpen-oidc" in trace.read_text(), "what has started")
    started = trace.read_text()
    assert "playpenctl" in started and "playpen-oidc" in started
    for values in secrets.values():
        for value in parts_of(values):
            assert value not in started
    # The random number stands in the prompt, which is askpass's argument; in
    # no log and no file of the node's.
    random, host = read_claim(secrets["id_token"][-1], "nonce").split(".", 1)
    assert host == node.address and random in started
    assert files_with(node, random) == [] and not watch.shows(random)


def test_a_refused_token_is_nowhere_either(dex, make_node):
    node = make_node(changes=account())
    with Watch(node) as watch:
        assert sign_in(node, with_token("token('other.' + host)"))[0] == 255
    assert "reason=nonce-mismatch" in node.log()
    assert_found_nowhere(dex, node, watch, {"id_token"})
    assert files_with(node, "other." + node.address) == []


def cores(node):
    found = node.out("find / /tmp /var /run -xdev -maxdepth 4 -name 'core*' -type f "
                    "-newer /etc/playpen/playpen.conf 2>/dev/null || true").split()
    return sorted(set(found))


def test_a_helper_that_crashes_leaves_no_core(dex, node, ssh):
    # Without CAP_SYS_RESOURCE a hard limit stays, and that of sudo is 0: then
    # the machine leaves no cores, and there is less to see here.
    raise_limit = 'prlimit --core=unlimited --pid "$(cat /run/sshd.pid)"'
    may_leave = node.run(raise_limit, check=False).returncode == 0
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text()
    if may_leave and pattern[0] not in "|/":
        node.run("cd /tmp; ulimit -c unlimited; sh -c 'kill -SEGV $$'", check=False)
        assert cores(node), "the machine leaves cores"
        node.run(["rm", *cores(node)])
    for number in (signal.SIGSEGV, signal.SIGABRT):
        for helper in HELPERS:
            connection = ssh(node, "alice", "true")
            connection.wait_for_screen()
            pid, = node.processes(helper)
            os.kill(pid, number)
            connection.enter()
            connection.close()
            until(lambda: not sum(map(node.processes, HELPERS), []), "the end", 5)
    assert cores(node) == []
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
