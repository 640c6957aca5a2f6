# SPDX-License-Identifier: MIT
"""The rig itself: what the other tests stand on does what it says."""

import json
import os
import pathlib
import subprocess
import time
import urllib.parse
import urllib.request

import pytest

from rig import paths
from rig.dex import DEX_INTERVAL, INTERVAL, ISSUER, Dex
from rig.person import BrowserPerson, QuickPerson
from rig.terminal import Terminal, read_qr

pytestmark = pytest.mark.rig

HERE = pathlib.Path(__file__).parent

class Device:
    """A client of the device flow in a few lines."""

    def __init__(self):
        form = {"client_id": "playpen-login", "scope": "openid groups profile"}
        self.answer = self._post("/device/code", form)[1]
        self.url = self.answer["verification_uri_complete"]

    def poll(self):
        form = {
            "client_id": "playpen-login",
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": self.answer["device_code"],
        }
        return self._post("/token", form)

    def _post(self, path, form):
        data = urllib.parse.urlencode(form).encode()
        try:
            with urllib.request.urlopen(ISSUER + path, data, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)


def test_nobody_has_approved_yet(dex):
    assert Device().poll()[1]["error"] == "authorization_pending"


def test_the_interval_is_as_told_and_dex_sees_to_it(dex):
    for interval in (DEX_INTERVAL, INTERVAL):
        dex.change_interval(interval)
        device = Device()
        assert device.answer["interval"] == interval
        assert device.poll()[1]["error"] == "authorization_pending"
        assert device.poll()[1]["error"] == "slow_down"
    device = Device()
    device.poll()
    time.sleep(INTERVAL)
    assert device.poll()[1]["error"] == "authorization_pending"


def test_a_quick_person_approves(dex):
    device = Device()
    QuickPerson("alice").approve(device.url)
    status, answer = device.poll()
    assert status == 200
    assert "id_token" in answer


def test_a_quick_person_denies(dex):
    QuickPerson("alice").deny(Device().url)


def test_somebody_else_s_alice_approves(dex):
    QuickPerson("mallory", connector="elsewhere").approve(Device().url)


def test_a_person_in_a_browser_approves(dex, browser):
    BrowserPerson(browser, "alice").approve(Device().url)


def test_a_person_in_a_browser_denies(dex, browser):
    BrowserPerson(browser, "alice").deny(Device().url)


def test_dex_counts_what_it_was_asked(dex):
    dex.forget_requests()
    Device()
    assert [r["status"] for r in dex.requests("/dex/device/code")] == [200]


def test_the_last_release_of_dex_runs_too(running_dex):
    running_dex.stop()
    release = Dex("release").start()
    try:
        QuickPerson("alice").approve(Device().url)
    finally:
        release.stop()
        running_dex.start()


@pytest.mark.parametrize("theme", ["dark", "light", "vga"])
def test_a_qr_code_on_the_terminal_is_read_from_its_picture(theme):
    text = "http://localhost:5556/dex/device?user_code=BCDF-GHJK"
    terminal = Terminal(f"qrencode -t UTF8 -m 2 '{text}'; echo done")
    terminal.wait_for("done")
    picture = terminal.picture(paths.PICTURES / f"rig-{theme}.png", theme)
    terminal.close()
    assert read_qr(picture) == text


def test_a_host_has_its_own_files(bare_host):
    bare_host.write("/etc/only-there", "x")
    assert bare_host.read("/etc/only-there") == "x"
    with pytest.raises(FileNotFoundError):
        open("/etc/only-there")


def results(*words, given=None, status=0):
    """Returns what the command said that reads result files for ./check."""
    done = subprocess.run([HERE / "results", *words], input=given, text=True,
                          capture_output=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout.splitlines()


def result_file(path, *cases):
    """Writes a result file as pytest does: of (FILE, TEST, what is in it)."""
    text = "".join(f'<testcase classname="{file}" name="{name}" time="1.5">{inner}</testcase>'
                   for file, name, inner in cases)
    path.write_text(f"<testsuites><testsuite>{text}</testsuite></testsuites>")
    return str(path)


FAILURE, ERROR, SKIPPED = "<failure/>", "<error/>", "<skipped/>"


def test_a_test_that_fails_twice_counts_once(tmp_path):
    file = result_file(
        tmp_path / "x.xml",
        ("test_a", "one", FAILURE), ("test_a", "one", ERROR), ("test_a", "two", ""),
        ("test_b", "three", SKIPPED), ("test_b", "four", ERROR),
    )
    assert results("counts", file) == ["1 2 1"]
    assert results("failures", file) == ["test_a.py::one", "test_b.py::four"]
    assert results("slow", file) == ["4 test_a.py", "3 test_b.py"]


def test_a_result_file_that_is_missing_broken_or_empty_is_an_error(tmp_path):
    broken, empty = tmp_path / "broken.xml", result_file(tmp_path / "empty.xml")
    broken.write_text("<testsuites><testsuite>")
    for command in ("counts", "failures"):
        for file in (tmp_path / "none.xml", broken, empty):
            assert results(command, str(file), status=1) == []


def test_only_a_listed_test_may_pass_when_it_is_run_again(tmp_path):
    listed = tmp_path / "measures-time"
    listed.write_text("# a comment\ntest_a.py::one  a median of seconds\n")
    second = result_file(tmp_path / "again.xml", ("test_a", "one[x]", ""),
                         ("test_a", "two", ""), ("test_b", "three", FAILURE))
    names = ["test_a.py::one[x]", "test_a.py::two", "test_b.py::three", "test_b.py::gone"]
    said = results("again", str(listed), second, given="\n".join(names))
    assert [line.split()[:2] for line in said] == [
        ["REPEATED", names[0]], ["FLAKY", names[1]], ["FAILED", names[2]], ["FAILED", names[3]],
    ]
    assert said[0].endswith("a median of seconds")


def test_a_test_has_the_same_name_when_it_is_run_again(tmp_path):
    """pytest takes names from the directory that all of its arguments share."""
    name = "test_a_host_has_its_own_files"
    again = tmp_path / "again.list"
    again.write_text(f"test_rig.py::{name}\n")
    for options in (["-k", name], ["--again", str(again)]):
        subprocess.run([HERE / "run", str(paths.BUILD), *options], check=True,
                       env={**os.environ, "PLAYPEN_RESULTS": str(tmp_path)},
                       stdin=subprocess.DEVNULL, capture_output=True)
        assert f'classname="test_rig" name="{name}"' in (tmp_path / "results.xml").read_text()
