"""What the tests share: the corpus, and the program to compare with."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CASES = sorted(file.parent for file in (ROOT / "corpus").rglob("case.yaml"))

REFUSED = 'Failed to pull image "r.example/team/a:1": dial tcp 10.0.0.1:443: connect: connection refused\n'


def inputs(case: Path) -> list[Path]:
    """The inputs of a case, by their paths from the root of the project."""
    return [file.relative_to(ROOT) for file in sorted(case.iterdir()) if file.name not in ("case.yaml", ".gitattributes")]


class Program:
    """`pullan`, run in the root of the project."""

    def __init__(self, binary: str) -> None:
        self.binary = binary

    def __call__(self, *arguments: object) -> str:
        """What it prints."""
        done = subprocess.run([self.binary, *map(str, arguments)], cwd=ROOT, capture_output=True, env={"PATH": ""})
        assert done.returncode in (0, 1, 3), done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture(scope="session")
def program() -> Program:
    built = [ROOT / "target" / profile / "pullan" for profile in ("release", "debug")]
    # The newest: an old one would say what it said then.
    newest = max((path for path in built if path.exists()), key=lambda path: path.stat().st_mtime, default=None)
    binary = os.environ.get("PULLAN") or (newest and str(newest))
    assert binary, "build the program first: cargo build -p pullan"
    return Program(binary)


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
