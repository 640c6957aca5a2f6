# SPDX-License-Identifier: MIT
"""Service accounts: a token made for one prompt, or the client's own secret."""

import pathlib
import shlex
import subprocess
import urllib.request

import pytest

from rig import paths
from rig.dex import ISSUER
from rig.service import (
    NOBODY, SECRET, account, answer, as_user, askpass, assert_accepted, assert_refused,
    credentials_file, give_away, part_of, playpenctl, with_token,
)
from rig.wait import until

pytestmark = pytest.mark.release

# What a form encodes, and what Basic authentication would split at.
STRANGE = "p:a%s+s w&o=r/d?\u00fc"
LONG = "svc-" + "long-" * 28


def kept_tokens():
    return list(pathlib.Path("/dev/shm").glob("*token-*"))


def test_ssh_lets_a_service_in_by_a_token(dex, make_node):
    node = make_node(changes=account())
    assert_accepted(node, askpass())
    assert "result=accept" in node.log()
    assert "eyJ" not in node.log() and SECRET not in node.log()


def test_a_node_with_cached_keys_asks_dex_for_nothing(dex, make_node):
    node = make_node(changes=account())
    assert_accepted(node, askpass())
    assert len(dex.requests("/dex/keys")) == 2, "the node's and askpass's"
    dex.forget_requests()
    assert_accepted(node, askpass())
    assert len(dex.requests("/dex/keys")) == 1
    assert len(dex.requests()) == 3, "askpass: discovery, keys, token"
    dex.forget_requests()
    assert_accepted(node, with_token("token(random + '.' + host)"))
    assert [r["path"] for r in dex.requests()] == ["/dex/token"], "the service's own"


def test_the_shell_script_of_the_documentation_works(dex, make_node):
    page = (paths.SOURCE / "docs" / "how-to" / "service-accounts.md").read_text()
    script = paths.LAB / "documented"
    script.write_text(page.split("```sh\n")[1].split("```")[0])
    script.chmod(0o700)
    curl = paths.LAB / "curl"
    curl.write_text(f'url = "{ISSUER}/token"\nuser = "svc-backup:{SECRET}"\n')
    node = make_node(changes=account())
    assert_accepted(node, answer(f"export CURL_CONFIG={curl}", f'exec {script} "$1"'))
    until(lambda: kept_tokens() == [], "the end of what was kept", 20)


def test_a_mounted_secret_of_kubernetes_does_too(dex, make_node):
    """As the kubelet mounts it: links to a version that it can replace."""
    mounted = paths.LAB / "mounted"
    version = mounted / "..2026_11_26_06_00_00"
    version.mkdir(parents=True)
    for name, text in (("client-id", "svc-backup"), ("client-secret", SECRET)):
        (version / name).write_text(text)
        give_away(version / name)
        (mounted / name).symlink_to(f"..data/{name}")
    (mounted / "..data").symlink_to(version.name)
    node = make_node(changes=account())
    assert_accepted(node, askpass(credentials=mounted))
    (version / "client-secret").write_text("an old one")
    assert_refused(node, askpass(credentials=mounted), "proof-parts")


def test_a_token_longer_than_one_answer_comes_in_parts(start_dex, make_node):
    start_dex({"id": LONG, "name": "long", "secret": SECRET})
    node = make_node(changes=account(client_id=LONG))
    prompts = paths.LAB / "prompts"
    prompts.touch()
    give_away(prompts)
    program = askpass(LONG)
    text = program.read_text()
    program.write_text(text.replace("exec ", f'echo "$1" >>{prompts}\nexec ', 1))
    assert_accepted(node, program)
    parts = [line.rsplit("part=", 1)[1] for line in prompts.read_text().splitlines()]
    assert parts == [f"{n}: " for n in range(1, len(parts) + 1)]
    assert len(parts) >= 2
    assert kept_tokens() == []


