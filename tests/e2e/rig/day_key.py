# SPDX-License-Identifier: MIT
"""A person's own machine with playpen-ssh on it."""

import pathlib
import shlex

from .dex import ISSUER
from .wait import until

USER = "carol"  # a local user: the name at the provider is another matter
HOME = "/home/carol"
SETTINGS = f"""[issuer]
url = {ISSUER}
allow_http = yes
[ssh]
hosts = *.nodes.example,127.0.1.*
"""
# The browser of the machine: it notes the address and shows nothing.
BROWSER = """#!/bin/sh
echo "$1" >>/tmp/browser
"""


class Machine:
    """A host where carol, who has no rights, runs playpen-ssh. memory says whether
    there is a directory in memory for her."""

    def __init__(self, host, memory=True, settings=SETTINGS):
        self.host = host
        host.run(f"useradd -m -d {HOME} {USER}")
        host.write("/usr/local/bin/xdg-open", BROWSER, 0o755)
        host.run("touch /tmp/browser; chmod 666 /tmp/browser")
        host.write(f"{HOME}/.config/playpen/ssh.conf", settings)
        host.run(f"chown -R {USER}: {HOME}")
        if memory:
            host.run(f"d=/run/user/$(id -u {USER}); mkdir -p $d; mount -t tmpfs "
                     f"-o mode=700,uid=$(id -u {USER}) tmpfs $d")

    def command(self, *words, **environment):
        variables = {"HOME": HOME, **environment}
        return ["env", "-u", "XDG_RUNTIME_DIR",
                *[f"{name}={value}" for name, value in variables.items()], *words]

    def run(self, *words, check=True, **environment):
        return self.host.run(self.command(*words, **environment), user=USER,
                             check=check)

    def start_login(self, *options):
        """A login that has a browser; its output goes to /tmp/login."""
        command = shlex.join(self.command("playpen-ssh", "login", *options,
                                          DISPLAY=":9"))
        return self.host.popen(["setpriv", f"--reuid={USER}", "--clear-groups",
                                "sh", "-c", command])

    def login(self, person, *options):
        """The whole of it: gives what the browser's last page says."""
        process = self.start_login(*options)
        page = person.sign_in(self.address())
        assert process.wait(timeout=20) == 0
        return page

    def addresses(self):
        return self.host.read("/tmp/browser").split()

    def address(self):
        """The newest one that the browser was started with."""
        before = getattr(self, "seen", 0)
        until(lambda: len(self.addresses()) > before, "the browser")
        self.seen = len(self.addresses())
        return self.addresses()[-1]

    def place(self):
        return pathlib.Path(self.out("readlink", "-f", f"{HOME}/.ssh/playpen"))

    def out(self, *words, **options):
        return self.run(*words, **options).stdout.rstrip("\n")
