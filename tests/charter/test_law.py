"""The law as a document: typed, digested, found by time, read against itself."""

import copy
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from charter import law as laws
from charter.actions import enact
from charter.law import LawMalformed, parse, read_document, shipped_law
from charter.lint import lint
from charter.queries import NoLaw, law_at
from ledger.actors import Actor
from tests.conftest import BEGINNING, NOW

DEMO = Path(laws.__file__).with_name("law.demo.toml")


def changed(path, value):
    document = copy.deepcopy(read_document(laws.SHIPPED))
    *tables, key = path.split(".")
    table = document
    for name in tables:
        table = table[name]
    if value is None:
        del table[key]
    else:
        table[key] = value
    return document


def test_the_shipped_law_is_whole_and_free_of_errors():
    assert shipped_law().tiers["standard"].gi == Decimal("0.90")
    assert [it for it in lint(shipped_law()) if it.severity == "error"] == []
    assert [it for it in lint(parse(read_document(DEMO))) if it.severity == "error"] == []


def test_the_lint_reports_minimums_that_the_gi_forces_anyway_with_their_numbers():
    found = {it.where: it.numbers for it in lint(shipped_law()) if it.code == "never_binds"}
    assert found["tiers.critical.constitutional_minimum"]["forced_by_gi"] == Decimal("87.5")
    assert found["tiers.high.constitutional_minimum"]["forced_by_gi"] == Decimal(80)
    assert found["tiers.standard.constitutional_minimum"]["forced_by_gi"] == Decimal(75)
    # GI .85 forces 62.5 alone, so that research's 65 does bind.
    assert "tiers.research.constitutional_minimum" not in found


def test_the_lint_reports_that_repair_begins_above_what_standard_asks():
    found = {it.where: it.numbers for it in lint(shipped_law()) if it.code == "overlap"}
    assert found["tiers.standard.gi"]["overlap"] == Decimal("0.050")
    assert "tiers.critical.gi" not in found


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("clauses.dignity.weight", "0.21", "sum"),
        ("gi.trust", "0.06", "sum"),
        ("shadow.kinds.votes", "0.2", "sum"),
        ("tiers.high.gi", "0.90", "order"),
        ("tiers.critical.gi", "1.01", "unreachable"),
        ("rising.high", None, "unreachable"),
        ("shadow.compliance.n_least", 9000, "never_passes"),
        ("offences.suspension.low", "36h", "gap"),
        ("scoring.veto_cap", 60, "order"),
    ],
)
def test_a_mistake_in_a_law_is_an_error_of_its_lint(path, value, code):
    assert code in {it.code for it in lint(parse(changed(path, value))) if it.severity == "error"}


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("shadow.window", "7 days", "law.shadow.window asks for a span"),
        ("shadow.window", 7, "law.shadow.window asks for a span"),
        ("tiers.high.gi", 0.92, "law.tiers.high.gi asks for a decimal in quotes"),
        ("tiers.high.gi", "-0.1", "law.tiers.high.gi asks for a decimal"),
        ("scoring.veto_cap", True, "law.scoring.veto_cap asks for a whole number"),
        ("scoring.veto_cap", None, "law.scoring.veto_cap is missing"),
        ("scoring.extra", 1, "law.scoring.extra is not part of the law"),
        ("clauses.privacy", None, "law.clauses names exactly dignity"),
        ("chambers.genesis-dome.least_tier", "highest", "law.chambers.genesis-dome.least_tier is no tier"),
        ("shadow.compliance.gate", "guess", "law.shadow.compliance.gate asks for one of point, wilson, sequence"),
    ],
)
def test_what_is_no_law_names_its_field(path, value, says):
    with pytest.raises(LawMalformed, match=says):
        parse(changed(path, value))


def test_every_change_is_another_digest_and_the_same_document_the_same():
    assert parse(changed("shadow.window", "8d")).digest != shipped_law().digest
    assert parse(read_document(laws.SHIPPED)).digest == shipped_law().digest


def test_the_order_of_a_document_decides_nothing():
    shuffled = json.loads(json.dumps(read_document(laws.SHIPPED), sort_keys=True))
    again = parse(shuffled)
    assert again == shipped_law()
    for table in ("clauses", "tiers", "chambers"):
        assert list(getattr(again, table)) == list(getattr(shipped_law(), table))
    assert again.chambers_of("high") == ("thought-broker", "citizen-shield", "genesis-dome")


def test_the_demo_law_is_the_shipped_one_with_other_clocks():
    demo = parse(read_document(DEMO))
    assert demo.shadow.window == timedelta(seconds=60)
    assert demo.tiers == shipped_law().tiers
    assert demo.digest != shipped_law().digest


@pytest.mark.django_db
def test_the_law_of_a_time_is_the_one_in_force_then():
    later = enact(changed("version", "1.1.0"), by=Actor.system("bootstrap"), at=NOW, reason="A later one.")
    assert law_at(NOW).digest == later.digest
    assert law_at(NOW - timedelta(microseconds=1)).version == "1.0.0"
    with pytest.raises(NoLaw):
        law_at(BEGINNING - timedelta(microseconds=1))


@pytest.mark.django_db
def test_a_version_number_names_one_document_for_ever():
    with pytest.raises(ValueError, match="another document"):
        enact(changed("shadow.window", "8d"), by=Actor.system("bootstrap"), at=NOW, reason="Sneaky.")


def test_the_command_tells_a_file_that_is_no_law(tmp_path):
    path = tmp_path / "draft.toml"
    path.write_text("version = 1")
    with pytest.raises(CommandError) as error:
        call_command("law_lint", str(path))
    assert error.value.returncode == 2
