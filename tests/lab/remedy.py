"""Follows a next step that pullan gave, and sees whether the pull succeeds then.

Where the step has a command that can run on a node or against a cluster, the command is run as it was printed; otherwise
the lab does what the words say in place of the operator (the scenario says what that is).
"""

import base64
import json
import re
import shutil
import subprocess

import images
import kubectl
import node
from bench import CERTS

SUDO = 'sudo() { "$@"; }\n'


def steps(diagnosis):
    return diagnosis["next_steps"] + ([diagnosis["decide_by"]] if diagnosis.get("decide_by") else [])


def find(diagnoses, words):
    """The first step of the first diagnosis that has these words in its text or command."""
    for step in steps(diagnoses[0]):
        if words in step["say"] or words in (step.get("run") or ""):
            return step
    return None


def command_of(step, fill, bench):
    command = step["run"]
    for placeholder, value in fill.items():
        command = command.replace(placeholder, bench.fill(value))
    return command


def login(command, bench, binaries):
    """Has kubectl write the pull secret, and looks in it for the registry as the kubelet does."""
    words = command.split(" --dry-run")[0] + " --dry-run=client -o json"
    newest = kubectl.binary(binaries, kubectl.VERSIONS[-1])
    done = subprocess.run(["bash", "-c", f'kubectl() {{ {newest} "$@"; }}\n{words}'], check=True, capture_output=True, text=True)
    config = json.loads(base64.b64decode(json.loads(done.stdout)["data"][".dockerconfigjson"]))
    entry = config["auths"].get(bench.host)
    return base64.b64decode(entry["auth"]).decode() if entry else None


def run(command, bench):
    """Runs a command of a node in a folder that holds the files which the step presupposes."""
    shutil.copy(bench.trusted, bench.folder / "ca.crt")
    if "client.cert" in command:
        pair = bench.lab.authority.issue("client", "node")
        (CERTS / bench.host).mkdir(parents=True, exist_ok=True)
        for source, target in zip(pair, ("client.cert", "client.key")):
            shutil.copy(source, CERTS / bench.host / target)
    subprocess.run(["bash", "-c", SUDO + command], check=True, cwd=bench.folder, stdout=subprocess.DEVNULL)


def apply(diagnoses, remedy, bench, binaries):
    """Returns the step, the command if one was run, and what the pull says afterwards (nothing when it succeeds)."""
    step = find(diagnoses, remedy["step"])
    if step is None:
        return None, None, f"pullan gave no step with the words: {remedy['step']}"
    command = credential = None
    if remedy.get("run"):
        command = command_of(step, remedy.get("fill", {}), bench)
        if command.startswith("kubectl create secret docker-registry"):
            credential = login(command, bench, binaries)
            if credential is None:
                return step, command, "the secret holds no entry for the registry"
        elif command.startswith("kubectl set image"):
            bench.entry["image"] = re.search(r"=(\S+)", command)[1]
        else:
            run(command, bench)
    if "push" in remedy:
        repository, tag = remedy["push"].rsplit(":", 1)
        bench.servers[0].push(repository, tag, images.build(bench.name))
    if "remount" in remedy:
        bench.own.remount(remedy["remount"])
    if remedy.get("mirror"):
        bench.add_mirror()
    if "set" in remedy:
        bench.change(remedy["set"])
    if remedy.get("start"):
        bench.start()
    failure = bench.pull(credential)
    return step, command, failure.text if failure else None
