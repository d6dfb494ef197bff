"""One scenario set up: its registry, its name, its containerd; pulls, changes, and takes everything down again."""

import pathlib
import re
import select
import socket
import threading

import images
import node
import registry
from cri import Failure

CERTS = pathlib.Path("/etc/containerd/certs.d")


class Lab:
    """What all scenarios share."""

    def __init__(self, authority, company, resolver, containerd, start_containerd):
        self.authority, self.company, self.resolver = authority, company, resolver
        self.containerd, self.start_containerd = containerd, start_containerd


class Bench:
    """Set up on creation. `pull` returns nothing or a Failure."""

    def __init__(self, lab, entry):
        self.lab, self.entry = lab, entry
        self.name = entry.get("host") or f"{entry['id']}.lab.example"
        literal = re.fullmatch(r"[\d.]+", self.name)
        self.address = self.name if literal else node.address(self.name)
        self.folder = node.STATE / "benches" / entry["id"]
        self.folder.mkdir(parents=True)
        self.servers, self.own = [], None
        self.trusted = lab.company.path
        if entry["id"] != "localhost":
            self.serve()
        self.resolve()
        self.configure()
        self.containerd = lab.containerd
        if "proxy" in entry:
            self.servers.append(self.proxy())
        if "containerd" in entry:
            self.own = self.containerd = lab.start_containerd(entry["id"], entry["containerd"])
        if "before" in entry:
            self.containerd.remount(entry["before"])

    @property
    def port(self):
        return self.entry.get("distribution", {}).get("port", 443)

    @property
    def host(self):
        return self.name if self.port == 443 else f"{self.name}:{self.port}"

    def fill(self, text):
        """Puts the host and the digest of the good image into a text of the scenario."""
        return text.replace("{host}", self.host).replace("{digest}", images.build(self.name).digest)

    @property
    def image(self):
        return self.fill(self.entry.get("image", "{host}/team/app:v1"))

    def certificate(self, kind, name=None):
        if kind == "none":
            return None
        authority = self.lab.company if kind == "company" else self.lab.authority
        pair = authority.issue(f"{self.entry['id']}-{kind}", name or self.name, kind)
        if kind == "self-signed":
            self.trusted = pair[0]
        return pair

    def serve(self):
        entry = self.entry
        if "instead" in entry:
            if entry["instead"] != "nothing":
                self.servers.append(registry.Port(self.address, self.port, entry["instead"]))
        elif "distribution" in entry:
            settings = entry["distribution"]
            pair = self.certificate(settings.get("certificate", "good"))
            real = registry.Distribution(f"registry-{entry['id']}", self.address, self.port, pair, settings.get("users"))
            real.push("team/app", "v1", images.build(self.name))
            self.servers.append(real)
        elif "registry" in entry:
            pair = self.certificate("good")
            self.servers.append(registry.Misbehaving(self.name, self.address, self.port, entry["registry"], pair, self.lab.authority.path))

    def resolve(self):
        name = self.entry.get("name", "good")
        self.lab.resolver.names[self.name] = self.address if name == "good" else name

    def configure(self):
        if "hosts" in self.entry:
            folder = CERTS / self.host
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "hosts.toml").write_text(self.fill(self.entry["hosts"]))

    def proxy(self):
        port = re.search(r":(\d+)", self.entry["containerd"]["environment"]["HTTPS_PROXY"].split("//")[1].split("@")[-1])
        return Proxy(int(port[1]), self.entry["proxy"])

    def pull(self, credential=None):
        credential = credential or self.entry.get("credential")
        auth = dict(zip(("username", "password"), credential.split(":", 1))) if credential else None
        runtime = self.containerd.runtime
        try:
            if self.entry.get("call") == "sandbox":
                runtime.run_sandbox(self.entry["id"])
            else:
                runtime.pull(self.image, auth, self.entry.get("patience"))
                runtime.remove(self.image)
            return None
        except Failure as failure:
            return failure

    def stop_servers(self):
        for server in self.servers:
            server.stop()
        self.servers = []

    def change(self, values):
        """Sets the entry's values anew, as an operator would who did what the step says."""
        self.entry = {**self.entry, **values}
        if {"registry", "distribution", "instead"} & set(values):
            self.stop_servers()
            self.serve()
        if "proxy" in values:
            self.stop_servers()
            self.serve()
            self.servers.append(self.proxy())
        self.resolve()
        self.configure()
        if "containerd" in values:
            self.own.restart(**values["containerd"])

    def start(self):
        """Lets the registry run that did not."""
        self.entry = {key: value for key, value in self.entry.items() if key != "instead"}
        self.stop_servers()
        self.serve()

    def add_mirror(self):
        mirror = f"mirror-of-{self.name}"
        self.lab.resolver.names[mirror] = node.address(mirror)
        pair = self.certificate("good", mirror)
        self.servers.append(registry.Misbehaving(mirror, node.address(mirror), 443, {}, pair))

    def close(self):
        self.stop_servers()
        if self.own:
            self.own.stop()


class Proxy:
    """A CONNECT proxy that answers with one status line; `200 OK` lets pass, `login` wants user:right."""

    def __init__(self, port, answer):
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(client,), daemon=True).start()

    def handle(self, client):
        head = client.recv(65536).decode("latin-1")
        if not head.startswith("CONNECT "):
            client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return client.close()
        answer = self.answer
        if answer == "login":
            answer = "200 OK" if "Basic dXNlcjpyaWdodA==" in head else "407 Proxy Authentication Required"
        client.sendall(f"HTTP/1.1 {answer}\r\n\r\n".encode())
        if answer != "200 OK":
            return client.close()
        host, port = head.split()[1].rsplit(":", 1)
        with client, socket.create_connection((socket.gethostbyname(host), int(port))) as target:
            while True:
                ready, _, _ = select.select([client, target], [], [])
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return None
                    (target if end is client else client).sendall(data)

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
