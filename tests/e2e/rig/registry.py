# SPDX-License-Identifier: MIT
"""A registry of images (Debian's docker-registry), and images that are made here."""

import json
import os
import re
import shutil
import subprocess
import urllib.request

from . import paths
from .wait import until

ADDRESS = "127.0.0.1:5000"


class Registry:
    def __init__(self, programs):
        self._programs = programs
        self._directory = paths.LAB / "registry"
        self._process = None

    def start(self):
        self._directory.mkdir()
        config = self._directory / "config.json"
        config.write_text(json.dumps({
            "version": "0.1",
            "storage": {"filesystem": {"rootdirectory": str(self._directory / "images")}},
            "http": {"addr": ADDRESS},
        }))
        with open(self._directory / "log", "wb") as log:
            self._process = subprocess.Popen([self._programs / "docker-registry", "serve", config],
                                             stdout=log, stderr=log)
        until(self._answers, "the registry", 60)
        return self

    def _answers(self):
        assert self._process.poll() is None, (self._directory / "log").read_text()[-2000:]
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}/v2/", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()

    def push(self, image, name):
        """Copies an image (as skopeo names it) here; returns the name for a pod."""
        self._run(self._programs / "skopeo", "--insecure-policy", "--tmpdir", self._directory,
                  "copy", "--dest-tls-verify=false", "--preserve-digests", image,
                  f"docker://{ADDRESS}/{name}")
        return f"{ADDRESS}/{name}"

    def push_programs(self, name, *programs):
        """An image of programs with the libraries that they need, at their own paths. The
        first is what it runs."""
        work = self._directory / "work"
        root, layout = work / "root", work / "oci"
        for source, place in programs:
            for file, target in [(source, place), *_libraries(source)]:
                to = root / target.lstrip("/")
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, to)
        (root / "tmp").mkdir()
        image = f"{layout}:1"
        self._run("umoci", "init", "--layout", layout)
        self._run("umoci", "new", "--image", image)
        self._run("umoci", "insert", "--image", image, root, "/")
        self._run("umoci", "config", "--image", image, "--os", "linux",
                  "--config.cmd", programs[0][1])
        self.push(f"oci:{image}", name)
        shutil.rmtree(work)

    @staticmethod
    def _run(*words):
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False,
                              env={**os.environ, "TMPDIR": str(paths.LAB)})
        assert done.returncode == 0, done.stdout + done.stderr


def _libraries(program):
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return [(path, path) for path in re.findall(r"(/\S+) \(0x", said)]
