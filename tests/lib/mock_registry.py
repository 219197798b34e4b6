#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A registry that misbehaves as it is told to.

  mock_registry.py DIR LAYOUT [--tls CERT KEY] [--auth bearer|basic] [--realm URL]

It serves the image of an OCI layout under every name, writes its port to DIR/port
and a line of JSON for each request to DIR/log. DIR/rules, read at each request, is
a list of objects; the first that fits applies:

  match     regular expression of "METHOD PATH"
  times     how often it applies; 0 or absent: always
  status    in place of 200
  headers   further ones; {port} is our own
  body      in place of what it would be
  cut       close the connection after so many bytes of the body
  stall     send no more than so many bytes of the body, make DIR/stalled, and wait
            for the end of the connection
  corrupt   flip the last byte of the body
  range     "ignore" a Range, or answer "wrong" parts
  endless   send the body for ever, in chunks
  delay     seconds between two bytes of the body
  length    Content-Length to claim
"""
import argparse
import base64
import http.server
import json
import os
import re
import ssl
import threading
import time


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "mock"

    def log_message(self, *arguments):
        pass

    def find_rule(self):
        server = self.server
        try:
            with open(f"{server.dir}/rules") as file:
                rules = json.load(file)
                when = os.fstat(file.fileno()).st_mtime_ns
        except FileNotFoundError:
            return {}
        for index, rule in enumerate(rules):
            if not re.search(rule["match"], f"{self.command} {self.path}"):
                continue
            with server.lock:
                key = (when, index)
                used = server.used.get(key, 0)
                if rule.get("times") and used >= rule["times"]:
                    continue
                server.used[key] = used + 1
            return rule
        return {}

    def is_allowed(self):
        kind, said = self.server.arguments.auth, self.headers.get("Authorization", "")
        if kind == "bearer":
            return said == "Bearer the-token"
        if kind == "basic":
            return said == "Basic " + base64.b64encode(b"user:secret").decode()
        return True

    def challenge(self):
        arguments = self.server.arguments
        if arguments.auth == "basic":
            return 'Basic realm="mock"'
        realm = arguments.realm or f"{self.server.scheme}://127.0.0.1:{self.server.server_port}/token"
        return f'Bearer realm="{realm}",service="mock",scope="repository:some/image:pull"'

    def blob(self, digest):
        path = f"{self.server.arguments.layout}/blobs/sha256/" + digest.removeprefix("sha256:")
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            return None

    def find(self):
        """Return: status, body, media type"""
        path = self.path.split("?")[0]
        if path == "/token":
            return 200, b'{"token":"the-token"}', "application/json"
        if path == "/v2/":
            return 200, b"{}", "application/json"
        with open(f"{self.server.arguments.layout}/index.json") as file:
            entry = json.load(file)["manifests"][0]
        kind, _, name = path.rpartition("/")
        kind = kind.rpartition("/")[2]
        body = self.blob(name if ":" in name else entry["digest"]) if kind in ("manifests", "blobs") else None
        if body is None:
            return 404, b'{"errors":[{"code":"NAME_UNKNOWN","message":"no such thing"}]}', "application/json"
        if kind == "blobs":
            return 200, body, "application/octet-stream"
        return 200, body, json.loads(body)["mediaType"]

    def cut_range(self, status, body, rule, headers):
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if status != 200 or not match or rule.get("range") == "ignore":
            return status, body
        first = int(match[1])
        if first >= len(body):
            return 416, b""
        if rule.get("range") == "wrong":
            first -= 1
        headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        return 206, body[first:]

    def do_GET(self):
        size = int(self.headers.get("Content-Length", 0))
        sent = self.rfile.read(size).decode(errors="replace") if size else ""
        rule = self.find_rule()
        status, body, kind = self.find()
        headers = {}
        if not self.path.startswith("/token") and not self.is_allowed():
            status, body = 401, b"{}"
            headers["WWW-Authenticate"] = self.challenge()
        if "body" in rule:
            body = rule["body"].encode()
        status, body = self.cut_range(status, body, rule, headers)
        status = rule.get("status", status)
        headers |= {"Content-Type": kind}
        for name, value in rule.get("headers", {}).items():
            headers[name] = value.replace("{port}", str(self.server.server_port))
        if rule.get("corrupt"):
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.note(status, min(rule.get("cut", len(body)), rule.get("stall", len(body)), len(body)), sent)
        self.answer(status, headers, body, rule)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_GET

    def note(self, status, size, sent):
        entry = {
            "method": self.command,
            "path": self.path,
            "status": status,
            "bytes": size,
            "authorization": self.headers.get("Authorization"),
            "range": self.headers.get("Range"),
            "agent": self.headers.get("User-Agent"),
            "encoding": self.headers.get("Accept-Encoding"),
            "sent": sent[:2000],
        }
        with self.server.lock, open(f"{self.server.dir}/log", "a") as file:
            file.write(json.dumps(entry) + "\n")

    def answer(self, status, headers, body, rule):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if rule.get("endless"):
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", rule.get("length", str(len(body))))
        self.end_headers()
        if self.command == "HEAD":
            return
        try:
            self.send(body, rule)
        except OSError:
            self.close_connection = True

    def send(self, body, rule):
        while rule.get("endless"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        if "stall" in rule:
            self.wfile.write(body[: rule["stall"]])
            self.wfile.flush()
            with open(f"{self.server.dir}/stalled", "w"):
                pass
            self.rfile.read(1)
            self.close_connection = True
        elif "delay" in rule:
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(rule["delay"])
        elif "cut" in rule and rule["cut"] < len(body):
            self.wfile.write(body[: rule["cut"]])
            self.close_connection = True
        else:
            self.wfile.write(body)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    parser.add_argument("layout")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--auth")
    parser.add_argument("--realm")
    arguments = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    server.daemon_threads = True
    server.arguments, server.dir = arguments, arguments.dir
    server.lock, server.used = threading.Lock(), {}
    server.scheme = "https" if arguments.tls else "http"
    if arguments.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*arguments.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(f"{arguments.dir}/port.new", "w") as file:
        file.write(str(server.server_port))
    os.rename(f"{arguments.dir}/port.new", f"{arguments.dir}/port")
    server.serve_forever()


main()
