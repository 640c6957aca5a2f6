# SPDX-License-Identifier: MIT
"""packaging/switch: no playpen user is known on a node that does not check them,
whatever ends the script; a second run finishes it."""

import re

import pytest

from rig.node import Node
from rig.paths import SWITCH

pytestmark = pytest.mark.release

NSSWITCH = "/etc/nsswitch.conf"

# rounds SETUP VERB: runs VERB again and again, each time on a copy of this machine
# on which SETUP was run, and kills it before its Nth command that changes a file,
# N = 1, 2, ... Then it prints a line: N, how often a command was called, whether
# nsswitch.conf names playpen, whether the key of a locked user gets in, the status
# of a second run and what that leaves; at last the same for a run without a kill.
ROUNDS = r"""
setup=$1 verb=$2 shims=/dev/shm/shims
mkdir -p $shims
for command in mv rm install useradd pam-auth-update; do
	cat >$shims/$command <<-'EOF'
		#!/bin/sh
		n=$(($(cat /dev/shm/count) + 1))
		echo $n >/dev/shm/count
		[ $n != $STOP ] || kill -9 0
		PATH=${PATH#*:} exec "${0##*/}" "$@"
	EOF
	chmod 755 $shims/$command
done
key() {
	ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null -i /root/key -o LogLevel=ERROR \
		-o ProxyCommand='/usr/sbin/sshd -i' alice@here true >/dev/null 2>&1 &&
		echo in || echo out
}
round() {
	for directory in etc var usr; do
		mkdir -p /dev/shm/o/$1/$directory /dev/shm/o/$1/$directory.work
		mount -t overlay overlay /$directory -o lowerdir=/$directory \
			-o upperdir=/dev/shm/o/$1/$directory,workdir=/dev/shm/o/$1/$directory.work
	done
	eval "$setup" >/dev/null
	echo 0 >/dev/shm/count
	STOP=$1 PATH=$shims:$PATH setsid -w @SWITCH@ $verb >/dev/null 2>&1
	first=$?
	count=$(cat /dev/shm/count)
	grep -q playpen @NSSWITCH@ && named=on || named=off
	locked=$(key)
	@SWITCH@ $verb >/dev/null
	second=$?
	left=$(cat @NSSWITCH@ /etc/pam.d/common-* /var/lib/pam/* | sha256sum)
	echo "$1 $count $first $named $locked $second ${left%% *}"
	rm -rf /dev/shm/o/$1
}
export -f key round
export setup verb shims
for ((n = 1; n < 99; n++)); do
	line=$(unshare -m bash -c "round $n")
	echo "$line"
	read -r _ count _ <<<"$line"
	[ "$count" -ge $n ] || break
done
""".replace("@SWITCH@", SWITCH).replace("@NSSWITCH@", NSSWITCH)


@pytest.fixture
def machine(installed):
    """playpen is installed and configured, and alice is locked and has a key; PAM
    and NSS are as they were."""
    host = Node("node-9", "127.0.1.9").start().configure()
    host.write("/tmp/roster", '{"name":"alice"}\n')
    host.run("playpenctl user import /tmp/roster; playpenctl user lock alice")
    host.run("ssh-keygen -A; ssh-keygen -q -t ed25519 -N '' -f /root/key; mkdir -p /run/sshd")
    host.write("/etc/ssh/sshd_config.d/10-test.conf",
               "AuthorizedKeysFile /etc/ssh/alice-keys\n")
    host.run("cp /root/key.pub /etc/ssh/alice-keys")
    host.run(f"{SWITCH} disable")
    yield host
    host.stop()


def rounds(machine, setup, verb):
    text = machine.out(["bash", "-c", ROUNDS, "rounds", setup, verb], timeout=600)
    return [line.split() for line in text.splitlines()]


def key_of_alice(machine):
    done = machine.run(
        "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no -i /root/key "
        "-o UserKnownHostsFile=/dev/null -o ProxyCommand='/usr/sbin/sshd -i' alice@here true",
        check=False)
    return done.returncode == 0


