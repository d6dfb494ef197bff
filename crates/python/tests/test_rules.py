"""Rules of one's own."""

import pickle
from pathlib import Path

import pytest
from conftest import ROOT

import pullan

MINE = (ROOT / "tests" / "rules_check" / "quarantine.yaml").read_text()
TEXT = (ROOT / "tests" / "rules_check" / "quarantine.txt").read_text()


def first_rule(analyzer: pullan.Analyzer) -> str:
    return analyzer.analyze(TEXT).diagnoses[0].rule


def test_rules_from_files_directories_and_texts(tmp_path: Path) -> None:
    file = tmp_path / "below" / "mine.yaml"
    file.parent.mkdir()
    file.write_text(MINE)
    ordinary = first_rule(pullan.Analyzer())
    for rules in (file, tmp_path, [file], {"mine.yaml": MINE}):
        analyzer = pullan.Analyzer(rules=rules)
        assert first_rule(analyzer) != ordinary
        assert analyzer.rules == pullan.Analyzer().rules + 1
        assert pullan.analyze(TEXT, rules=rules) == analyzer.analyze(TEXT)


def test_an_analyzer_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MINE)
    analyzer = pickle.dumps(pullan.Analyzer(rules=file, lang="ko", keep_text=True))
    file.unlink()
    again = pickle.loads(analyzer)
    assert again.analyze(TEXT) == pullan.analyze(TEXT, rules={str(file): MINE}, lang="ko", keep_text=True)
    assert pickle.dumps(again) == analyzer


def test_problems_are_shown_as_a_compiler_does() -> None:
    wrong = MINE.replace("where:", "wher:", 1)
    with pytest.raises(pullan.RuleError) as raised:
        pullan.Analyzer(rules={"mine.yaml": wrong})
    line = 1 + wrong[: wrong.index("wher:")].count("\n")
    problem = raised.value.problems[0]
    assert (problem.file, problem.line, problem.help) == ("mine.yaml", line, "did you mean `where`?")
    assert f"--> mine.yaml:{line}:" in str(raised.value) and "help: did you mean `where`?" in str(raised.value)
    assert isinstance(raised.value, ValueError)
    assert pickle.loads(pickle.dumps(raised.value)).problems == raised.value.problems


def test_what_is_no_rule_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        pullan.Analyzer(rules=tmp_path / "none.yaml")
    assert raised.value.filename == str(tmp_path / "none.yaml")
    with pytest.raises(ValueError, match="no rule files"):
        pullan.Analyzer(rules=tmp_path)
    with pytest.raises(TypeError, match="a dict from names to YAML texts"):
        pullan.Analyzer(rules="mine.yaml")  # type: ignore[arg-type]
