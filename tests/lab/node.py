"""The node: loopback, routes, file systems and name service of the lab's own namespaces.

Everything here assumes that the process already is in network, mount and process namespaces of its own (`run` sees to it).
"""

import pathlib
import socket
import struct
import subprocess
import threading
import zlib

STATE = pathlib.Path("/run/pullan-lab")
# Folders of the host that the lab covers with empty ones, so that paths in error texts are the usual ones.
COVERED = ["/etc/containerd", "/run", "/var/lib/containerd"]
# An address of this node that is not a loopback address: runtimes treat those differently.
OUTSIDE = "10.66.9.7/32"
# Destinations that the kernel refuses by itself.
ROUTES = [("unreachable", "10.66.1.0/24"), ("prohibit", "10.66.2.0/24")]


def command(*words, **options):
    return subprocess.run(words, check=True, text=True, **options)


def prepare():
    """Makes the namespaces habitable."""
    command("mount", "--make-rprivate", "/")
    for folder in COVERED:
        pathlib.Path(folder).mkdir(exist_ok=True)
        command("mount", "-t", "tmpfs", "lab", folder)
    STATE.mkdir(parents=True)
    command("ip", "link", "set", "lo", "up")
    command("ip", "address", "add", OUTSIDE, "dev", "lo")
    for kind, destination in ROUTES:
        command("ip", "route", "add", kind, destination)
    for name, text in {"resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n", "hosts": "127.0.0.1 localhost\n"}.items():
        copy = STATE / name
        copy.write_text(text)
        # The file that really is there may lie behind a link into a folder that is covered by now.
        real = pathlib.Path("/etc") / name
        if not real.exists():
            real = real.resolve()
            real.parent.mkdir(parents=True, exist_ok=True)
            real.touch()
        command("mount", "--bind", str(copy), str(real))


def address(name):
    """A loopback address for a name, the same in every run."""
    number = zlib.crc32(name.encode())
    return f"127.{64 + number % 128}.{(number >> 8) % 256}.{1 + (number >> 16) % 250}"


class Resolver:
    """A name server on 127.0.0.1 for made-up names.

    `names` maps a name to an address, or to a failure: `nxdomain`, `servfail`, `refused`, `silent`. Unknown names do not exist.
    """

    CODES = {"nxdomain": 3, "servfail": 2, "refused": 5}

    def __init__(self):
        self.names = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            query, client = self.socket.recvfrom(512)
            answer = self.answer(query)
            if answer:
                self.socket.sendto(answer, client)

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
            at += 1 + query[at]
        question = query[12 : at + 5]
        (kind,) = struct.unpack("!H", query[at + 1 : at + 3])
        what = self.names.get(".".join(labels).lower(), "nxdomain")
        if what == "silent":
            return None
        code = self.CODES.get(what, 0)
        records = b""
        if code == 0 and kind == 1:
            records = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 1, 4) + socket.inet_aton(what)
        header = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, 1 if records else 0, 0, 0)
        return header + question + records
