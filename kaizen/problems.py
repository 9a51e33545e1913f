"""How the rooms' exceptions read over HTTP: the faces know no room, so they are made known here."""

from http import HTTPStatus

from appeals.targets import NoSuchDecision
from charter.queries import NoLaw
from faces.problems import Code, Problem, refused, register_codes, register_problem
from ledger.actors import Forbidden
from ledger.decisions import Refused
from ledger.idempotency import KeyMalformed, KeyReused, StillRunning
from registry.models import Companion
from registry.queries import Ambiguous

register_codes(
    {
        "ambiguous": Code("Several companions bear this name", "Ask for one of the candidates by its whole id."),
        "key_malformed": Code("This Idempotency-Key cannot be used", "Send 1 to 255 printable ASCII characters."),
        "still_running": Code("The first request with this key still runs", "Send it again in a few seconds."),
        "not_ready": Code("Kaizen is not set up yet", "Run manage.py bootstrap."),
    }
)
register_problem(Refused, lambda error: refused(error.reasons, code=error.code))
register_problem(Forbidden, lambda error: Problem(HTTPStatus.FORBIDDEN, "forbidden", str(error)))
register_problem(KeyMalformed, lambda _: Problem(HTTPStatus.BAD_REQUEST, "key_malformed"))
register_problem(KeyReused, lambda _: Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "key_reused"))
register_problem(StillRunning, lambda _: Problem(HTTPStatus.CONFLICT, "still_running", headers={"Retry-After": "2"}))
register_problem(Companion.DoesNotExist, lambda _: Problem(HTTPStatus.NOT_FOUND, "not_found"))
register_problem(
    Ambiguous,
    lambda error: Problem(HTTPStatus.CONFLICT, "ambiguous", f"One of these is meant: {', '.join(error.candidates)}."),
)
register_problem(NoSuchDecision, lambda _: Problem(HTTPStatus.NOT_FOUND, "not_found"))
register_problem(NoLaw, lambda _: Problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready"))
