"""Examples run, and the types are true."""

import doctest
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

import pullan


def documented() -> Iterator[tuple[str, str]]:
    """Names and docstrings of the public face."""
    yield "pullan", pullan.__doc__ or ""
    for name in pullan.__all__:
        value = getattr(pullan, name)
        yield name, value.__doc__ or ""
        if isinstance(value, type) and value.__module__ == "pullan":
            for member, inner in vars(value).items():
                if not member.startswith("_"):
                    yield f"{name}.{member}", inner.__doc__ or ""


@pytest.mark.parametrize("name, text", list(documented()), ids=lambda value: value if value.isidentifier() else "")
def test_docstrings(name: str, text: str) -> None:
    assert name == "__version__" or text, f"{name} has no docstring"
    test = doctest.DocTestParser().get_doctest(text, {"pullan": pullan}, name, None, None)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0


def test_the_examples_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "crates" / "python" / "README.md"), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert result.attempted > 5 and result.failed == 0


def run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=Path(__file__).parents[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_are_strict() -> None:
    run("mypy", "--strict", "-p", "pullan")
    run("mypy", "--strict", "tests")
    run("mypy", "--strict", "--allow-untyped-calls", *map(str, (ROOT / "examples" / "fleet").glob("*.py")))


def test_stubs_agree_with_what_is_compiled() -> None:
    run("mypy.stubtest", "pullan")
