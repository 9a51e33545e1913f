"""What machines decided in a story comes out the same when it is derived again."""

import json

from django.db import connection

from kaizen.replaying import RULES
from ledger.deriving import replay_log
from ledger.models import Decision
from ledger.queries import evidence_of
from ledger.replaying import BASIS, Outcome, differences


def replayed(*moves):
    """The moves (``subject.move``) that machines made in this story, each derived again; all come out the same.

    ``moves`` are those that the story must have made, so that nothing passes by being absent.
    """
    found = list(replay_log(Decision.objects.filter(actor_kind="system")))
    assert [it for it in found if it.outcome in {Outcome.DIFFERS, Outcome.NO_BASIS} and it.made in moves] == []
    same = {it.made for it in found if it.outcome is Outcome.SAME}
    assert same >= set(moves)
    return same


def evidence_unfenced():
    """As whoever owns the database: nothing keeps evidence still until this test's transaction is rolled back."""
    of = " ON ledger_evidence" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_evidence_no_update{of}")


def differs_under(law, decision):
    """What differs of one decision under ``law``, for stories whose law was never enacted."""
    [basis] = [evidence_of(it["sha256"]) for it in decision.evidence if it["name"] == BASIS]
    derived = RULES[basis["rule"]].derives(basis, law=law, at=decision.at)
    return list(differences(json.loads(bytes(decision.seal.entry))["decision"], derived))