def test_a_part_that_nobody_asks_for_is_removed(start_dex):
    """What waits for the second prompt is in memory, its owner's alone."""
    start_dex({"id": LONG, "name": "long", "secret": SECRET})
    prompt = f"(svc-backup@node) playpen-token audience=playpen-login random={'0' * 32} part=1: "
    program = [*as_user(NOBODY), askpass(LONG, more="--host node")]
    said = subprocess.check_output([*program, prompt], text=True)
    assert said.startswith("1:") and ";" not in said
    (kept,) = kept_tokens()
    status = kept.stat()
    assert (status.st_mode & 0o777, status.st_uid) == (0o600, NOBODY)
    second = subprocess.check_output([*program, prompt.replace("part=1", "part=2")], text=True)
    assert second.startswith("2:") and second.endswith(";\n")
    assert kept_tokens() == []
    subprocess.check_output([*program, prompt])
    assert len(kept_tokens()) == 1
    until(lambda: kept_tokens() == [], "the end of what was kept", 20)


def test_a_prompt_that_ssh_has_not_asked_is_answered_for_a_host_that_is_named(dex):
    prompt = f"(svc-backup@node) playpen-token audience=playpen-login random={'0' * 32} part=1: "
    done = subprocess.run([*as_user(NOBODY), askpass(), prompt], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "(proof-prompt)" in done.stderr and "--host" in done.stderr
    assert dex.requests() == []
    program = askpass(more="--host node-7")
    said = subprocess.check_output([*as_user(NOBODY), program, prompt], text=True)
    assert part_of(said.strip()[2:-1], 1)["nonce"] == "0" * 32 + ".node-7"


def test_parts_out_of_order_are_refused(dex, make_node):
    node = make_node(changes=account())
    assert_refused(node, answer("echo '2:abc;'"), "proof-parts")
    assert_accepted(node, askpass())


@pytest.mark.parametrize("auth, way", [("client-secret", "basic"), ("client-secret", "post"), ("id-token", "basic")])
def test_a_secret_of_strange_characters_reaches_dex(start_dex, make_node, auth, way):
    start_dex({"id": "svc-backup", "name": "svc-backup", "secret": STRANGE})
    node = make_node(changes={**account(auth=auth), "client": {"token_auth": way}})
    if auth == "id-token":
        program = askpass(secret=STRANGE)
    else:
        program = answer("printf '%s\\n' " + shlex.quote(STRANGE))
    assert_accepted(node, program)


def test_a_secret_lets_a_service_in_and_a_wrong_one_does_not(dex, make_node):
    node = make_node(changes=account(auth="client-secret"))
    said = assert_refused(node, answer("echo wrong"), "client-refused")
    assert "id or secret" in said
    assert_accepted(node, answer(f"echo {SECRET}"))


def test_playpenctl_token_prints_a_token_that_it_has_verified(dex, node):
    command = playpenctl("token --audience playpen-login", credentials_file())
    text = subprocess.check_output([*as_user(NOBODY), "sh", "-c", command], text=True).strip()
    claims = part_of(text, 1)
    assert claims["azp"] == "svc-backup"
    assert claims["aud"] == ["playpen-login", "svc-backup"]
    verify = ["playpenctl", "verify", "--audience", "playpen-login", "--service"]
    online = ["--issuer", ISSUER, "--jwks"]
    node.write("/tmp/keys", urllib.request.urlopen(ISSUER + "/keys").read().decode())
    judged = node.run([*verify, "svc-backup", *online, "/tmp/keys"], input=text)
    assert judged.stdout.startswith("accept\n")
    judged = node.run([*verify, "svc-other", *online, "/tmp/keys"], input=text, check=False)
    assert judged.returncode == 1


def test_playpenctl_token_says_what_dex_refuses(dex):
    for credentials, more, reason in (
        (("svc-backup", "wrong"), "", "client-refused"),
        (("svc-gone", SECRET), "", "client-refused"),
        (("svc-named-alice", "svc-named-alice-secret"), "", "scope-refused"),
    ):
        command = playpenctl("token --audience playpen-login", credentials_file(*credentials))
        done = subprocess.run([*as_user(NOBODY), "sh", "-c", command], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and done.stdout == ""
        assert f"({reason})" in done.stderr, done.stderr
        assert credentials[1] not in done.stderr
