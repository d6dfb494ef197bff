"""Breaks real pulls one after the other, asks pullan what is wrong, does what it says, and pulls again.

usage: lab.py [--only ID]... [--record] [--captures FOLDER]

--record writes results.json beside this file; --captures keeps every text that pullan was asked about. Started by `run`,
in namespaces of its own. Ends with 1 if a failure was not produced, was diagnosed wrongly, or was not mended.
"""

import argparse
import collections
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

import yaml

import apiserver
import certificates
import kubectl
import node
import remedy
from bench import Bench, Lab
from containerd import Containerd

HERE = pathlib.Path(__file__).parent
BINARIES = HERE.parent.parent / "target" / "lab"
PULLAN = os.environ["PULLAN"]


def analyze(name, text, captures):
    """The diagnoses that pullan makes of one text."""
    path = captures / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    done = subprocess.run([PULLAN, "analyze", "--format", "json", path], capture_output=True, text=True, timeout=60)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(f"pullan: {done.stderr}")
    return json.loads(done.stdout)["diagnoses"]


def said(diagnoses):
    return [[diagnosis["rule"], diagnosis["verdict"]] for diagnosis in diagnoses]


# What is right where only the back-off is left to see.
WITHOUT_CAUSE = {"expect": ["evidence-only-backoff", "evidence-events-expired", "cause-not-in-evidence"]}


def judge(diagnoses, entry):
    """What is wrong with an answer; nothing if it is right."""
    if not diagnoses:
        return "nothing was diagnosed"
    expect = set(entry["expect"])
    first = diagnoses[0]
    if first["rule"] not in expect and not (first["verdict"] == "ambiguous" and expect & set(first["between"])):
        return f"{first['rule']} comes first"
    extra = [each["rule"] for each in diagnoses if each["rule"] not in expect | set(entry.get("also", [])) | {first["rule"]}]
    return f"{', '.join(extra)} is diagnosed as well" if extra else None


def steady(text):
    """An error without the numbers that change with every run: ports, temporary folders, the clock."""
    text = re.sub(r"(\d+\.\d+\.\d+\.\d+):\d+->", r"\1:40000->", text)
    text = re.sub(r"containerd-mount\d+", "containerd-mount1000000000", text)
    return re.sub(r"current time 20[-0-9T:]+Z", "current time 2026-01-01T00:00:00Z", text)


def kubectl_command(version, words):
    binary = kubectl.binary(BINARIES, version)
    command = [binary, "--server", f"http://127.0.0.1:{apiserver.PORT}", f"--cache-dir={node.STATE}/kubectl-{version}", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"HOME": str(node.STATE), "TZ": "UTC"})
    if done.returncode:
        raise RuntimeError(f"kubectl {version} {words}: {done.stderr}")
    return done.stdout


def look(cluster, entry, image, failure, version, words):
    """What kubectl prints of the pod, in a cluster of its own version."""
    cluster.add("app-0", entry["id"], image, failure, kubectl.minor(version))
    return kubectl_command(version, [*words, "--namespace", entry["id"]])


def examine(lab, cluster, entry, number, captures):
    """Plays one scenario; returns its result."""
    version = kubectl.VERSIONS[number % len(kubectl.VERSIONS)]
    other, layout, words = kubectl.layout(number)
    result = {"id": entry["id"], "broken": entry["broken"], "expect": entry["expect"], "kubectl": {"describe.txt": version, layout: other}}
    bench = Bench(lab, entry)
    try:
        image = bench.image
        failure = bench.pull()
        if failure is None:
            return {**result, "problem": "the pull did not fail"}
        result.update(image=image, code=failure.code, error=steady(failure.text))
        texts = {}
        # A caller that gives up has its own words for it, and the kubelet's are not to be had here; the runtime's log is.
        if "patience" not in entry:
            texts["describe.txt"] = look(cluster, entry, image, failure, version, ["describe", "pod", "app-0"])
            texts[layout] = look(cluster, entry, image, failure, other, words)
        else:
            time.sleep(1)
        line = bench.containerd.log_line(image)
        if line:
            texts["containerd.log"] = line + "\n"
        answers = {name: analyze(f"{entry['id']}/{name}", text, captures) for name, text in texts.items()}
        wanted = {name: entry if name != layout or kubectl.tells_why(name, other) else WITHOUT_CAUSE for name in answers}
        problems = [f"{name}: {problem}" for name, answer in answers.items() if (problem := judge(answer, wanted[name]))]
        result["said"] = {name: said(answer) for name, answer in answers.items()}
        if problems or not answers:
            return {**result, "problem": "; ".join(problems) or "there is no text"}
        if "remedy" in entry:
            diagnoses = next(iter(answers.values()))
            step, command, remains = remedy.apply(diagnoses, entry["remedy"], bench, BINARIES)
            result["remedy"] = {"step": step and step["say"], "command": command}
            if remains:
                result["problem"] = f"after the remedy: {remains}"
        return result
    except Exception as error:  # One scenario that cannot be played must not hide the others.
        return {**result, "problem": f"{type(error).__name__}: {error}"}
    finally:
        bench.close()


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--only", action="append", default=[])
    ask.add_argument("--record", action="store_true")
    ask.add_argument("--captures", type=pathlib.Path)
    args = ask.parse_args()
    started = time.monotonic()
    # The folders of the host are covered below; what is to be kept goes elsewhere.
    keep = args.captures.absolute() if args.captures else None
    node.prepare()
    captures = keep or node.STATE / "captures"
    authority = certificates.Authority(node.STATE / "certificates")
    company = certificates.Authority(node.STATE / "company", "Company Root CA")
    resolver = node.Resolver()
    shared = Containerd("containerd", authority.path)
    lab = Lab(authority, company, resolver, shared, lambda name, settings: Containerd(name, authority.path, settings))
    cluster = apiserver.Cluster()

    entries = yaml.safe_load((HERE / "scenarios.yaml").read_text())["scenarios"]
    numbers = {entry["id"]: number for number, entry in enumerate(entries)}
    entries = [entry for entry in entries if not args.only or entry["id"] in args.only]
    # Scenarios of one host take turns.
    groups = collections.defaultdict(list)
    for entry in entries:
        groups[entry.get("host", entry["id"])].append(entry)
    results, lock = {}, threading.Lock()

    def play(group):
        for entry in group:
            result = examine(lab, cluster, entry, numbers[entry["id"]], captures)
            with lock:
                results[entry["id"]] = result
                outcome = result.get("problem") or ("mended" if "remedy" in result else "right")
                print(f"{entry['id']:28} {outcome}", flush=True)

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        list(pool.map(play, groups.values()))
    shared.stop()

    ordered = [results[entry["id"]] for entry in entries]
    wrong = [result for result in ordered if "problem" in result]
    mended = [result for result in ordered if "remedy" in result and "problem" not in result]
    for result in wrong:
        print(f"\n{result['id']}: {result['broken']}\n  {result['problem']}\n  error: {result.get('error')}\n  said: {result.get('said')}")
    print(f"\n{len(ordered)} failures, {len(ordered) - len(wrong)} right, {len(mended)} mended, {time.monotonic() - started:.0f} s")
    if args.record:
        tools = {"containerd": shared.version.removeprefix("containerd://"), "kubectl": kubectl.VERSIONS}
        tools["docker-registry"] = subprocess.run(["docker-registry", "--version"], capture_output=True, text=True).stdout.split()[-1]
        (HERE / "results.json").write_text(json.dumps({"versions": tools, "failures": ordered}, indent=1, ensure_ascii=False) + "\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