def nss_is_on(machine):
    return "playpen" in machine.read(NSSWITCH)


def pam_is_on(machine):
    return all("pam_playpen" in machine.read(f"/etc/pam.d/common-{kind}")
               for kind in ("auth", "account", "session"))


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("setup, verb", [(":", "enable"), (f"{SWITCH} enable", "disable")])
def test_killed_anywhere_it_lets_no_locked_user_in_and_a_second_run_repairs(
        machine, setup, verb):
    found = rounds(machine, setup, verb)
    assert len(found) > 8
    last = found[-1]
    assert last[2:4] == ["0", "on" if verb == "enable" else "off"]
    for line in found:
        assert line[4] == "out", line
        assert line[5:] == ["0", last[6]], line
    assert all(line[2] == "137" for line in found[:-1])


def test_the_key_would_get_in_if_nothing_checked_it(machine):
    machine.run(f"{SWITCH} enable")
    assert not key_of_alice(machine)
    machine.run("playpenctl user unlock alice")
    machine.run("sed -i /pam_playpen/d /etc/pam.d/common-*; playpenctl user lock alice")
    assert key_of_alice(machine)
    said = machine.run("playpenctl doctor --offline", check=False)
    assert said.returncode == 1
    assert "an SSH key lets in a locked user too" in said.stdout


@pytest.mark.parametrize("options", ["bind", "bind,ro"])
def test_a_mounted_nsswitch_conf_stays_and_pam_with_it(machine, options):
    machine.run(f"{SWITCH} enable")
    machine.run(f"mount --bind {NSSWITCH} {NSSWITCH}; mount -o remount,{options} {NSSWITCH}")
    done = machine.run(f"{SWITCH} disable", check=False)
    assert done.returncode == 1
    assert f"{NSSWITCH} cannot be replaced" in done.stderr
    assert nss_is_on(machine) and pam_is_on(machine)
    machine.run(f"umount {NSSWITCH}; {SWITCH} disable")
    assert not nss_is_on(machine) and not pam_is_on(machine)
    machine.run(f"mount --bind {NSSWITCH} {NSSWITCH}; mount -o remount,{options} {NSSWITCH}")
    done = machine.run(f"{SWITCH} enable", check=False)
    assert done.returncode == 1
    assert not nss_is_on(machine) and pam_is_on(machine)
    machine.run(f"umount {NSSWITCH}; {SWITCH} enable")
    assert nss_is_on(machine)


def edit_by_hand(machine):
    machine.run("sed -i 's/^auth.*pam_unix.*/&\\nauth optional pam_faildelay.so delay=1/' "
                "/etc/pam.d/common-auth")


def test_a_stack_edited_by_hand_is_left_alone_and_nothing_is_enabled(machine):
    edit_by_hand(machine)
    before = machine.out(f"cat {NSSWITCH} /etc/pam.d/common-*")
    done = machine.run(f"{SWITCH} enable", check=False)
    assert done.returncode == 1
    assert "was edited by hand" in done.stderr
    assert machine.out(f"cat {NSSWITCH} /etc/pam.d/common-*") == before


def test_nss_alone_is_not_enabled_without_pam(machine):
    done = machine.run(f"{SWITCH} enable nss", check=False)
    assert done.returncode == 1
    assert "stays without playpen until PAM checks its users" in done.stderr
    assert not nss_is_on(machine)
    machine.run(f"{SWITCH} enable pam; {SWITCH} enable nss")
    assert nss_is_on(machine)
    done = machine.run(f"{SWITCH} disable pam", check=False)
    assert done.returncode == 1
    assert pam_is_on(machine)


