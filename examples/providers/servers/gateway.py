"""A provider's HTTP interface for this machine, on Python's own HTTP server.

    python3 gateway.py PORT FILE

Each message becomes a line of JSON in FILE, once a key. The token is `secret`; +10000000000 is refused.
"""

import http.server
import json
import sys

port, path = int(sys.argv[1]), sys.argv[2]
taken = {}


class Gateway(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        form = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        if self.headers["Authorization"] != "Bearer secret":
            self.answer(401, {"error": "token"})
        elif form["to"] == "+10000000000":
            self.answer(422, {"error": "number"})
        elif taken.setdefault(key, form) != form:
            self.answer(422, {"error": "key"})
        else:
            self.write(key, form)
            self.answer(202, {"id": key})

    def write(self, key, form, known=set()):
        if key not in known:
            known.add(key)
            with open(path, "a", encoding="utf-8") as out:
                out.write(json.dumps({"key": key, **form}) + "\n")

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


http.server.HTTPServer(("127.0.0.1", port), Gateway).serve_forever()
