"""The answers are those of the program, byte for byte, over the whole corpus."""

import json
from pathlib import Path
from typing import Literal

import pytest
from conftest import CASES, ROOT, Program, inputs

import pullan

pytestmark = pytest.mark.usefixtures("at_root")

Lang = Literal["en", "ko"]
FILES = [file for case in CASES for file in inputs(case)]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_file_alone(program: Program, lang: Lang) -> None:
    lines = program("analyze", "--each", "--lang", lang, *FILES).splitlines()
    assert len(lines) == len(FILES) >= len(CASES)
    analyzer = pullan.Analyzer(lang=lang)
    for file, line in zip(FILES, lines):
        # The program adds the name of the file in front.
        named = '{"source":' + json.dumps(str(file)) + "," + analyzer.analyze(file).to_json()[1:]
        assert named == line


# The program refuses an input without a byte.
TOLD = [case for case in CASES if any((ROOT / file).stat().st_size for file in inputs(case))]


@pytest.mark.parametrize("case", TOLD, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_all_files_of_a_case(program: Program, case: Path) -> None:
    files = inputs(case)
    session = pullan.Analyzer().session()
    for file in files:
        session.add(file)
    assert session.finish().to_json() + "\n" == program("analyze", "--format", "jsonl", *files)


# One case of each family.
FAMILIES = list({case.parent: case for case in CASES}.values())


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("case", FAMILIES, ids=lambda case: case.parent.name)
def test_forms_for_people(program: Program, case: Path, lang: Lang) -> None:
    file = inputs(case)[-1]
    report = pullan.analyze(file, keep_text=True)
    assert report.to_markdown(lang) == program("analyze", "--format", "markdown", "--lang", lang, file)
    assert report.to_html(lang) == program("analyze", "--format", "html", "--lang", lang, file)


def test_archives(program: Program) -> None:
    for name in ("tests/archives/guide.zip", "tests/archives/guide.tar.zst"):
        expected = program("analyze", "--format", "jsonl", name)
        assert '"rule":"' in expected
        assert pullan.analyze(Path(name)).to_json() + "\n" == expected
        assert pullan.analyze(Path(name).read_bytes(), name=name).to_json() + "\n" == expected
        with open(name, "rb") as file:
            assert pullan.analyze(file).to_json() + "\n" == expected


def test_long_sources_and_threads(program: Program, tmp_path: Path) -> None:
    routine = 'I0521 07:00:55.123456       1 proxier.go:805] "Syncing iptables rules" ipFamily="IPv4"\n'
    failing = "W0521 07:01:00.000000       1 x.go:1] Failed to pull image \"r.example/a:1\": dial tcp 10.0.0.1:443: connect: connection refused\n"
    file = tmp_path / "long.log"
    file.write_text((routine * 60_000 + failing) * 3)
    expected = program("analyze", "--format", "jsonl", file)
    for threads in (1, 3):
        assert pullan.analyze(file, threads=threads).to_json() + "\n" == expected
