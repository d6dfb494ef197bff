"""Reports as objects."""

import dataclasses
import functools
import gzip
import itertools
import json
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import CASES, REFUSED, ROOT, inputs

import pullan
from pullan import _parts

SCHEMA: dict[str, Any] = json.loads((ROOT / "schema" / "report.schema.json").read_text())


def plain(value: Any) -> Any:
    """Dataclasses as the contract writes them: fields that are optional there are absent when they are None."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        required = SCHEMA["$defs"][type(value).__name__]["required"]
        members = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {name: member for name, member in members.items() if member is not None or name in required}
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_objects_hold_the_whole_contract(case: Path) -> None:
    report = pullan.analyze(ROOT / inputs(case)[0])
    members = {name: plain(getattr(report, name)) for name in ("sources", "diagnoses", "other_failures", "coverage", "limits")}
    contract = report.to_dict()
    assert contract.pop("schema_version") == 1
    assert contract.pop("tool") == {"name": "pullan", "version": pullan.__version__}
    assert members == contract


def test_the_dataclasses_have_the_fields_of_the_schema() -> None:
    for name, definition in SCHEMA["$defs"].items():
        if definition.get("type") == "object" and name != "Tool":
            assert {field.name for field in dataclasses.fields(getattr(_parts, name))} == set(definition["properties"]), name


def test_languages() -> None:
    report = pullan.analyze(REFUSED, lang="ko")
    assert report.lang == "ko" and report.diagnoses[0].title == report.to_dict("ko")["diagnoses"][0]["title"]
    assert report.to_json("en") == pullan.analyze(REFUSED).to_json()
    assert report != pullan.analyze(REFUSED)


def test_reports_are_read_only() -> None:
    report = pullan.analyze(REFUSED)
    with pytest.raises(AttributeError):
        report.diagnoses = ()  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.diagnoses[0].rule = "other"  # type: ignore[misc]


def test_equality() -> None:
    assert pullan.analyze(REFUSED) == pullan.analyze(REFUSED)
    assert pullan.analyze(REFUSED) != pullan.analyze(REFUSED + "more\n")
    assert pullan.analyze(REFUSED) != REFUSED


def test_repr_is_harmless() -> None:
    assert repr(pullan.analyze("")) == "<pullan.Report of text: nothing wrong found>"
    assert "\x1b" not in repr(pullan.analyze("", name="\x1b[2J"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_pickled_report_is_the_same(case: Path) -> None:
    report = pullan.analyze(ROOT / inputs(case)[0], lang="ko", keep_text=True)
    kept = pickle.dumps(report)
    again = pickle.loads(kept)
    assert again == report and pickle.dumps(again) == kept
    assert again.to_html() == report.to_html() and again.to_json("en") == report.to_json("en")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_line_becomes_a_report_again(case: Path) -> None:
    report = pullan.analyze(ROOT / inputs(case)[0], lang="ko")
    again = pullan.Report.from_json(report.to_json(), lang="ko")
    assert again.to_json() == report.to_json() and again.diagnoses == report.diagnoses
    assert pullan.merge([again]).to_json() == pullan.merge([report]).to_json("ko")


def test_what_is_no_line_of_a_report() -> None:
    for line in ("", "[]", '{"schema_version":1}', '{"id":1,"error":"no"}'):
        with pytest.raises(ValueError, match="not a report"):
            pullan.Report.from_json(line)


def test_what_pickle_cannot_read() -> None:
    with pytest.raises(ValueError, match="not a report of pullan"):
        pullan._native._restore(b"{}")


def test_parts_can_be_pickled_and_hashed() -> None:
    diagnoses = pullan.analyze(REFUSED).diagnoses
    assert pickle.loads(pickle.dumps(diagnoses)) == diagnoses
    assert len({*diagnoses, *diagnoses}) == 1


def test_an_analyzer_and_a_report_can_be_shared_by_threads() -> None:
    analyzer = pullan.Analyzer()
    texts = [(ROOT / inputs(case)[0]).read_bytes() for case in CASES]
    expected = [analyzer.analyze(text).to_json() for text in texts]
    shared = analyzer.analyze(REFUSED)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: analyzer.analyze(text).to_json(), texts)) == expected
        assert len(set(threads.map(lambda _: (shared.to_html(), shared.diagnoses), range(20)))) == 1


def test_reports_merge_in_any_order_and_grouping() -> None:
    reports = [pullan.analyze(ROOT / file) for case in CASES for file in inputs(case)]
    merged = pullan.merge(reports)
    assert merged.coverage.dumps == len(reports)
    assert merged.coverage.lines == sum(report.coverage.lines for report in reports)
    assert {diagnosis.rule for diagnosis in merged.diagnoses} == {diagnosis.rule for report in reports for diagnosis in report.diagnoses}
    assert pullan.merge(reversed(reports)) == merged
    parts = [pullan.merge(reports[start::7]) for start in range(7)]
    assert functools.reduce(pullan.Report.merge, parts) == merged
    assert pullan.merge(pickle.loads(pickle.dumps(parts))) == merged
    # More than are taken at once.
    many = pullan.merge(itertools.repeat(reports[0], 3_000))
    assert many.coverage.dumps == 3_000 and len(many.diagnoses) == len(reports[0].diagnoses)


def test_what_cannot_be_merged() -> None:
    assert pullan.merge([]).coverage.dumps == 0
    with pytest.raises(TypeError):
        pullan.merge([REFUSED])  # type: ignore[list-item]

    def failing() -> Iterator[pullan.Report]:
        yield pullan.analyze(REFUSED)
        raise KeyError("no more")

    with pytest.raises(KeyError, match="no more"):
        pullan.merge(failing())


def test_sources_get_other_names() -> None:
    report = pullan.analyze(gzip.compress(REFUSED.encode() * 1000)[:-9], name="a.gz")
    renamed = report.rename_sources(lambda name: f"17/{name}")
    assert renamed.sources == ("17/a.gz",) and renamed.limits[0].source == "17/a.gz"
    assert renamed.diagnoses[0].evidence[0].source == "17/a.gz"
    with pytest.raises(ZeroDivisionError):
        report.rename_sources(lambda name: str(1 / 0))


def test_a_session_ends_once() -> None:
    session = pullan.Analyzer().session()
    session.add(REFUSED)
    session.finish()
    with pytest.raises(ValueError, match="the session is finished"):
        session.finish()
    with pytest.raises(ValueError, match="the session is finished"):
        session.add(REFUSED)


def test_a_session_is_used_by_one_thread_at_a_time() -> None:
    session = pullan.Analyzer().session()

    class Reentrant:
        def read(self, size: int) -> bytes:
            session.add("again")
            return b""

    with pytest.raises(RuntimeError, match="borrowed"):
        session.add(Reentrant())
    session.add(REFUSED)
    assert session.finish().diagnoses[0].rule == "tcp-connection-refused"


def test_redaction() -> None:
    original = REFUSED.replace("r.example/team", "hub.acme.com/billing")
    redacted = pullan.redact(original)
    assert redacted == REFUSED.replace("r.example/team/a", "registry-1.example/project-1/a").replace("10.0.0.1", "10.0.0.2")
    assert [diagnosis.rule for diagnosis in pullan.analyze(redacted).diagnoses] == ["tcp-connection-refused"]
    redactor = pullan.Redactor()
    redactor.learn("Name:         ledger-0\nNamespace:    billing\nNode:         worker-eu7/10.20.0.7\n")
    assert redactor.redact("ledger-0 of billing is stuck") == "pod-1 of namespace-1 is stuck"
    assert redactor.originals == {"namespace-1": "billing", "pod-1": "ledger-0"}
