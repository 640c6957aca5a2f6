# SPDX-License-Identifier: MIT
"""The fragments of packaging/authselect in stacks as authselect would write them. Its
templates are resolved here, because authselect is not in Debian; libpam, sshd and glibc
are the real ones."""

import re

import pytest

from rig import paths
from rig.ssh import authorize_key

FRAGMENTS = paths.SOURCE / "packaging" / "authselect"
# A profile's system-auth, as short as it can be. pam_permit.so of the fragment comes
# behind pam_deny.so.
BASE = """auth        required      pam_env.so
auth        sufficient    pam_unix.so
auth        required      pam_deny.so
account     required      pam_unix.so
session     required      pam_unix.so
"""
SERVICE = "".join(f"{kind} include system-auth\n" for kind in ("auth", "account", "session"))


def resolve(template, features):
    """Lines with {include if "F"} and words {if "F":A|B}, as authselect-profiles(5) says."""
    lines = []
    for line in template.splitlines():
        condition = re.search(r'\s*\{include if "([^"]+)"\}$', line)
        if condition and condition.group(1) not in features:
            continue
        if condition:
            line = line[:condition.start()]
        lines.append(re.sub(r'\{if "([^"]+)":([^|}]*)\|([^}]*)\}',
                            lambda m: m.group(2) if m.group(1) in features else m.group(3), line))
    return "".join(line + "\n" for line in lines)


def fragments():
    """Returns the lines of each kind, and those that stand behind pam_deny.so."""
    text = (FRAGMENTS / "pam.fragment").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) == 7 and all("with-playpen" in line for line in lines)
    kinds = {kind: [line for line in lines if line.startswith(kind)]
             for kind in ("auth", "account", "session")}
    behind = [line for line in kinds["auth"] if "pam_permit.so" in line]
    return kinds, behind


def profile():
    """BASE with the fragment where its comments say; two auth lines end at pam_deny.so."""
    kinds, behind = fragments()
    first = [line.replace("success=N", "success=2") for line in kinds["auth"] if line not in behind]
    out = []
    for line in BASE.splitlines():
        if line.startswith("account"):
            out += kinds["account"]
        if "pam_unix.so" in line and line.startswith("auth"):
            out += first
        out.append(line)
        if "pam_deny.so" in line:
            out += behind
    return "\n".join(out + kinds["session"]) + "\n"


def nsswitch():
    lines = [line for line in (FRAGMENTS / "nsswitch.fragment").read_text().splitlines()
             if not line.startswith("#")]
    assert len(lines) == 2
    return "\n".join(lines) + "\nshadow: files\nhosts: files dns\n"


@pytest.fixture
def selected(node):
    """select(features): what `authselect select custom/playpen FEATURE...` writes."""
    def select(*features):
        node.write("/etc/pam.d/system-auth", resolve(profile(), features), 0o644)
        for service in ("sshd", "sudo"):
            node.write(f"/etc/pam.d/{service}", SERVICE, 0o644)
        # sss is no module here, and a source that cannot answer would end the search.
        text = resolve(nsswitch(), features)
        text = text.replace(" sss [!NOTFOUND=return]", "").replace(" sss", "")
        node.write("/etc/nsswitch.conf", text, 0o644)
        return node
    return select


def test_without_the_feature_the_profile_is_as_it_was(selected):
    node = selected()
    assert node.read("/etc/pam.d/system-auth") == BASE
    assert "playpen" not in node.read("/etc/nsswitch.conf")
    assert node.run("getent passwd alice", check=False).returncode == 2


def test_with_the_feature_a_person_signs_in_and_a_local_user_as_before(dex, selected, ssh):
    node = selected("with-playpen")
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    options = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "pwd", options=options).result() == ("/home/alice", 0)
    node.run("playpenctl user lock alice")
    assert ssh(node, "alice", "true", options=options).result()[1] != 0
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    for word, status in (("wrong", 255), ("secret-of-local", 0)):
        local = ssh(node, "local", "id", "-un")
        local.terminal.expect("assword: ")
        local.terminal.sendline(word)
        if status:
            local.terminal.expect("assword: ")
            local.close()
        else:
            assert local.result() == ("local", 0)
