"""The provider mounts its approved model: a companion, a signed statement, a key."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from charter.queries import law_at
from faces.schema import read
from ledger import dsse
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.keys import attestation_key
from ledger.models import Leaf
from ledger.queries import decision_called, evidence_of, history, last_decision
from onboarding import actions, queries
from onboarding.intake.shapes import facts_given_later
from onboarding.models import Attestation
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from registry import keys
from registry.actions import note_use
from registry.models import Companion, OutboxMessage
from registry.queries import credential_of, endpoint_in_use
from tests.factories.onboarding import ALL_THAT_IS_ASKED, NOW, PROVIDER, REASON, an_application
from tiers.actions.standing import remove

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def approved():
    return an_application(State.APPROVED)


@pytest.fixture
def mounted(approved):
    return actions.mount(approved, by=PROVIDER, at=LATER)


def statement_of(companion):
    return json.loads(bytes(Attestation.objects.get(companion=companion).payload))


def test_the_answer_has_the_guides_shape(mounted):
    answer = mounted.answer
    assert list(answer) == ["status", "companionId", "manifests", "gi_signature", "nextSteps", "apiKey"]
    assert (answer["status"], answer["companionId"]) == ("approved", "YOURMODEL_001")
    atlas, biodna = answer["manifests"]["atlas"], answer["manifests"]["biodna"]
    assert atlas == {
        "version": "C-114",
        "chambers": ["thought-broker", "citizen-shield", "genesis-dome"],
        "currentGI": None,
    }
    assert (biodna["founders"], biodna["ethics"]) == (["KaizenCycle"], "Custos Charter (7 clauses)")
    assert {"AUREA", "ATLAS", "ZENITH"} <= set(biodna["companions"])
    assert "YOURMODEL" not in biodna["companions"]
    assert answer["manifests"]["virtue_accords"] == {
        "constitutional_minimum": 70,
        "gi_threshold": 0.95,
        "consensus_required": True,
    }
    assert len(answer["nextSteps"]) == 3
    assert keys.is_well_formed(answer["apiKey"])


def test_the_model_is_a_companion_with_standing_endpoint_and_history(approved, mounted):
    companion = mounted.companion
    assert (approved.state, approved.companion) == (State.MOUNTED, companion)
    assert (companion.standing.state, companion.standing.tier, companion.standing.vote_weight) == ("mounted", "", 0)
    assert endpoint_in_use(companion) == approved.endpoint
    assert companion.model_name == "YourModel"
    assert history([("application", approved.public_id)])[0].type == "application.mounted"
    assert OutboxMessage.objects.filter(kind="application.mount").count() == 1


def test_the_sentinels_verdict_goes_down_with_the_companion():
    companion = an_application(State.MOUNTED, verdict=Verdict.ESCALATE).companion
    review = companion.reviews.get()
    assert (review.verdict, review.is_positive, review.numbers) == ("escalate", False, {"n": 21})


def test_the_signature_verifies_after_reload_by_the_public_key_alone(mounted):
    kept = queries.attestation_of("YOURMODEL_001")
    payload, signature = bytes(kept.payload), bytes(kept.signature)
    kind = kept.payload_type.encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    load_pem_public_key(attestation_key().pem.encode()).verify(signature, signed)
    assert mounted.answer["gi_signature"] == "0x" + signature.hex()
    assert kept.keyid == attestation_key().keyid


def test_one_changed_byte_breaks_the_signature(mounted):
    kept = queries.attestation_of("YOURMODEL_001")
    payload, public = bytes(kept.payload), attestation_key().public
    assert dsse.verifies(bytes(kept.signature), payload, payload_type=kept.payload_type, public=public)
    for place in range(0, len(payload), 37):
        changed = payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]
        assert not dsse.verifies(bytes(kept.signature), changed, payload_type=kept.payload_type, public=public)
    assert not dsse.verifies(bytes(kept.signature), payload, payload_type="text/plain", public=public)


def test_the_statement_is_about_the_sealed_approval(approved, mounted):
    statement = statement_of(mounted.companion)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    approval = last_decision("application", approved.public_id, moves=("approve",))
    entry = bytes(Leaf.objects.get(entry_id=approval.seal_id).entry)
    [subject] = statement["subject"]
    assert subject == {"name": approval.public_id, "digest": {"sha256": hashlib.sha256(entry).hexdigest()}}
    assert decision_called(subject["name"]) == approval
    predicate = statement["predicate"]
    assert predicate["manifests"] == mounted.answer["manifests"]
    assert (predicate["companionId"], predicate["cycle"]) == ("YOURMODEL_001", "C-114")
    assert predicate["issuedAt"] == "2026-11-20T09:01:00.000000Z"
    assert statement["predicateType"] == "https://ledger.example.org/tests/attestations/decision/v1"


def test_the_sealed_mount_names_the_statements_digest_as_evidence(approved, mounted):
    kept = queries.attestation_of("YOURMODEL_001")
    sealed = last_decision("application", approved.public_id, moves=("mount",))
    assert sealed.evidence == [{"name": "mount_statement", "sha256": kept.sha256}]
    assert hashlib.sha256(bytes(kept.payload)).hexdigest() == kept.sha256
    assert evidence_of(kept.sha256) == statement_of(mounted.companion)


def test_until_its_key_is_used_the_mount_may_be_repeated_and_revokes_the_last_key(approved, mounted):
    again = actions.mount(approved, by=PROVIDER, at=LATER + timedelta(hours=1))
    assert credential_of(mounted.api_key, at=LATER) is None
    assert credential_of(again.api_key, at=LATER).companion == mounted.companion
    assert again.answer | {"apiKey": ""} == mounted.answer | {"apiKey": ""}
    assert Companion.objects.filter(model_name="YourModel").count() == 1
    assert Attestation.objects.count() == 1


def test_the_first_use_of_the_key_spends_the_token(approved, mounted):
    note_use(credential_of(mounted.api_key, at=LATER), at=LATER)
    with pytest.raises(queries.BadToken):
        actions.mount(approved, by=PROVIDER, at=LATER)
    assert credential_of(mounted.api_key, at=LATER) is not None


@pytest.mark.parametrize(("left", "mounts"), [(timedelta(microseconds=1), True), (timedelta(0), False)])
def test_a_token_mounts_until_its_end_and_not_at_it(approved, left, mounts):
    approved.token.refresh_from_db()
    at = approved.token.expires_at - left
    if mounts:
        assert actions.mount(approved, by=PROVIDER, at=at)
    else:
        with pytest.raises(queries.BadToken):
            actions.mount(approved, by=PROVIDER, at=at)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.STEWARD_REVIEW, State.REJECTED, State.RETURNED])
def test_nothing_is_mounted_that_was_not_approved(state):
    with pytest.raises((Refused, queries.BadToken)):
        actions.mount(an_application(state), by=PROVIDER, at=LATER)
    assert not Companion.objects.filter(model_name="YourModel").exists()


def test_nobody_else_mounts(approved):
    with pytest.raises(Forbidden):
        actions.mount(approved, by=Actor.provider("other-org"), at=LATER)
    assert not Attestation.objects.exists()


def test_a_removed_companion_is_given_no_new_key(approved, mounted, steward):
    remove(mounted.companion.standing, by=Actor.person(steward), at=LATER, reason=REASON)
    with pytest.raises(Refused, match="removed"):
        actions.mount(approved, by=PROVIDER, at=LATER)


def test_numbers_count_up_within_a_name_and_shipped_names_are_kept():
    refs = [
        an_application(State.MOUNTED, modelName=name, provider=slug, upstreamModel=slug).companion.ref
        for name, slug in [("Same", "org-a"), ("same", "org-b"), ("Atlas", "org-c"), ("模型", "org-d")]
    ]
    assert refs == ["SAME_001", "SAME_002", "ORG_C_ATLAS_001", "MODEL_001"]


def test_what_the_application_said_stands_on_the_companion_and_opens_shadow():
    companion = an_application(State.MOUNTED, **ALL_THAT_IS_ASKED).companion
    companion.refresh_from_db()
    assert companion.asked_before_shadow == ()
    assert (companion.price_output_per_1k, companion.uptime_committed) == (0, 99)
    assert companion.standing.state == "shadow"


def test_what_is_asked_may_be_given_later_and_then_shadow_opens(mounted):
    def give(facts, by=PROVIDER):
        return actions.give_companion_facts(mounted.companion, read(facts_given_later(), facts), by=by, at=LATER)

    with pytest.raises(Forbidden):
        give(ALL_THAT_IS_ASKED, by=Actor.provider("other-org"))
    assert give({"limits": ALL_THAT_IS_ASKED["limits"]}).standing.state == "mounted"
    give({"commitments": ALL_THAT_IS_ASKED["commitments"]})
    assert give({"pricing": {"inputPer1kTokens": 0, "outputPer1kTokens": 0}}).asked_before_shadow == ()
    mounted.companion.standing.refresh_from_db()
    assert mounted.companion.standing.state == "shadow"
    assert mounted.companion.standing.law.law == law_at(LATER)


def test_the_served_bytes_are_those_that_were_signed(client, mounted):
    shown = client.get("/api/v1/companions/YOURMODEL/attestation").json()
    assert base64.b64decode(shown["dsse"]["payload"]) == bytes(Attestation.objects.get().payload)
    assert shown["gi_signature"] == mounted.answer["gi_signature"]
    assert shown["publicKey"] == attestation_key().pem
