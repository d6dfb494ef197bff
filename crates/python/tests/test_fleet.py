"""The jobs of examples/fleet say what one machine says."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Program

NUMBER = 300

pytestmark = pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented tickets, in three files."""
    folder = tmp_path_factory.mktemp("tickets")
    subprocess.run([sys.executable, ROOT / "benches" / "generate", "tickets-ndjson", str(NUMBER), folder], check=True)
    lines = (folder / "000.ndjson").read_text().splitlines(keepends=True)
    for number, first in enumerate((0, 90, 200)):
        (folder / f"{number:03d}.ndjson").write_text("".join(lines[first : [90, 200, NUMBER][number]]))
    return folder


def engines() -> list[Any]:
    dask = pytest.mark.skipif(importlib.util.find_spec("dask") is None, reason="dask is not installed")
    missing = importlib.util.find_spec("pyspark") is None or shutil.which("java") is None
    spark = pytest.mark.skipif(missing, reason="pyspark or Java is not installed")
    return [
        pytest.param(job, how, marks=mark, id=f"{job}-{how}")
        for job, mark in (("dask_bag.py", dask), ("spark.py", spark))
        for how in ("wheel", "filter")
    ]


@pytest.mark.parametrize("job, how", engines())
def test_a_fleet_says_what_one_machine_says(program: Program, tickets: Path, tmp_path: Path, job: str, how: str) -> None:
    import pyarrow.parquet as pq

    subprocess.run(
        [sys.executable, ROOT / "examples" / "fleet" / job, "--with", how, tickets, tmp_path],
        check=True,
        env={**os.environ, "PULLAN": program.binary, "PYSPARK_PYTHON": sys.executable},
    )
    files = sorted(tickets.glob("*.ndjson"))
    expected = program("analyze", "--ndjson", *files).splitlines()
    assert len(expected) == NUMBER

    reports = pq.read_table(tmp_path / "reports")["report"].to_pylist()
    assert sorted(reports) == sorted(expected)

    written = {ticket["id"]: datetime.fromisoformat(ticket["written"][:-1] + "+00:00") for file in files for ticket in map(json.loads, file.open())}
    found = sorted(pq.read_table(tmp_path / "diagnoses").to_pylist(), key=lambda row: (row["id"], row["rule"]))
    assert [row["id"] for row in found] == sorted(written)
    seen: dict[str, dict[str, list[datetime]]] = {kind: defaultdict(list) for kind in ("causes", "registries", "nodes")}
    for row, line in zip(found, sorted(expected)):
        # In these tickets, one pod has one image and one cause.
        (diagnosis,) = json.loads(line)["diagnoses"]
        (subject,) = diagnosis["subjects"]
        registry = subject["image"].split("/")[0]
        first, last = (written[row["id"]] - timedelta(seconds=diagnosis["occurrence"][f"{when}_seen_seconds_ago"]) for when in ("first", "last"))
        assert row == {
            **{name: diagnosis[name] for name in ("rule", "family", "verdict", "severity")},
            "id": row["id"],
            "pods": [subject["name"]],
            "images": [subject["image"]],
            "registries": [registry],
            "nodes": [subject["node"]],
            "count": diagnosis["occurrence"]["count"],
            "first_seen": first,
            "last_seen": last,
        }
        for kind, name in (("causes", row["rule"]), ("registries", registry), ("nodes", subject["node"])):
            seen[kind][name].append(first)

    assert json.loads((tmp_path / "summary.json").read_text()) == {
        kind: [
            {"name": name, "tickets": len(times), "since": min(times).strftime("%Y-%m-%dT%H:%M:%SZ")}
            for name, times in sorted(names.items(), key=lambda item: (-len(item[1]), item[0]))
        ]
        for kind, names in seen.items()
    }

    lines = tmp_path / "expected.ndjson"
    lines.write_text("\n".join(expected))
    assert (tmp_path / "merged.json").read_text() == program("merge", "--format", "jsonl", lines)
