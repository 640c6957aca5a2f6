# SPDX-License-Identifier: MIT
"""The real kubectl in front of a server that has a few objects. A cluster is in
rig/cluster.py; what kubectl makes of an object's JSON needs none."""

import http.server
import json
import os
import subprocess
import threading

from . import paths

PROGRAM = os.environ.get("PLAYPEN_KUBECTL", "")
DISCOVERY = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList", "groupVersion": "v1",
        "resources": [{"name": name, "namespaced": True, "kind": kind, "verbs": ["get"]}
                      for name, kind in (("secrets", "Secret"), ("configmaps", "ConfigMap"))],
    },
}


def _handler(answers):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = answers.get(self.path.partition("?")[0])
            body = json.dumps(found or {"kind": "Status", "status": "Failure", "code": 404})
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    return Handler


def kubectl(line, *objects):
    """Returns what a command line that begins with kubectl prints of these objects."""
    answers = dict(DISCOVERY)
    for one in objects:
        meta = one["metadata"]
        kind = one["kind"].lower()
        answers[f"/api/v1/namespaces/{meta['namespace']}/{kind}s/{meta['name']}"] = one
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(answers))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        words = line.split()
        assert words[0] == "kubectl"
        done = subprocess.run(
            [PROGRAM, "--server", f"http://127.0.0.1:{server.server_port}", *words[1:]],
            env={"HOME": str(paths.LAB), "PATH": os.environ["PATH"]}, capture_output=True,
            text=True, timeout=60, check=True)
        return done.stdout
    finally:
        server.shutdown()
        server.server_close()
