# SPDX-License-Identifier: MIT
"""A service account: its section on a node, its credentials, and the programs
that answer ssh's prompts for it, honest ones and others."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import urllib.parse
import urllib.request

from . import paths
from .dex import ISSUER
from .person import QuickPerson
from .ssh import OPTIONS
from .wait import until

SECRET = "svc-backup-secret"
NOBODY = 65534
PROOF = re.compile(r"\((\S+)@(\S+)\) playpen-token audience=(\S+) random=(\w{32}) part=1: ")
OOB = "urn:ietf:wg:oauth:2.0:oob"
SENT = paths.LAB / "sent"  # the last token that with_token answered with


def account(**changes):
    keys = {"client_id": "svc-backup", "pam_services": "sshd", **changes}
    return {
        "node": {"names": "127.0.1.7 node-7"},
        'service-account "svc-backup"': keys,
    }


def answer(*lines):
    """A program that answers ssh's prompts: lines of shell."""
    script = paths.LAB / "answer"
    script.unlink(missing_ok=True)
    script.write_text(
        "#!/bin/sh\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    script.chmod(0o700)
    return script


def give_away(path):
    os.chown(path, NOBODY, NOBODY)
    return path


def credentials_file(client="svc-backup", secret=SECRET):
    path = paths.LAB / "credentials"
    path.write_text(f"client-id={client}\nclient-secret={secret}\n")
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    return give_away(path)


def as_user(owner):
    """Words before a command line, which owner then runs."""
    return ["setpriv", f"--reuid={owner}", "--clear-groups"] if owner else []


def playpenctl(command, credentials, issuer=ISSUER):
    """The command line, for a shell of the service's user: its machine need not
    be a node."""
    for name in ("playpenctl/playpenctl", "playpen-oidc"):
        if not (paths.LAB / pathlib.Path(name).name).exists():
            shutil.copy(paths.BUILD / name, paths.LAB)
    return (
        f"{paths.LAB}/playpenctl {command} "
        f"--credentials {credentials} --issuer {issuer} --allow-http --libexec {paths.LAB}"
    )


def askpass(client="svc-backup", secret=SECRET, credentials=None, owner=NOBODY, more=""):
    """A service is nobody's root: ssh and this run as its owner."""
    credentials = credentials or credentials_file(client, secret)
    os.chown(credentials, owner, owner)
    script = answer("exec " + playpenctl(f'askpass "$1" {more}', credentials))
    os.chown(script, owner, owner)
    return script


def environment(program):
    return {
        **os.environ, "SSH_ASKPASS": str(program), "SSH_ASKPASS_REQUIRE": "force",
    }


def run(argv, program, timeout=60):
    """Runs it as who owns the program that answers."""
    done = subprocess.run(
        [*as_user(os.stat(program).st_uid), *argv], env=environment(program), capture_output=True, text=True,
        timeout=timeout, check=False, stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout.strip(), done.stderr


def sign_in(node, program, name="svc-backup"):
    return run(["ssh", *OPTIONS, f"{name}@{node.address}", "id", "-un"], program)


def assert_accepted(node, program, name="svc-backup"):
    status, out, said = sign_in(node, program, name)
    assert (status, out) == (0, name), said + node.log()


def assert_refused(node, program, reason, name="svc-backup"):
    """Refused for exactly that, with a sentence, and no secret in the log."""
    before = len(node.log())
    status, out, said = sign_in(node, program, name)
    assert status == 255, out
    # The node's syslog is a process of its own.
    until(lambda: "reason=" in node.log()[before:], "the decision in the log")
    log = node.log()
    assert f"reason={reason} " in log[before:], log[before:]
    assert "eyJ" not in log and SECRET not in log
    return said


def post_form(url, **form):
    with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), timeout=10) as got:
        return json.loads(got.read())


def token(nonce, client="svc-backup", secret=SECRET, audience="playpen-login", scope="openid",
          issuer=ISSUER):
    """A service's token; with "profile" in scope its name stands in it."""
    if audience:
        scope += f" audience:server:client_id:{audience}"
    return post_form(
        issuer + "/token", grant_type="client_credentials", scope=scope, nonce=nonce,
        client_id=client, client_secret=secret,
    )["id_token"]


def person_token(nonce, name, connector="local", client="svc-backup", secret=SECRET, scope=""):
    """A person's, who goes to Dex through a client that is not a login's."""
    asked = urllib.parse.urlencode(
        {"client_id": client, "redirect_uri": OOB, "response_type": "code", "nonce": nonce,
         "scope": "openid profile groups federated:id " + scope}
    )
    code = QuickPerson(name, connector).fetch_code(f"{ISSUER}/auth?{asked}")
    return post_form(
        ISSUER + "/token", grant_type="authorization_code", code=code, redirect_uri=OOB,
        client_id=client, **({"client_secret": secret} if secret else {}),
    )["id_token"]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part_of(text, number):
    """The header (0) or the claims (1) of a token."""
    part = text.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def with_mac(text, secret=SECRET):
    """The same claims, signed HS256 with what the client knows."""
    header = b64(json.dumps({**part_of(text, 0), "alg": "HS256"}).encode())
    signed = header + "." + text.split(".")[1]
    return signed + "." + b64(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))


def sent():
    return SENT.read_text()


def with_token(line):
    """Answers with a token that the line makes of random and host."""
    keep = paths.LAB / "parts"
    return answer(
        f"if [ -s {keep} ]; then cat {keep}; rm {keep}; exit; fi",
        f"PYTHONPATH={paths.SOURCE}/tests/e2e exec /usr/bin/python3 - \"$1\" <<'END'",
        "import sys, pathlib",
        "from rig.service import *",
        "m = PROOF.match(sys.argv[1]); random, host = m.group(4), m.group(2)",
        f"t = {line}",
        "SENT.write_text(t)",
        "rest = '2:' + t[990:] + ';\\n' if len(t) > 990 else ''",
        f"pathlib.Path('{keep}').write_text(rest)",
        "print('1:' + t[:990] + ('' if rest else ';'))",
        "END",
    )
