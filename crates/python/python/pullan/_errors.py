"""What is wrong with rules of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional


@dataclass(frozen=True)
class RuleProblem:
    """One problem; line and column count from 1."""

    file: str
    line: int
    column: int
    message: str
    help: Optional[str] = None


class RuleError(ValueError):
    """Rules have problems: as text, the way a compiler shows them, and each as an object."""

    def __init__(self, message: str, problems: tuple[RuleProblem, ...]) -> None:
        super().__init__(message, problems)
        self.problems = problems

    def __str__(self) -> str:
        return str(self.args[0])

    @classmethod
    def of(cls, message: str, problems: Iterable[Mapping[str, Any]]) -> RuleError:
        return cls(message, tuple(RuleProblem(**problem) for problem in problems))
