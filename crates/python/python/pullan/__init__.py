"""Says why a container image could not be pulled, from what was pasted into a ticket.

>>> import pullan
>>> report = pullan.analyze('Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused')
>>> diagnosis = report.diagnoses[0]
>>> diagnosis.rule, diagnosis.verdict, diagnosis.title
('tcp-connection-refused', 'likely', "The registry's address refuses the connection")
"""

from pullan._errors import RuleError, RuleProblem
from pullan._native import Analyzer, Redactor, Report, Session, __version__, analyze, merge, redact
from pullan._parts import (
    About,
    Coverage,
    Diagnosis,
    Evidence,
    Limit,
    Occurrence,
    OtherFailure,
    Place,
    Reach,
    Segment,
    Step,
    Subject,
)

__all__ = [
    "About",
    "Analyzer",
    "Coverage",
    "Diagnosis",
    "Evidence",
    "Limit",
    "Occurrence",
    "OtherFailure",
    "Place",
    "Reach",
    "Redactor",
    "Report",
    "RuleError",
    "RuleProblem",
    "Segment",
    "Session",
    "Step",
    "Subject",
    "__version__",
    "analyze",
    "merge",
    "redact",
]
