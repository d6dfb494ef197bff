#!/usr/bin/env python3
"""Analyses a directory of tickets with Dask.

usage: dask_bag.py [--with wheel|filter] [--workers N] TICKETS OUT

TICKETS  a directory of *.ndjson: a ticket a line, {"id": "T-17", "written": "2026-05-21T07:00:00Z", "text": "..."}; a file is one task
OUT      a directory; gets
         reports/*.parquet    id, and the whole report as JSON
         diagnoses/*.parquet  a row for each diagnosis of a ticket
         summary.json         causes, registries and nodes: in how many tickets, since when
         merged.json          one report of all tickets
--with   wheel   the Python package in the workers
         filter  `pullan analyze --ndjson` as a process of each task; PULLAN names the program
"""

import argparse
import functools
import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Optional

import dask
import dask.bag
import pyarrow as pa
import pyarrow.parquet as pq

TIME = pa.timestamp("us", tz="UTC")
NAMES = pa.list_(pa.string())
REPORTS = pa.schema({"id": pa.string(), "report": pa.string()})
DIAGNOSES = pa.schema(
    {
        "id": pa.string(),
        "rule": pa.string(),
        "family": pa.string(),
        "verdict": pa.string(),
        "severity": pa.string(),
        "pods": NAMES,
        "images": NAMES,
        "registries": NAMES,
        "nodes": NAMES,
        "count": pa.int64(),
        "first_seen": TIME,
        "last_seen": TIME,
    }
)

# What a summary counts: ("causes", "tag-not-found") -> in how many tickets, and since when.
Seen = dict[tuple[str, str], tuple[int, Optional[datetime]]]


def program(*arguments: str, lines: Optional[str] = None) -> str:
    """What `pullan` prints."""
    command = [os.environ.get("PULLAN", "pullan"), *arguments]
    return subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


def analyse(file: Path, how: str) -> tuple[list[str], str]:
    """The report of each ticket, a line each, and the merged report."""
    if how == "filter":
        answer = program("analyze", "--ndjson", "--threads", "1", str(file))
        return answer.splitlines(), program("merge", "--format", "jsonl", lines=answer)
    import pullan

    analyzer = pullan.Analyzer()
    lines, reports = [], []
    for ticket in tickets(file):
        report = analyzer.analyze(ticket["text"], name="text")
        lines.append('{"id":' + json.dumps(ticket["id"]) + "," + report.to_json()[1:])
        reports.append(report.rename_sources(lambda name: f"{ticket['id']}/{name}"))
    return lines, pullan.merge(reports).to_json()


def merge(lines: list[str], how: str) -> str:
    """Merged reports as one."""
    if how == "filter":
        return program("merge", "--format", "jsonl", lines="\n".join(lines))
    import pullan

    return pullan.merge(map(pullan.Report.from_json, lines)).to_json()


def tickets(file: Path) -> Iterator[dict[str, Any]]:
    with open(file, encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def registry(image: str) -> str:
    first, slash, _ = image.partition("/")
    return first if slash and re.search(r"[.:]|^localhost$", first) else "docker.io"


def rows(report: dict[str, Any], written: datetime) -> Iterator[dict[str, Any]]:
    """A row for each diagnosis. A report counts in seconds before it was written."""

    def at(seconds: Optional[int]) -> Optional[datetime]:
        return None if seconds is None else written - timedelta(seconds=seconds)

    for diagnosis in report["diagnoses"]:
        subjects, occurrence = diagnosis["subjects"], diagnosis["occurrence"]
        images = {subject["image"] for subject in subjects if "image" in subject}
        yield {
            "id": report["id"],
            **{name: diagnosis[name] for name in ("rule", "family", "verdict", "severity")},
            "pods": sorted({subject["name"] for subject in subjects if subject["kind"] == "pod"}),
            "images": sorted(images),
            "registries": sorted(set(map(registry, images))),
            "nodes": sorted({subject["node"] for subject in subjects if "node" in subject}),
            "count": occurrence["count"],
            "first_seen": at(occurrence["first_seen_seconds_ago"]),
            "last_seen": at(occurrence["last_seen_seconds_ago"]),
        }


def seen_in(found: list[dict[str, Any]]) -> Seen:
    """What one ticket adds to the summary."""
    seen: Seen = {}
    for row in found:
        keys = [("causes", row["rule"]), *(("registries", name) for name in row["registries"]), *(("nodes", name) for name in row["nodes"])]
        for key in keys:
            since = row["first_seen"]
            seen[key] = (1, earliest(seen.get(key, (1, None))[1], since))
    return seen


def earliest(a: Optional[datetime], b: Optional[datetime]) -> Optional[datetime]:
    return min(a, b) if a and b else a or b


def add(total: Seen, more: Seen) -> Seen:
    for key, (count, since) in more.items():
        known, first = total.get(key, (0, None))
        total[key] = (known + count, earliest(first, since))
    return total


def work(file: Path, out: Path, how: str) -> tuple[Seen, str]:
    """One task: a file of tickets becomes two Parquet files, a part of the summary, and a merged report."""
    lines, merged = analyse(file, how)
    seen: Seen = {}
    kept, found = [], []
    for ticket, line in zip(tickets(file), lines):
        kept.append({"id": ticket["id"], "report": line})
        report = json.loads(line)
        if "error" not in report:
            of_ticket = list(rows(report, datetime.fromisoformat(ticket["written"].replace("Z", "+00:00"))))
            found += of_ticket
            add(seen, seen_in(of_ticket))
    for kind, schema, table in (("reports", REPORTS, kept), ("diagnoses", DIAGNOSES, found)):
        (out / kind).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(table, schema=schema), out / kind / f"{file.stem}.parquet")
    return seen, merged


def join(parts: Iterable[tuple[Seen, str]], how: str) -> tuple[Seen, str]:
    """Parts as one; Dask does this as a tree."""
    seen, lines = zip(*parts)
    return functools.reduce(add, seen, {}), merge(list(lines), how)


def summary(seen: Seen) -> dict[str, list[dict[str, Any]]]:
    def table(kind: str) -> list[dict[str, Any]]:
        entries = [(name, count, since) for (of, name), (count, since) in seen.items() if of == kind]
        entries.sort(key=lambda entry: (-entry[1], entry[0]))
        return [{"name": name, "tickets": count, "since": since and since.strftime("%Y-%m-%dT%H:%M:%SZ")} for name, count, since in entries]

    return {kind: table(kind) for kind in ("causes", "registries", "nodes")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--with", dest="how", choices=["wheel", "filter"], default="wheel")
    parser.add_argument("--workers", type=int)
    parser.add_argument("tickets", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    files = sorted(options.tickets.glob("*.ndjson"))
    bag = dask.bag.from_sequence(files, partition_size=1).map(work, options.out, options.how)
    with dask.config.set(scheduler="processes", num_workers=options.workers):
        together = functools.partial(join, how=options.how)
        seen, merged = bag.reduction(together, together, split_every=8).compute()
    (options.out / "summary.json").write_text(json.dumps(summary(seen), indent=1) + "\n")
    (options.out / "merged.json").write_text(merged.rstrip("\n") + "\n")


if __name__ == "__main__":
    main()
