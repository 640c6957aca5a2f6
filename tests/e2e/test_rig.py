# SPDX-License-Identifier: MIT
"""The rig itself: what the other tests stand on does what it says."""

import json
import time
import urllib.parse
import urllib.request

import pytest

from rig import paths
from rig.dex import DEX_INTERVAL, INTERVAL, ISSUER, Dex
from rig.person import BrowserPerson, QuickPerson
from rig.terminal import Terminal, read_qr


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
