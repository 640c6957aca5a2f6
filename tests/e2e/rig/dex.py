# SPDX-License-Identifier: MIT
"""A real Dex that a test starts, changes and stops."""

import http.client
import json
import signal
import ssl
import subprocess
import urllib.request

from . import paths
from .wait import until

ISSUER = "http://localhost:5556/dex"
CONTROL = "127.0.0.1:5557"
PASSWORD = "password"
# Seconds between two polls of a sign-in. Few tests look at Dex's own, and all
# would wait for it.
DEX_INTERVAL = 5
INTERVAL = 1


def email(name):
    return f"{name}@playpen.example"


class Dex:
    """Dex of one version ("head" or "release") at ISSUER, memory storage."""

    def __init__(self, version="head", issuer=ISSUER, ca_file=None, **changes):
        import yaml  # not needed by who only signs in

        self.version = version
        self.config = yaml.safe_load(paths.DEX_CONFIG[version].read_text())
        self.config.update(changes, issuer=issuer)
        self._tls = ssl.create_default_context(cafile=ca_file)
        self._process = None
        self.log_file = paths.LAB / f"dex-{version}.log"

    def start(self):
        config = paths.LAB / f"dex-{self.version}.yaml"
        config.write_text(json.dumps(self.config))
        if self.version == "head":
            command = [paths.DEX_BINARY["head"], "-control", CONTROL, config]
        else:
            command = [paths.DEX_BINARY["release"], "serve", config]
        with open(self.log_file, "ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            until(self._answers, "Dex")
        except BaseException:
            self.stop()  # or no other could start in its place
            raise
        return self

    def _answers(self):
        assert self._process.poll() is None, self.log_file.read_text()[-2000:]
        try:
            url = self.config["issuer"] + "/.well-known/openid-configuration"
            with urllib.request.urlopen(url, timeout=2, context=self._tls) as answer:
                assert answer.status == 200
            # Its control port is another one, and may be open a little later.
            if self.version == "head":
                self.change_interval(INTERVAL)
            return True
        except OSError:
            return False

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self):
        """With memory storage: new keys, nothing pending, no tokens."""
        self.stop()
        return self.start()

    @property
    def pid(self):
        return self._process.pid

    def hang(self):
        """Connections are accepted and nothing is ever said."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def change_user(self, name, **change):
        self._control("PUT", f"/users/{email(name)}", json.dumps(change))

    def undo_changes(self):
        self.change_interval(INTERVAL)
        for user in self.config["staticPasswords"]:
            keys = ("groups", "preferredUsername")
            change = json.dumps({key: user[key] for key in keys})
            self._control("PUT", f"/users/{user['email']}", change)

    def change_interval(self, seconds=DEX_INTERVAL):
        """Without an argument it is Dex's own again."""
        self._control("PUT", f"/interval/{seconds}")

    def rotate_keys(self):
        self._control("POST", "/keys")

    def requests(self, path=None):
        every = json.loads(self._control("GET", "/requests"))
        return [r for r in every if path in (None, r["path"])]

    def secrets(self):
        """What clients and Dex told each other, lists by member name."""
        return json.loads(self._control("GET", "/secrets"))

    def forget_requests(self):
        self._control("DELETE", "/requests")

    def _control(self, method, path, body=None):
        connection = http.client.HTTPConnection(CONTROL, timeout=60)
        connection.request(method, path, body)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert answer.status == 200, text
        return text
