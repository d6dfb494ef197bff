"""Registries: real ones (docker-registry), and one that misbehaves as a scenario says."""

import base64
import http.server
import json
import os
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
import urllib.request

import bcrypt

import images
from node import STATE

PATH = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs)/(?P<reference>[^/?]+)")


class Distribution:
    """A real docker-registry with its own storage. `certificate` is a pair of paths, or nothing for plain HTTP; `users` makes it ask for a login."""

    def __init__(self, name, address, port, certificate=None, users=None):
        self.name, self.address, self.port = name, address, port
        self.users = users or {}
        settings = {
            "version": 0.1,
            "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(STATE / name)}, "delete": {"enabled": True}},
            "http": {"addr": f"{address}:{port}", "secret": "lab"},
        }
        if certificate:
            settings["http"]["tls"] = {"certificate": str(certificate[0]), "key": str(certificate[1])}
        if users:
            table = STATE / f"{name}.htpasswd"
            rows = [f"{user}:{bcrypt.hashpw(word.encode(), bcrypt.gensalt(4)).decode()}" for user, word in users.items()]
            table.write_text("\n".join(rows) + "\n")
            settings["auth"] = {"htpasswd": {"realm": "Registry Realm", "path": str(table)}}
        self.scheme = "https" if certificate else "http"
        self.config = STATE / f"{name}.yaml"
        # YAML reads JSON, and docker-registry reads YAML.
        self.config.write_text(json.dumps(settings))
        self.process = None
        self.start()

    def start(self):
        with (STATE / f"{self.name}.log").open("ab") as log:
            environment = {"PATH": os.environ["PATH"]}
            self.process = subprocess.Popen(["docker-registry", "serve", self.config], stdout=log, stderr=log, env=environment)
        for _ in range(100):
            try:
                socket.create_connection((self.address, self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def request(self, method, path, data=None, content_type="application/octet-stream"):
        request = urllib.request.Request(path if "://" in path else f"{self.scheme}://{self.address}:{self.port}{path}", data, method=method)
        request.add_header("Content-Type", content_type)
        for user, word in list(self.users.items())[:1]:
            basic = base64.b64encode(f"{user}:{word}".encode()).decode()
            request.add_header("Authorization", f"Basic {basic}")
        # The lab pushes past whatever is wrong with the certificate.
        with urllib.request.urlopen(request, context=ssl._create_unverified_context()) as answer:
            return answer

    def push(self, repository, tag, image):
        for name, blob in image.blobs.items():
            upload = self.request("POST", f"/v2/{repository}/blobs/uploads/").headers["Location"]
            self.request("PUT", upload + ("&" if "?" in upload else "?") + f"digest={name}", blob)
        for name, (manifest, media_type) in image.children.items():
            self.request("PUT", f"/v2/{repository}/manifests/{name}", manifest, media_type)
        self.request("PUT", f"/v2/{repository}/manifests/{tag}", image.manifest, image.media_type)


class Misbehaving:
    """A registry that serves one image, except where `answers` says otherwise.

    Keys of `answers`: `any`, `ping`, `token`, `manifest` (by tag or digest), `manifest-get` (GET alone), `blob`, `layer`, `config`.
    Each is an answer (`status`, `headers`, `body`), or a `fault`: `reset`, `close`, `hang`, `truncate`, `short`, `stall`, `other-bytes`.
    `login` makes it want `basic` or `bearer` credentials; `refuses` is the answer to those that are valid.
    """

    def __init__(self, host, address, port, settings, certificate=None, authority=None):
        self.host, self.address, self.port, self.settings = host, address, port, settings
        self.image = images.build(host, settings.get("image"), settings.get("size", 4096))
        handler = type("Handler", (Handler,), {"registry": self})
        self.server = Server((address, port), handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*map(str, certificate))
            if settings.get("tls") == "client-certificate":
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(str(authority))
            if settings.get("tls") == "old":
                context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
                context.set_ciphers("ALL:@SECLEVEL=0")
            self.server.context = context
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    context = None

    def finish_request(self, request, client):
        # The handshake happens in the thread of the connection, so that a slow client keeps nobody waiting.
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client)

    def handle_error(self, request, client):
        """Broken connections are what this server is for."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    registry = None

    def log_message(self, *_):
        """The client's words are what counts."""

    def do_GET(self):
        self.answer()

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer()

    def answer(self):
        registry, answers = self.registry, self.registry.settings.get("answers", {})
        match = PATH.match(self.path)
        kinds = ["any"]
        if self.path.startswith("/token"):
            kinds = ["token"]
        elif self.path.rstrip("/") == "/v2":
            kinds.append("ping")
        elif match and match["kind"] == "manifests":
            kinds.append("manifest")
            if self.command == "GET":
                kinds.append("manifest-get")
        elif match:
            kinds.append("blob")
            kinds.append("layer" if match["reference"] in registry.image.layers else "config")
        if kinds != ["token"] and self.wants_login():
            return
        for kind in reversed(kinds):
            if kind in answers:
                return self.scripted(answers[kind], match)
        if kinds == ["token"]:
            return self.reply(200, json.dumps({"token": "t", "access_token": "t", "expires_in": 300}))
        if match:
            return self.serve(match)
        return self.reply(200, "{}")

    def wants_login(self):
        login = self.registry.settings.get("login")
        sent = self.headers.get("Authorization", "")
        if not login:
            return False
        if login == "basic" and sent == "Basic " + self.registry.settings.get("accepts", "dXNlcjpyaWdodA=="):
            return False
        if login == "bearer" and sent.startswith("Bearer "):
            return False
        realm = self.registry.settings.get("realm", f"https://{self.registry.host}/token")
        challenge = {"basic": 'Basic realm="lab"', "bearer": f'Bearer realm="{realm}",service="lab"'}.get(login, login)
        self.reply(401, '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}', {"WWW-Authenticate": challenge} if challenge != "none" else {})
        return True

    def serve(self, match):
        image = self.registry.image
        if match["kind"] == "manifests":
            manifest, media_type = image.children.get(match["reference"], (image.manifest, image.media_type))
            if match["reference"].startswith("sha256:") and match["reference"] not in (image.digest, *image.children):
                return self.reply(404, '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')
            announced = self.registry.settings.get("announces", images.digest(manifest))
            return self.reply(200, manifest, {"Content-Type": media_type, "Docker-Content-Digest": announced})
        blob = image.blobs.get(match["reference"])
        if blob is None:
            return self.reply(404, '{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}')
        return self.reply(200, blob, {"Content-Type": "application/octet-stream"})

    def scripted(self, answer, match):
        fault = answer.get("fault")
        if fault in ("reset", "close"):
            return self.drop(reset=fault == "reset")
        if fault == "hang":
            time.sleep(600)
            return self.drop(reset=False)
        if fault:
            return self.damaged(fault, self.registry.image.blobs[match["reference"]])
        headers = {key: value.replace("{host}", self.registry.host) for key, value in answer.get("headers", {}).items()}
        return self.reply(answer.get("status", 200), answer.get("body", ""), headers)

    def damaged(self, fault, blob):
        if fault == "other-bytes":
            return self.reply(200, bytes(255 - byte for byte in blob))
        if fault == "short":
            return self.reply(200, blob[: len(blob) // 2])
        # Fewer bytes than were promised, and then an end (truncate) or nothing at all (stall).
        self.send_response(200)
        self.send_header("Content-Length", str(len(blob)))
        self.end_headers()
        self.wfile.write(blob[: len(blob) // 2])
        self.wfile.flush()
        if fault == "stall":
            time.sleep(600)
        return self.drop(reset=False)

    def drop(self, reset):
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.socket.close(self.connection)
        self.close_connection = True

    def reply(self, status, body, headers=None):
        body = body if isinstance(body, bytes) else body.encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Port:
    """A port that is no registry at all: `reset`, `eof`, `handshake-hangs`, `full` (its queue is, so that no connection comes about)."""

    def __init__(self, address, port, kind):
        self.kind = kind
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(0 if kind == "full" else 16)
        self.held = []
        if kind == "full":
            for _ in range(2):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex((address, port))
                self.held.append(filler)
        else:
            threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            if self.kind == "handshake-hangs":
                self.held.append(connection)
                continue
            # Read what the client says first, or the kernel would turn the orderly end into a reset.
            connection.recv(4096)
            if self.kind == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        for each in [self.socket, *self.held]:
            each.close()
