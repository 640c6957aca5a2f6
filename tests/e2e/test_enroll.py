# SPDX-License-Identifier: MIT
"""playpenctl bundle, enroll, unenroll: one command makes a node one of the fleet, and a
step that fails or is killed leaves it as it was."""

import base64
import json
import time

import pytest

from rig import kubectl, paths
from rig.conf import conf_text
from rig.node import ID_KEY, Node
from rig.paths import SWITCH
from test_switch import nss_is_on, pam_is_on

pytestmark = pytest.mark.release

ACCOUNTS = '{"serial":3}\n{"name":"bob","locked":true}\n{"end":1}\n'
BUNDLE = {"playpen.conf": conf_text(), "uid.key": ID_KEY + "\n", "accounts": ACCOUNTS}
# Every file that enroll could write, with its owner, mode and content.
SNAPSHOT = ("cd /; find etc var/lib/playpen var/lib/pam ! -name '*.lock' ! -type d "
            "-printf '%p %m %U %l\\n' | sort; find etc var/lib/playpen var/lib/pam -type d | sort;"
            "find etc var/lib/playpen var/lib/pam -type f ! -name '*.lock' -print0 | sort -z |"
            "xargs -0 sha256sum")


@pytest.fixture
def bare(installed):
    """playpen is installed and switched on, as packages do it, and nothing is
    configured."""
    host = Node("node-9", "127.0.1.9").start()
    host.run("rm -rf /etc/playpen /var/lib/playpen/*")
    host.run(f"{SWITCH} disable; {SWITCH} enable; rm -rf /etc/playpen")
    yield host
    host.stop()


def snapshot(node):
    return node.out(SNAPSHOT).splitlines()


