"""containerd processes: one that most scenarios share, and ones with an environment, a configuration or a disk of their own."""

import os
import pathlib
import subprocess
import time

from cri import Failure, Runtime
from node import STATE, command

CONFIG = """version = 2
root = "{root}"
state = "{state}"
disabled_plugins = [{plugins}]
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{sandbox}"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "{snapshotter}"
"""


class Containerd:
    """Settings: `environment`, `sandbox`, `snapshotter`, `plugins` (that are disabled), `disk` (mount options of a small tmpfs), `append`
    (lines at the end of the configuration)."""

    def __init__(self, name, ca, settings=None):
        self.name, self.ca, self.settings = name, ca, dict(settings or {})
        usual = name == "containerd"
        self.root = pathlib.Path("/var/lib/containerd" if usual else f"/var/lib/containerd/{name}")
        self.socket = "/run/containerd/containerd.sock" if usual else f"/run/{name}/containerd.sock"
        self.log = STATE / f"{name}.log"
        self.root.mkdir(exist_ok=True)
        # Only the downloads lie on the small disk: the database beside them is held open, and could not be remounted.
        self.disk = self.root / "io.containerd.content.v1.content"
        if "disk" in self.settings:
            self.disk.mkdir()
            command("mount", "-t", "tmpfs", "-o", self.settings["disk"], "lab", str(self.disk))
        self.process = None
        self.start()

    def start(self):
        state = pathlib.Path(self.socket).parent
        state.mkdir(parents=True, exist_ok=True)
        values = {"sandbox": "registry.k8s.io/pause:3.6", "snapshotter": "overlayfs", "plugins": ""}
        values.update((key, value) for key, value in self.settings.items() if key in values)
        config = STATE / f"{self.name}.toml"
        config.write_text(CONFIG.format(root=self.root, state=state, socket=self.socket, **values) + self.settings.get("append", ""))
        environment = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": str(self.ca), **self.settings.get("environment", {})}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(["containerd", "--config", config], stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)
        self.runtime = Runtime(self.socket)
        for _ in range(200):
            try:
                self.version = self.runtime.version()
                return
            except Failure as failure:
                if failure.code == "Unimplemented":
                    return
                time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not start: {self.log.read_text()[-2000:]}")

    def remount(self, options):
        command("mount", "-o", f"remount,{options}", str(self.disk))

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def restart(self, **changes):
        """Starts it anew with changed settings."""
        self.stop()
        self.settings.update(changes)
        self.start()

    def log_line(self, image):
        """The last line of the log that tells of a failed pull of this image."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if "level=error" in line and f'"PullImage \\"{image}\\"' in line]
        return lines[-1] if lines else None
