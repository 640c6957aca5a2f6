# SPDX-License-Identifier: MIT
"""playpen-ssh on a person's own machine, with a real Dex."""

import base64
import re
import socket
import threading
import urllib.parse
import urllib.request

import pytest

from rig.day_key import HOME, SETTINGS, USER, Machine
from rig.dex import Dex
from rig.person import BrowserPerson, QuickPerson

CERTIFICATE = f"{HOME}/.ssh/playpen/id-cert.pub"
VERIFY = ["playpenctl", "verify", "--certificate", CERTIFICATE]


@pytest.fixture
def machine(node):
    """Also a node, so that playpenctl can say what a node finds."""
    return Machine(node)


def parameters(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def fetch(url):
    """What a process of this machine gets from the listener."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def test_a_sign_in_makes_a_certificate_that_a_node_accepts(dex, machine):
    page = machine.login(QuickPerson("alice"))
    assert "close this window" in page
    done = machine.host.run(VERIFY)
    assert done.stdout.startswith("accept\n"), done.stdout
    assert '"preferred_username":"alice"' in done.stdout
    shown = machine.out("ssh-keygen", "-L", "-f", CERTIFICATE)
    assert "ecdsa-sha2-nistp256-cert-v01@openssh.com user certificate" in shown
    assert re.search(r"Principals: *\n *alice\n", shown)
    assert "id-token@playpen" in shown and "permit-pty" in shown
    assert "Signing CA: ECDSA" in shown
    # The private key is one that ssh reads, and the one of the certificate.
    public = machine.out("ssh-keygen", "-y", "-f", f"{HOME}/.ssh/playpen/id")
    assert public.split()[1] == machine.out(
        "cat", f"{HOME}/.ssh/playpen/id.pub").split()[1]


def test_a_copy_of_the_token_with_another_key_is_refused(dex, machine):
    machine.login(QuickPerson("alice"))
    token = re.search(rb"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+",
                      base64.b64decode(
                          machine.out("cat", CERTIFICATE).split()[1]))[0].decode()
    machine.host.run(f"""cd /tmp; ssh-keygen -q -t ed25519 -N '' -f thief
        ssh-keygen -q -s thief -I x -n alice -V +1h \
            -O extension:id-token@playpen={token} thief.pub""")
    done = machine.host.run(
        ["playpenctl", "verify", "--certificate", "/tmp/thief-cert.pub"], check=False)
    assert done.stdout.startswith("reject cert-nonce\n"), done.stdout


def test_the_last_release_of_dex_does_as_well(no_dex, machine):
    release = Dex("release").start()
    try:
        machine.login(QuickPerson("alice"))
        assert machine.host.run(VERIFY).stdout.startswith("accept\n")
    finally:
        release.stop()


def test_the_page_says_that_it_is_done(dex, machine, browser):
    process = machine.start_login()
    text = BrowserPerson(browser, "alice").sign_in(machine.address())
    assert "Sign-in received" in text
    assert process.wait(timeout=20) == 0
    assert machine.run("playpen-ssh", "check").returncode == 0


def test_key_and_certificate_lie_in_memory_and_are_carol_s_alone(dex, machine):
    machine.login(QuickPerson("alice"))
    assert str(machine.place()).startswith("/run/user/")
    modes = machine.out("sh", "-c", f"stat -L -c '%a %U %n' {HOME}/.ssh/playpen/*")
    assert {line.rsplit("/", 1)[0].split()[0] for line in modes.splitlines()} == {"600"}
    assert "(in memory)" in machine.out("playpen-ssh", "status")


def test_without_memory_the_key_is_on_disk_and_that_is_said(dex, node):
    machine = Machine(node, memory=False)
    machine.login(QuickPerson("alice"))
    assert str(machine.place()).startswith(f"{HOME}/.ssh/playpen.d/")
    assert "(on disk)" in machine.out("playpen-ssh", "status")
    assert machine.out("stat", "-c", "%a", f"{HOME}/.ssh/playpen.d") == "700"


def test_check_status_and_logout_follow_the_key(dex, machine):
    assert machine.run("playpen-ssh", "check", check=False).returncode == 1
    status = machine.run("playpen-ssh", "status", check=False)
    assert status.returncode == 1 and "playpen-ssh login" in status.stderr
    machine.login(QuickPerson("alice"))
    assert machine.run("playpen-ssh", "check").returncode == 0
    assert re.search(r"^name +alice$", machine.out("playpen-ssh", "status"), re.M)
    place = machine.place()
    machine.run("playpen-ssh", "logout")
    assert not machine.host.exists(str(place))
    assert machine.run("playpen-ssh", "check", check=False).returncode == 1


def test_the_printed_lines_are_ssh_s_own_and_need_no_environment(dex, machine):
    machine.login(QuickPerson("alice"))
    lines = machine.out("playpen-ssh", "config")
    machine.host.write(f"{HOME}/.ssh/config", lines + "\n", 0o644)
    shown = machine.out("ssh", "-G", "web.nodes.example").splitlines()
    # ssh says ~ of the user in /etc/passwd, whatever HOME is.
    assert f"certificatefile {HOME}/.ssh/playpen/id-cert.pub" in [
        line.replace("~", HOME) for line in shown]
    assert "identitiesonly yes" in shown and "forwardagent no" in shown
    assert "certificatefile" not in machine.out("ssh", "-G", "other.example")


def test_fifty_logins_at_once_open_one_browser(dex, machine):
    logins = [machine.start_login() for _ in range(50)]
    QuickPerson("alice").sign_in(machine.address())
    assert {login.wait(timeout=60) for login in logins} == {0}
    assert len(machine.addresses()) == 1


def test_a_code_is_pasted_where_there_is_no_browser(dex, machine):
    command = machine.command("playpen-ssh", "login", "--paste")
    terminal = machine.host.spawn(
        ["setpriv", f"--reuid={USER}", "--clear-groups", *command])
    terminal.expect(r"(http\S+)\s")
    url = terminal.match.group(1)
    assert parameters(url)["redirect_uri"] == "urn:ietf:wg:oauth:2.0:oob"
    terminal.expect_exact("Code: ")
    terminal.sendline("no-such-code")
    terminal.expect_exact("The code was not accepted. Code: ")
    terminal.sendline(QuickPerson("alice").fetch_code(url))
    terminal.expect("Signed in as alice until")
    assert machine.host.run(VERIFY).stdout.startswith("accept\n")


def test_without_browser_and_terminal_it_ends_at_once_with_a_sentence(dex, machine):
    done = machine.run("setsid", "-w", "playpen-ssh", "login", check=False)
    assert done.returncode == 1
    assert "neither a browser nor a terminal" in done.stderr


def test_what_does_not_bring_the_state_gets_nothing(dex, machine):
    """Another user of the machine listens and connects: nothing changes."""
    process = machine.start_login()
    url = machine.address()
    here = parameters(url)["redirect_uri"]
    assert here.startswith("http://127.0.0.1:")
    assert fetch(here)[0] == 404
    assert fetch(here + "?code=x")[0] == 400
    assert fetch(here + "?code=x&state=0123456789abcdef0123456789abcdef")[0] == 400
    assert fetch(here + "?code=x&state=")[0] == 400
    assert process.poll() is None
    QuickPerson("alice").sign_in(url)
    assert process.wait(timeout=20) == 0


def test_a_code_of_another_sign_in_is_worth_nothing(dex, machine):
    """mallory knows the state (ps shows it) and brings a code of her own."""
    process = machine.start_login()
    mine = parameters(machine.address())
    other = QuickPerson("mallory").fetch_code(
        machine.addresses()[-1].replace(
            urllib.parse.quote(mine["redirect_uri"], safe=""),
            "urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob"))
    fetch(f"{mine['redirect_uri']}?code={other}&state={mine['state']}")
    assert process.wait(timeout=20) == 1
    assert machine.run("playpen-ssh", "check", check=False).returncode == 1


def test_a_refusal_in_the_browser_ends_it(dex, machine):
    process = machine.start_login()
    url = parameters(machine.address())
    status, page = fetch(f"{url['redirect_uri']}?error=access_denied&state={url['state']}")
    assert status == 200 and "Not signed in" in page
    assert process.wait(timeout=20) == 1


def test_a_silent_connection_keeps_nobody_waiting(dex, machine):
    process = machine.start_login()
    url = machine.address()
    port = urllib.parse.urlsplit(parameters(url)["redirect_uri"]).port
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(6)]
    QuickPerson("alice").sign_in(url)
    assert process.wait(timeout=20) == 0
    for connection in silent:
        connection.close()


def test_no_token_is_on_any_command_line(dex, machine):
    """All that ps sees while it runs, sampled."""
    seen, stop = set(), threading.Event()

    def watch():
        while not stop.is_set():
            out = machine.host.run("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '",
                                   check=False).stdout
            seen.update(re.findall(r"eyJ[\w.-]{20,}", out))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        machine.login(QuickPerson("alice"))
    finally:
        stop.set()
        watcher.join()
    assert not seen


def test_dex_down_and_wrong_settings_are_said(no_dex, node):
    machine = Machine(node)
    done = machine.run("playpen-ssh", "login", check=False, DISPLAY=":9")
    assert done.returncode == 1 and "http-unreachable" in done.stderr
    node.write(f"{HOME}/.config/playpen/ssh.conf", SETTINGS + "hour = 3\n")
    done = machine.run("playpen-ssh", "login", check=False, DISPLAY=":9")
    assert "line 6: there is no such setting: hour; did you mean hours?" in done.stderr
    node.run(f"chmod 666 {HOME}/.config/playpen/ssh.conf")
    done = machine.run("playpen-ssh", "login", check=False, DISPLAY=":9")
    assert "config-unsafe" in done.stderr