def enroll(node, text, words="", status=0):
    text = text if isinstance(text, str) else json.dumps(text)
    done = node.run(f"playpenctl enroll {words} -", input=text, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def secret_of(members):
    """What `kubectl get secret NAME -o json` prints: recorded from kubectl 1.20 of Debian
    12. test_what_kubectl_prints_is_what_was_recorded compares."""
    return {
        "apiVersion": "v1",
        "data": {name: base64.b64encode(text.encode()).decode() for name, text in members.items()},
        "kind": "Secret",
        "metadata": {
            "creationTimestamp": "2026-11-29T09:00:00Z",
            "name": "dex-credentials",
            "namespace": "playpen-platform",
            "resourceVersion": "412",
            "uid": "3e1f2f0a-6a5b-4e3d-9a53-0f6cdd1d6c2b",
        },
        "type": "Opaque",
    }


def troubles(said):
    """What doctor says; the clock is this machine's, no node's."""
    return [line for line in said.splitlines()
            if line.startswith(("fault ", "warning ")) and "clock-sync" not in line]


def test_one_command_leads_from_a_bare_node_to_the_first_sign_in(dex, bare, ssh):
    bare.run("usermod -p '$6$x$y' root")  # the installer has asked for it
    bare.start_sshd()
    began = time.monotonic()
    said = enroll(bare, BUNDLE)
    enrolled = time.monotonic() - began
    # sshd has been told to read its configuration, and listens a little later.
    shell = ssh(bare, "alice", "id", "-un", options=["-o", "ConnectionAttempts=10"])
    assert shell.sign_in() == ("alice", 0)
    print(f"enroll: {enrolled:.1f} s; with the first sign-in: {time.monotonic() - began:.1f} s")
    assert nss_is_on(bare) and pam_is_on(bare)
    assert bare.out("stat -c '%a %U' /etc/playpen/uid.key") == "600 root"
    assert troubles(said) == []
    assert ID_KEY not in said + bare.log()
    assert "command=enroll" in bare.log()
    text, status = ssh(bare, "bob", "id", "-un").result()
    assert status == 255 and "You cannot sign in here as bob." in text


def test_a_bundle_of_a_node_makes_another_one_alike(dex, node, bare):
    node.write("/etc/playpen/playpen.conf.d/own.conf", "[node]\nnames = desk\n", 0o644)
    node.write("/etc/playpen/playpen.conf.d/more.conf", "[limits]\nmax_pending_logins = 9\n", 0o644)
    node.run("playpenctl bundle /root/bundle; playpenctl bundle - >/root/again;"
             " cmp /root/bundle /root/again")
    assert node.out("stat -c '%a %U' /root/bundle") == "600 root"
    text = node.read("/root/bundle")
    assert "desk" not in text and "max_pending_logins" in text
    enroll(bare, text)
    for command in ("uid-key fingerprint", "group list"):
        assert bare.out(f"playpenctl {command}") == node.out(f"playpenctl {command}")


def test_a_second_run_changes_nothing(dex, bare):
    enroll(bare, BUNDLE)
    before = snapshot(bare)
    assert "nothing to do" in enroll(bare, BUNDLE)
    assert bare.out("playpenctl enroll --check -", input=json.dumps(BUNDLE)) == ""
    assert snapshot(bare) == before


def test_check_says_what_it_would_do_and_does_nothing(bare):
    bare.run(f"{SWITCH} disable")
    before = snapshot(bare)
    said = enroll(bare, BUNDLE, "--check")
    for line in ("install /etc/playpen/uid.key", "install /etc/playpen/playpen.conf",
                 "install /etc/playpen/accounts.d/accounts.jsonl", "switch pam on",
                 "switch nss on", "switch sshd on"):
        assert line in said.splitlines()
    assert snapshot(bare) == before


@pytest.mark.parametrize("switched", ["on", "off"])
def test_unenroll_is_the_way_back(dex, bare, ssh, switched):
    if switched == "off":
        bare.run(f"{SWITCH} disable; rm -rf /etc/playpen")
    before = snapshot(bare)
    enroll(bare, BUNDLE)
    bare.start_sshd()
    assert ssh(bare, "alice", "id", "-un").sign_in() == ("alice", 0)
    enroll(bare, {**BUNDLE, "playpen.conf": conf_text({"limits": {"max_pending_logins": "9"}})})
    assert "state.db stays" in bare.out("playpenctl unenroll")
    assert bare.run("getent passwd alice", check=False).returncode == 2
    assert [line for line in snapshot(bare)
            if line not in before and "state.db" not in line and "ssh_host" not in line] == []
    assert bare.run("playpenctl unenroll", check=False).returncode == 1
    enroll(bare, BUNDLE)
    assert bare.out("playpenctl user list").count("alice") == 1
    bare.run("playpenctl unenroll --purge; rm -f /var/lib/playpen/state.db*; "
             "rm -f /etc/ssh/ssh_host*")
    known = {line.split()[-1] for line in before if "ssh_host" not in line}
    assert {line.split()[-1] for line in snapshot(bare)} >= known - {""}


# --- what kubectl prints -----------------------------------------------------

CREDENTIALS = {"client-id": "playpen-login", "client-secret": "not-used-by-a-public-client"}
OPTIONS = "--issuer http://localhost:5556/dex --allow-http --connectors local"


def test_the_secret_of_the_identity_guide_sets_a_node_up(start_dex, bare, ssh):
    start_dex({"id": "dex-credentials", "name": "guide", "secret": "a-secret",
               "redirectURIs": ["/dex/device/callback"]})
    secret = secret_of({"client-id": "dex-credentials", "client-secret": "a-secret\n"})
    said = enroll(bare, secret, OPTIONS, 5)
    assert "register a public client" in said
    assert "--new-uid-key" in enroll(bare, secret, f"{OPTIONS} --confidential", 5)
    bare.start_sshd()
    enroll(bare, secret, f"{OPTIONS} --confidential --new-uid-key")
    assert bare.out("stat -c '%a %U' /etc/playpen/client-secret") == "600 root"
    assert ssh(bare, "alice", "id", "-un").sign_in() == ("alice", 0)
    assert "a-secret" not in bare.log()


@pytest.mark.skipif(not kubectl.PROGRAM, reason="there is no kubectl here")
def test_what_kubectl_prints_is_what_was_recorded(bare):
    line = "kubectl get secret dex-credentials -n playpen-platform -o json"
    assert f"    {line} |\n" in (paths.SOURCE / "docs/how-to/new-node.md").read_text()
    recorded = secret_of({"client-id": "dex-credentials", "client-secret": "a-secret\n"})
    printed = kubectl.kubectl(line, recorded)
    assert json.loads(printed) == recorded
    words = f"{OPTIONS} --confidential --new-uid-key --offline"
    enroll(bare, recorded, f"{words} --check")
    enroll(bare, printed, words)
    assert bare.read("/etc/playpen/client-secret").strip() == "a-secret"
    assert "id = dex-credentials" in bare.read("/etc/playpen/playpen.conf")
    config = {**recorded, "kind": "ConfigMap", "data": {"playpen.conf": BUNDLE["playpen.conf"]}}
    del config["type"]
    both = kubectl.kubectl(
        "kubectl get secret/dex-credentials configmap/dex-credentials -n playpen-platform -o json",
        secret_of({"uid.key": ID_KEY}), config)
    assert json.loads(both)["kind"] == "List"
    bare.run("playpenctl unenroll --purge")
    enroll(bare, both, "--offline")
    assert bare.read("/etc/playpen/uid.key").strip() == ID_KEY


def test_several_objects_are_one_bundle_and_other_data_is_not_taken(dex, bare):
    config = {"apiVersion": "v1", "kind": "ConfigMap",
              "data": {"playpen.conf": BUNDLE["playpen.conf"], "other": "x"}}
    both = {"apiVersion": "v1", "kind": "List",
            "items": [config, secret_of({"uid.key": ID_KEY, "passwd": "x"})]}
    enroll(bare, both)
    assert sorted(bare.out("ls /etc/playpen").split()) == ["accounts.d", "playpen.conf", "uid.key"]


def test_a_volume_of_kubernetes_is_a_bundle_too(dex, bare):
    bare.run("mkdir -p /srv/volume/..1; cd /srv/volume; ln -s ..1 ..data")
    for name, text in BUNDLE.items():
        bare.write(f"/srv/volume/..1/{name}", text)
        bare.run(f"ln -s ..data/{name} /srv/volume/{name}")
    done = bare.run("playpenctl enroll --offline /srv/volume", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert bare.out("playpenctl uid-key fingerprint") and nss_is_on(bare)


# --- what is refused ---------------------------------------------------------

BROKEN = [
    ({**BUNDLE, "playpen.cnf": "x"}, "a member that no bundle has"),
    ({**BUNDLE, "uid.key": "0011"}, "uid.key must be 32 hex digits"),
    ({**BUNDLE, "uid.key": 7}, "uid.key must be a text"),
    ({**BUNDLE, "uid.key": ""}, "uid.key is empty"),
    ({**BUNDLE, "playpen.conf": "[isuer]\n"}, "isuer"),
    ({**BUNDLE, "playpen.conf": conf_text() + "\0"}, "has a NUL byte"),
    ({**BUNDLE, "accounts": '{"serial":1}\n{"end":7}\n'}, "accounts of the bundle"),
    ({**BUNDLE, "playpen.conf": conf_text({"identity": {"uid_key_file": "/root/uid.key"}})},
     "uid.key needs uid_key_file"),
    ({**BUNDLE, "client-id": "other"}, "client-id is another"),
    ({**BUNDLE, "client-secret": "x"}, "register a public client"),
    ({"kind": "Pod", "data": {}}, "no Secret and no ConfigMap"),
    ({"kind": "Secret", "data": {"uid.key": "%%%"}}, "uid.key is no base64"),
    ({"kind": "Secret", "data": {"passwd": "eA=="}}, "no member of a bundle"),
    ("[]", "a bundle is a JSON object"),
    ('{"uid.key":"' + "x" * 2_000_000 + '"}', ""),
]


def test_a_bundle_with_an_error_changes_nothing(bare):
    before = snapshot(bare)
    for bundle, words in BROKEN:
        assert words in enroll(bare, bundle, "--offline", 5)
    assert bare.out("ls -d /run/playpen-enroll.* 2>/dev/null || :") == "/run/playpen-enroll.lock" or \
        not bare.exists("/run/playpen-enroll.lock")
    assert snapshot(bare) == before
    enroll(bare, BUNDLE, "--offline")


def test_another_uid_key_is_never_replaced(dex, bare):
    enroll(bare, BUNDLE)
    before = snapshot(bare)
    said = enroll(bare, {**BUNDLE, "uid.key": "f" * 32}, "", 5)
    assert "another uid key" in said and "f" * 32 not in said
    assert snapshot(bare) == before


def test_an_older_accounts_file_does_not_come_back(dex, bare):
    enroll(bare, BUNDLE)
    newer = ACCOUNTS.replace("3", "4", 1)
    bare.write("/etc/playpen/accounts.d/accounts.jsonl", newer, 0o644)
    enroll(bare, BUNDLE)
    assert bare.read("/etc/playpen/accounts.d/accounts.jsonl") == newer


# --- steps that fail ---------------------------------------------------------


def test_without_the_provider_nothing_is_changed(no_dex, bare):
    before = snapshot(bare)
    said = enroll(bare, BUNDLE, "", 5)
    assert "provider" in said and "step provider has failed" in said
    assert snapshot(bare) == before
    enroll(bare, BUNDLE, "--offline")


def test_a_node_that_works_goes_on_working_when_a_step_fails(dex, bare, ssh):
    bare.start_sshd()
    enroll(bare, BUNDLE)
    assert ssh(bare, "alice", "id", "-un").sign_in() == ("alice", 0)
    before = [line for line in snapshot(bare) if "state.db" not in line]
    other = conf_text({"issuer": {"url": "http://localhost:1/dex"}})
    said = enroll(bare, {**BUNDLE, "playpen.conf": other}, "", 5)
    assert "step provider has failed" in said
    assert [line for line in snapshot(bare) if "state.db" not in line] == before
    assert ssh(bare, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_stacks_edited_by_hand_take_everything_back(bare):
    bare.run(f"{SWITCH} disable; rm -rf /etc/playpen")
    bare.run("sed -i 's/^auth.*pam_unix.*/&\\nauth optional pam_faildelay.so delay=1/' "
             "/etc/pam.d/common-auth")
    before = snapshot(bare)
    said = enroll(bare, BUNDLE, "--offline", 5)
    assert "edited by hand" in said and "step pam has failed" in said
    assert snapshot(bare) == before


# --- kill -9 -----------------------------------------------------------------

# A round on a copy of the node that ends with it: the Nth command that changes a file,
# and with it what KIND says (the step, the script, or every process), is killed. Prints
# how often one was called, the exit status, whether every file was as before, whether
# the key of a locked user got in, and the status and a sum of a second run, which is
# left out in a state that a round has left before. Round 0 kills nothing and writes
# down, for each call, who calls and a sum of all files; what `switch` prepares counts
# from its rename on, and test_switch.py kills there.
SHIM = r"""#!/bin/sh
n=$(($(cat /dev/shm/count) + 1))
echo $n >/dev/shm/count
if [ "$STOP" = 0 ]; then
	echo "$PPID $(sh -c "$SNAPSHOT" | grep -v ' \?var/lib/playpen/switch/' | sha256sum)" \
		>>/dev/shm/calls
elif [ $n = "$STOP" ]; then
	case $KIND in
	step) kill -9 $PPID ;;
	script)
		pid=$$ found=
		while [ "$pid" -gt 1 ]; do
			grep -qsz /usr/share/playpen/enroll /proc/$pid/cmdline && found=$pid
			pid=$(sed -n 's/^PPid:\t//p' /proc/$pid/status)
		done
		kill -9 $found
		;;
	all) kill -9 0 ;;
	esac
fi
PATH=${PATH#*:} exec "${0##*/}" "$@"
"""
SHIMMED = "mv rm install cp rmdir pam-auth-update playpenctl"
ROUND = r"""
copy=/dev/shm/o/$1
mkdir -p $copy
mount -t tmpfs tmpfs $copy
for directory in etc var/lib/playpen var/lib/pam var/cache/debconf; do
	mkdir -p $copy/$directory
	cp -a /$directory/. $copy/$directory
	mount --bind $copy/$directory /$directory
done
sum() { sh -c "$SNAPSHOT" | grep -v '\.db-\|before-enroll' | sha256sum; }
touch /dev/shm/seen
before=$(sum)
echo 0 >/dev/shm/count
STOP=$1 KIND=$2 PATH=/dev/shm/shims:$PATH setsid -w /usr/sbin/playpenctl enroll --offline \
	/dev/shm/bundle >/dev/shm/said 2>&1
status=$?
count=$(cat /dev/shm/count)
after=$(sum)
[ "$after" = "$before" ] && same=same || same=other
ls -d /var/lib/playpen/enroll* /etc/playpen/*new* /run/playpen-enroll.?????? >/dev/shm/rest 2>/dev/null
rest=$(wc -l </dev/shm/rest)
if grep -qxF "$after" /dev/shm/seen; then
	echo "$count $status $same seen seen seen $rest"
	exit
fi
echo "$after" >>/dev/shm/seen
ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no -i /root/key -o LogLevel=ERROR \
	-o UserKnownHostsFile=/dev/null -o ProxyCommand='/usr/sbin/sshd -i' bob@here true \
	>/dev/null 2>&1 && locked=in || locked=out
getent passwd root >/dev/null || locked=broken
/usr/sbin/playpenctl enroll --offline /dev/shm/bundle >/dev/shm/said2 2>&1
second=$?
ls -d /run/playpen-enroll.?????? >/dev/null 2>&1 && second=$second-with-a-stage
left=$(cat /etc/nsswitch.conf /etc/pam.d/common-* /etc/playpen/*.* /etc/playpen/accounts.d/* |
	sha256sum)
echo "$count $status $same $locked $second ${left%% *} $rest"
rm -rf /run/playpen-enroll.??????
"""


@pytest.fixture
def shimmed(bare):
    for command in SHIMMED.split():
        bare.write(f"/dev/shm/shims/{command}", SHIM, 0o755)
    bare.write("/dev/shm/bundle", json.dumps(BUNDLE))
    bare.run("ssh-keygen -A; ssh-keygen -q -t ed25519 -N '' -f /root/key; mkdir -p /run/sshd; "
             "cp /root/key.pub /etc/ssh/all-keys")
    bare.write("/etc/ssh/sshd_config.d/10-test.conf", "AuthorizedKeysFile /etc/ssh/all-keys\n")
    return bare


def kill_at(node, number, kind):
    line = node.out(["unshare", "-m", "env", f"SNAPSHOT={SNAPSHOT}", "bash", "-c", ROUND, "round",
                     str(number), kind], timeout=120)
    count, status, same, locked, second, left, rest = line.split()
    return int(count), status, same, locked, second, left, rest


def points(node, kind):
    """The calls where a kill leaves files, and processes that go on, as at no other one.
    With its step or script killed, a command still ends: a call that changes nothing is
    then as the one before it, if the same shell makes both. The end of the script is
    taken back by what takes back the end of a step, from the same files: the first call
    of each shell is enough."""
    calls = [line.split()[:2] for line in node.read("/dev/shm/calls").splitlines()]
    sums = [line[1] for line in calls]
    shells = [line[0] for line in calls]
    if kind == "all":
        return [number for number, files in enumerate(sums, 1) if files not in sums[:number - 1]]
    return [number for number, (shell, files) in enumerate(calls, 1)
            if number in (1, len(calls)) or shells[number - 2] != shell
            or (kind == "step" and sums[number] != files)]


@pytest.mark.parametrize("kind, switched", [("step", "off"), ("script", "off"), ("all", "on")])
def test_killed_anywhere_it_leaves_the_node_as_it_was(shimmed, kind, switched):
    if switched == "off":
        shimmed.run(f"{SWITCH} disable; rm -rf /etc/playpen")
    whole = kill_at(shimmed, 0, kind)
    assert whole[1:5] == ("0", "other", "out", "0"), shimmed.read("/dev/shm/said")
    numbers = points(shimmed, kind)
    assert len(numbers) > 10 and whole[0] > 20
    print(f"{kind}: {whole[0]} calls, kills at {numbers}")
    for number in numbers:
        count, status, same, locked, second, left, rest = kill_at(shimmed, number, kind)
        said = (number, kind, count, status, same, rest)
        right = (locked, second, left) in [("out", "0", whole[5]), ("seen",) * 3]
        if kind != "all":
            finished = status == "0" and same == "other"
            right = right and rest == "0" and (finished or (status == "5" and same == "same"))
        assert right and count >= number, (said, shimmed.out("cat /dev/shm/said*"))
