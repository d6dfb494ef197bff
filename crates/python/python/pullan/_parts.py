"""The parts of a report: version 1 of the JSON contract, schema/report.schema.json, as dataclasses.

In: the contract as dicts. Out: objects that do not change. A field that a later minor version adds is passed over until it stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Optional, TypeVar

Json = Mapping[str, Any]
T = TypeVar("T", bound="Part")
P = TypeVar("P")


@dataclass(frozen=True)
class Part:
    """An object of the contract."""

    @classmethod
    def of(cls: type[T], value: Json, **parts: Any) -> T:
        """Makes it of a dict; `parts` are the fields that hold objects or lists."""
        known = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        return cls(**{**known, **parts})


def several(make: Callable[[Json], P], values: Iterable[Json]) -> tuple[P, ...]:
    return tuple(map(make, values))


@dataclass(frozen=True)
class Place(Part):
    """A cited piece of the input. Lines and columns count from 1, columns in characters; the end column is behind the last character."""

    source: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Evidence(Place):
    """A place that proves a diagnosis, and the kind of fact that it states."""

    role: Literal["primary", "supporting"]
    fact: str


@dataclass(frozen=True)
class Step(Part):
    """Something to do. In the command, `<name>` stands for what the input does not say."""

    risk: Literal["inspect", "change", "destructive"]
    say: str
    run: Optional[str] = None


@dataclass(frozen=True)
class Subject(Part):
    """Something that is struck; `kind` says what `name` is the name of."""

    kind: Literal["pod", "image", "node", "cluster"]
    namespace: Optional[str] = None
    name: Optional[str] = None
    container: Optional[str] = None
    image: Optional[str] = None
    node: Optional[str] = None


@dataclass(frozen=True)
class About(Part):
    """What a cause is about; `kind` says what `name` is the name of. All that one rule finds about the same is one diagnosis."""

    kind: Literal["image", "repository", "registry", "node", "pod", "namespace", "service", "cluster"]
    name: Optional[str] = None


@dataclass(frozen=True)
class Reach(Part):
    """Numbers of different things that are struck, and what else fails for the same cause."""

    pods: int
    images: int
    registries: int
    nodes: int
    extent: Literal["image", "repository", "namespace", "registry", "node", "everything"]


@dataclass(frozen=True)
class Occurrence(Part):
    """How often, in how many dumps, and when: in seconds before the input was written."""

    count: int
    dumps: int
    first_seen_seconds_ago: Optional[int]
    last_seen_seconds_ago: Optional[int]


@dataclass(frozen=True)
class Diagnosis(Part):
    """One root cause. For an ambiguous one, `between` has the rules of the causes, and `decide_by` the step that decides."""

    rule: str
    family: str
    verdict: Literal["certain", "likely", "ambiguous", "unknown"]
    severity: Literal["error", "warning", "info"]
    title: str
    about: About
    between: tuple[str, ...]
    retry_helps: bool
    subjects: tuple[Subject, ...]
    evidence: tuple[Evidence, ...]
    explanation: str
    next_steps: tuple[Step, ...]
    references: tuple[str, ...]
    reach: Reach
    occurrence: Occurrence
    decide_by: Optional[Step] = None

    @classmethod
    def of(cls, value: Json, **_: Any) -> Diagnosis:
        return super().of(
            value,
            about=About.of(value["about"]),
            between=tuple(value["between"]),
            subjects=several(Subject.of, value["subjects"]),
            evidence=several(Evidence.of, value["evidence"]),
            next_steps=several(Step.of, value["next_steps"]),
            references=tuple(value["references"]),
            reach=Reach.of(value["reach"]),
            occurrence=Occurrence.of(value["occurrence"]),
            decide_by=Step.of(value["decide_by"]) if "decide_by" in value else None,
        )


@dataclass(frozen=True)
class OtherFailure(Part):
    """A failure that is not about obtaining an image, by the word that Kubernetes has for it."""

    kind: str
    subject: Subject
    count: int
    evidence: tuple[Place, ...]

    @classmethod
    def of(cls, value: Json, **_: Any) -> OtherFailure:
        return super().of(value, subject=Subject.of(value["subject"]), evidence=several(Place.of, value["evidence"]))


@dataclass(frozen=True)
class Segment(Part):
    """A run of lines of one kind, and how many of them could not be read."""

    source: str
    kind: str
    first_line: int
    lines: int
    unread: int


@dataclass(frozen=True)
class Coverage(Part):
    """How much of the input was understood, how many dumps it was, and how many rules were asked."""

    dumps: int
    lines: int
    understood: int
    rules: int
    segments: tuple[Segment, ...]

    @classmethod
    def of(cls, value: Json, **_: Any) -> Coverage:
        return super().of(value, segments=several(Segment.of, value["segments"]))


@dataclass(frozen=True)
class Limit(Part):
    """A bound that was reached, in which source where one is meant, and how much was left out."""

    what: str
    left_out: int
    source: Optional[str] = None


@dataclass(frozen=True)
class Parts(Part):
    """The whole contract but for what names the program."""

    sources: tuple[str, ...]
    diagnoses: tuple[Diagnosis, ...]
    other_failures: tuple[OtherFailure, ...]
    coverage: Coverage
    limits: tuple[Limit, ...]

    @classmethod
    def of(cls, value: Json, **_: Any) -> Parts:
        return super().of(
            value,
            sources=tuple(value["sources"]),
            diagnoses=several(Diagnosis.of, value["diagnoses"]),
            other_failures=several(OtherFailure.of, value["other_failures"]),
            coverage=Coverage.of(value["coverage"]),
            limits=several(Limit.of, value["limits"]),
        )
