"""What is answered when something goes wrong: one document for machines, a page for people, and a list of all codes."""

from faces.problems.codes import CODES, Code, register_codes
from faces.problems.document import Problem, as_problem, invalid, refused, register_problem, registered, respond
from faces.problems.known import exception_handler
from faces.problems.pages import (
    ProblemMiddleware,
    csrf_failure,
    handler400,
    handler403,
    handler404,
    handler500,
    problem_types,
)

__all__ = [
    "CODES",
    "Code",
    "Problem",
    "ProblemMiddleware",
    "as_problem",
    "csrf_failure",
    "exception_handler",
    "handler400",
    "handler403",
    "handler404",
    "handler500",
    "invalid",
    "problem_types",
    "refused",
    "register_codes",
    "register_problem",
    "registered",
    "respond",
]