def test_disable_says_which_stacks_edited_by_hand_still_name_the_module(machine):
    machine.run(f"{SWITCH} enable")
    edit_by_hand(machine)
    done = machine.run(f"{SWITCH} disable", check=False)
    assert done.returncode == 1
    assert "/etc/pam.d/common-auth" in done.stderr
    assert not nss_is_on(machine)
    machine.run("sed -i '/pam_playpen/d; /pam_localuser/d; /^session.*pam_mkhomedir/d' "
                "/etc/pam.d/common-*")
    machine.run("cp /etc/pam.d/sshd /etc/pam.d/sshd.bak; "
                "echo 'account required pam_playpen.so' >>/etc/pam.d/sshd.bak")
    machine.run(f"{SWITCH} disable")


LINES = [
    ("passwd:\tfiles systemd # mine", "passwd:\tfiles playpen systemd # mine"),
    ("passwd: compat", "passwd: compat playpen"),
    ("passwd: files[SUCCESS=merge] systemd", "passwd: files [SUCCESS=merge] playpen systemd"),
    ("passwd: files [ UNAVAIL=return ] sss", "passwd: files [ UNAVAIL=return ] playpen sss"),
    ("passwd: files [!NOTFOUND=return] ldap [NOTFOUND=return] systemd",
     "passwd: files [!NOTFOUND=return] playpen ldap [NOTFOUND=return] systemd"),
    ("passwd: files [NOTFOUND=return] systemd", None),
    ("passwd: files [!SUCCESS=return] systemd", None),
    ("passwd: systemd", None),
]


def test_actions_of_others_stay_behind_their_source_and_disable_restores_them(machine):
    machine.run(f"{SWITCH} enable pam")
    for line, expected in LINES:
        text = "".join(line + "\n" if old.startswith("passwd:") else old
                       for old in machine.read(NSSWITCH).splitlines(keepends=True))
        machine.write(NSSWITCH, text)
        done = machine.run(f"{SWITCH} enable nss", check=False)
        now = machine.read(NSSWITCH)
        if expected is None:
            assert (done.returncode, now) == (1, text), line
            assert "playpen cannot stand behind it" in done.stderr
        else:
            assert done.returncode == 0, done.stderr
            assert expected in without_new(now)
            machine.run(f"{SWITCH} disable nss")
            assert machine.read(NSSWITCH) == text


def without_new(text):
    """The text without playpen_new and what belongs to it."""
    for word in (" playpen_new", " [!NOTFOUND=return]", " UNAVAIL=return TRYAGAIN=return"):
        text = re.sub(f"(playpen.*){re.escape(word)}", r"\1", text)
    return text


def test_a_bracket_that_an_older_setup_took_over_goes_back_to_files(machine):
    machine.run(f"sed -i 's/^group:.*/group: files playpen [SUCCESS=merge] systemd/' {NSSWITCH}")
    machine.run(f"{SWITCH} enable")
    assert "group: files [SUCCESS=merge] playpen systemd" in machine.read(NSSWITCH)


def test_in_another_root_no_link_leads_out(machine):
    # A small root: this one may be an overlay on an overlay, which takes no other.
    machine.run(
        "mkdir -p /dev/shm/r/root; mount -t tmpfs tmpfs /dev/shm/r/root; cd /dev/shm/r/root;"
        "cp -a /bin /sbin /lib* /etc .;"
        "mkdir -p usr dev proc run tmp var/lib var/cache;"
        "cp -a /var/lib/pam var/lib; cp -a /var/cache/debconf var/cache;"
        "mount --bind /usr usr; mount --rbind /dev dev")
    machine.run(f"{SWITCH} --root /dev/shm/r/root enable")
    machine.run("cd /dev/shm/r/root; mv etc inside; ln -s /inside etc; "
                "mv var inside-var; ln -s ../../inside-var var")
    machine.run(f"{SWITCH} enable")
    machine.run(f"{SWITCH} --root /dev/shm/r/root disable")
    assert "playpen" not in machine.read("/dev/shm/r/root/inside/nsswitch.conf")
    assert nss_is_on(machine) and pam_is_on(machine)


def test_other_words_are_refused(machine):
    for words in ("", "on", "enable all", "--root /", "--root /nowhere enable"):
        assert machine.run(f"{SWITCH} {words}", check=False).returncode in (1, 2)
