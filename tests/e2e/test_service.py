# SPDX-License-Identifier: MIT
"""Service accounts: a token made for one prompt, or the client's own secret."""

import json
import os
import re
import shutil
import stat
import subprocess
import urllib.parse
import urllib.request

import pytest

from rig import paths
from rig.dex import ISSUER, Dex
from rig.ssh import OPTIONS

SECRET = "svc-backup-secret"
NOBODY = 65534
PROOF = re.compile(r"\((\S+)@(\S+)\) playpen-token audience=(\S+) random=(\w{32}) part=1: ")


def account(**changes):
    keys = {"client_id": "svc-backup", "services": "sshd", **changes}
    return {
        "node": {"names": "127.0.1.7 node-7"},
        'account "svc-backup"': keys,
    }


def answer(*lines):
    """A program that answers ssh's prompts, one line each; keeps the last
    prompt for the test."""
    script = paths.LAB / "answer"
    script.write_text(
        "#!/bin/sh\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    script.chmod(0o700)
    return script


def askpass(client="svc-backup", secret=SECRET):
    credentials = paths.LAB / "credentials"
    credentials.write_text(f"client-id={client}\nclient-secret={secret}\n")
    credentials.chmod(stat.S_IRUSR | stat.S_IWUSR)
    os.chown(credentials, NOBODY, NOBODY)
    for name in ("playpenctl/playpenctl", "playpen-oidc"):
        shutil.copy(paths.BUILD / name, paths.LAB)
    # A service is nobody's root, and its machine need not be a node.
    return answer(
        f"exec setpriv --reuid={NOBODY} --clear-groups {paths.LAB}/playpenctl "
        f'askpass "$1" --credentials {credentials} --issuer {ISSUER} '
        f"--allow-http --libexec {paths.LAB}"
    )


def run(argv, program, timeout=60):
    environment = {
        **os.environ,
        "SSH_ASKPASS": str(program),
        "SSH_ASKPASS_REQUIRE": "force",
    }
    done = subprocess.run(
        argv, env=environment, capture_output=True, text=True,
        timeout=timeout, check=False, stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout.strip(), done.stderr


def sign_in(node, program, name="svc-backup"):
    return run(["ssh", *OPTIONS, f"{name}@{node.address}", "id", "-un"], program)


def token(nonce, client="svc-backup", secret=SECRET, audience="playpen-login"):
    scope = "openid" + (f" audience:server:client_id:{audience}" if audience else "")
    form = urllib.parse.urlencode(
        {"grant_type": "client_credentials", "scope": scope, "nonce": nonce,
         "client_id": client, "client_secret": secret}
    ).encode()
    with urllib.request.urlopen(ISSUER + "/token", form, timeout=10) as got:
        return json.loads(got.read())["id_token"]


def assert_refused(node, program, reason, name="svc-backup"):
    status, out, said = sign_in(node, program, name)
    assert status == 255, out
    assert f"reason={reason}" in node.log()
    assert "eyJ" not in node.log() and SECRET not in node.log()
    return said


def test_ssh_lets_a_service_in_by_a_token(dex, make_node):
    node = make_node(changes=account())
    done = sign_in(node, askpass())
    assert done[:2] == (0, "svc-backup"), done[2] + node.log()
    assert "result=accept" in node.log()
    assert "eyJ" not in node.log() and SECRET not in node.log()


def test_a_node_with_cached_keys_asks_dex_for_nothing(dex, make_node):
    node = make_node(changes=account())
    assert sign_in(node, askpass())[0] == 0
    assert len(dex.requests("/dex/keys")) == 2, "the node's and askpass's"
    dex.forget_requests()
    assert sign_in(node, askpass())[0] == 0
    assert len(dex.requests("/dex/keys")) == 1
    assert len(dex.requests()) == 3, "askpass: discovery, keys, token"


def test_the_shell_script_of_the_documentation_works(dex, make_node):
    page = (paths.SOURCE / "docs" / "service-accounts.md").read_text()
    script = paths.LAB / "documented"
    script.write_text(page.split("```sh\n")[1].split("```")[0])
    script.chmod(0o700)
    curl = paths.LAB / "curl"
    curl.write_text(f'url = "{ISSUER}/token"\nuser = "svc-backup:{SECRET}"\n')
    node = make_node(changes=account())
    program = answer(f"export CURL_CONFIG={curl}", f'exec {script} "$1"')
    status, out, said = sign_in(node, program)
    assert (status, out) == (0, "svc-backup"), said + node.log()


def test_scp_and_git_work_unattended(dex, make_node, tmp_path):
    node = make_node(changes=account())
    (tmp_path / "letter").write_text("hello\n")
    target = f"svc-backup@{node.address}:letter"
    program = askpass()
    assert run(["scp", *OPTIONS, str(tmp_path / "letter"), target], program)[0] == 0
    assert node.read("/home/svc-backup/letter") == "hello\n"
    made = run(
        ["ssh", *OPTIONS, f"svc-backup@{node.address}", "git", "init", "-q", "x.git"],
        program,
    )
    assert made[0] == 0, made
    os.environ["GIT_SSH_COMMAND"] = " ".join(["ssh", *OPTIONS])
    listed = run(["git", "ls-remote", f"svc-backup@{node.address}:x.git"], program)
    assert listed[0] == 0, listed


def with_token(line):
    """Answers with a token that the line makes of random and host."""
    keep = paths.LAB / "parts"
    return answer(
        f"if [ -s {keep} ]; then cat {keep}; rm {keep}; exit; fi",
        f"PYTHONPATH={paths.SOURCE}/tests/e2e exec /usr/bin/python3 - \"$1\" <<'END'",
        "import sys, pathlib",
        "from test_service import PROOF, token",
        "m = PROOF.match(sys.argv[1]); random, host = m.group(4), m.group(2)",
        f"t = {line}",
        f"rest = '2:' + t[990:] + ';\\n' if len(t) > 990 else ''",
        f"pathlib.Path('{keep}').write_text(rest)",
        "print('1:' + t[:990] + ('' if rest else ';'))",
        "END",
    )


@pytest.mark.parametrize(
    "line, reason",
    [
        ("token('stolen.' + host)", "nonce-mismatch"),
        ("token(random + '.node-8')", "nonce-host"),
        ("token(random)", "nonce-mismatch"),
        ("token(random + '.' + host, audience=None)", "aud-mismatch"),
    ],
)
def test_a_token_for_something_else_is_refused(dex, make_node, line, reason):
    node = make_node(changes=account())
    assert_refused(node, with_token(line), reason)
    assert sign_in(node, askpass())[:2] == (0, "svc-backup")


def test_another_service_s_token_is_refused(no_dex, make_node):
    node = make_node(changes=account())
    dex = Dex("head")
    for client in dex.config["staticClients"]:
        if client["id"] == "playpen-login":
            client["trustedPeers"] = ["svc-backup", "svc-named-alice"]
    dex.start()
    other = "'svc-named-alice', 'svc-named-alice-secret'"
    try:
        program = with_token(f"token(random + '.' + host, {other})")
        assert_refused(node, program, "aud-untrusted")
        assert sign_in(node, askpass())[:2] == (0, "svc-backup")
    finally:
        dex.stop()


def test_parts_out_of_order_are_refused(dex, make_node):
    node = make_node(changes=account())
    assert_refused(node, answer("echo '2:abc;'"), "proof-parts")
    assert sign_in(node, askpass())[0] == 0


def test_a_service_may_use_only_the_services_of_its_section(dex, make_node):
    node = make_node(changes=account(services="cron"))
    said = assert_refused(node, askpass(), "service-refused")
    assert "may not use sshd" in said


def test_a_secret_lets_a_service_in_and_a_wrong_one_does_not(dex, make_node):
    node = make_node(changes=account(proof="secret"))
    said = assert_refused(node, answer("echo wrong"), "client-refused")
    assert "Tell your administrator" in said
    assert sign_in(node, answer(f"echo {SECRET}"))[:2] == (0, "svc-backup")
    assert SECRET not in node.log()


def test_a_client_named_alice_is_never_alice(dex, make_node, ssh):
    node = make_node(changes=account())
    program = answer("echo '1:eyJ;'")
    assert sign_in(node, program, "alice")[0] == 255
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_sudo_takes_no_token(dex, make_node):
    node = make_node(changes=account(services="sshd sudo"))
    assert sign_in(node, askpass())[0] == 0
    node.write("/etc/sudoers.d/svc", "svc-backup ALL=(ALL) ALL\n", 0o440)
    node.run(["runuser", "-u", "svc-backup", "--", "sudo", "-S", "true"], check=False)
    assert "reason=proof-refused" in node.log()


def test_a_missing_trusted_peer_is_said(no_dex, make_node):
    node = make_node(changes=account())
    dex = Dex("head")
    for client in dex.config["staticClients"]:
        client.pop("trustedPeers", None)
    dex.start()
    try:
        status, _, said = sign_in(node, askpass())
    finally:
        dex.stop()
    assert status == 255
    assert "playpenctl: the provider says invalid_scope" in said


def test_a_dex_without_the_grant_says_so(no_dex, make_node):
    node = make_node(changes=account(proof="secret"))
    release = Dex("release").start()
    try:
        said = assert_refused(node, answer(f"echo {SECRET}"), "grant-not-offered")
    finally:
        release.stop()
    assert "does not offer" in said
