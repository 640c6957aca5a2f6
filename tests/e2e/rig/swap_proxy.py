# SPDX-License-Identifier: MIT
"""A proxy between a node and a real Dex that changes what the token endpoint
answers: what a provider or a proxy that is broken or hostile could do."""

import http.client
import http.server
import json
import socketserver
import threading

DEX = ("127.0.0.1", 5556)
ADDRESS = ("127.0.0.1", 5566)


class SwapProxy:
    """Passes everything on; `swap`, where it is set, gets the object of a good
    answer of the token endpoint and changes it."""

    def __init__(self):
        self.swap = None
        self.address = "%s:%d" % ADDRESS

    def start(self):
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = _Server(ADDRESS, Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(*DEX, timeout=10)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        body = answer.read()
        if self.owner.swap and self.path.endswith("/token") and answer.status == 200:
            tokens = json.loads(body)
            self.owner.swap(tokens)
            body = json.dumps(tokens).encode()
        self.send_response(answer.status)
        for name, text in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        connection.close()

    do_POST = do_GET

    def log_message(self, *_):
        pass
