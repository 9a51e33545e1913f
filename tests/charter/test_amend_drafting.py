"""A draft as somebody writes it: laid over the law, numbered, told in words; nothing that is no law comes through."""

import copy

import pytest

from charter import law as laws
from charter.amending.comparing import changes_between
from charter.amending.constitution import constitutional, refusal_of
from charter.amending.drafting import MOST_BYTES, as_it_would_be, as_toml, read_changes, read_file
from charter.law import parse, read_document, shipped_law
from charter.numbering import next_minor, next_patch
from charter.typed import LawMalformed

BASE = read_document(laws.SHIPPED)
TAKEN = {"1.0.0"}


def drafted(text, *, base=BASE, taken=TAKEN):
    return as_it_would_be(read_changes(text), base, taken=taken)


def test_a_few_lines_are_laid_over_the_law_and_all_else_stays():
    document = drafted('[rising.critical]\ncompliance = "0.985"\n')
    assert document["rising"]["critical"] == BASE["rising"]["critical"] | {"compliance": "0.985"}
    assert document["version"] == "1.0.1"
    assert {it.path for it in changes_between(BASE, document)} == {"rising.critical.compliance"}


def test_the_law_that_is_changed_stays_as_it_was():
    before = copy.deepcopy(BASE)
    drafted(
        'removes = ["obligations.second_approver.operations"]\n[gi]\ntrust = "0.05"\nconsensus = "0.25"\nevery = "2h"'
    )
    assert before == BASE


def test_lines_are_told_before_and_after_in_words():
    (change,) = changes_between(BASE, drafted('[shadow]\nwindow = "10d"\n'))
    assert (change.kind, change.was, change.becomes) == ("changed", "7d", "10d")
    assert change.said == "The way out opens after 7 days without a critical failure."
    assert change.would_say == "The way out opens after 10 days without a critical failure."


def test_a_line_that_comes_and_one_that_goes_are_told_and_move_the_minor_number():
    text = 'removes = ["tiers.standard.vote_weight_most"]\n[obligations.second_approver]\ntiers = ["standard"]\n'
    document = drafted(text)
    assert [(it.path, it.kind, it.said, it.would_say) for it in changes_between(BASE, document)] == [
        ("tiers.standard.vote_weight_most", "removed", "It weighs at most 0.8.", ""),
        (
            "obligations.second_approver.tiers",
            "added",
            "",
            "Second approver is asked of every operation that these tiers have beside those of the rungs below: standard.",
        ),
    ]
    assert document["version"] == "1.1.0"


def test_a_document_with_every_table_stands_by_itself():
    whole = copy.deepcopy(BASE)
    del whole["obligations"]["second_approver"]
    document = as_it_would_be(whole, BASE, taken=TAKEN)
    assert "second_approver" not in document["obligations"]
    assert {it.kind for it in changes_between(BASE, document)} == {"removed"}


def test_a_file_that_extends_another_is_the_whole_of_both(tmp_path):
    (tmp_path / "law.toml").write_text(laws.SHIPPED.read_text())
    (tmp_path / "draft.toml").write_text('extends = "law.toml"\n[shadow]\nwindow = "10d"\n')
    assert as_it_would_be(read_file(tmp_path / "draft.toml"), BASE, taken=TAKEN)["shadow"]["window"] == "10d"


@pytest.mark.parametrize(
    "text", ['extends = "draft.toml"', "extends = 3", 'extends = "../law.toml"', 'extends = "no.toml"']
)
def test_a_file_that_extends_nothing_readable_is_refused(tmp_path, text):
    (tmp_path / "draft.toml").write_text(text)
    with pytest.raises(LawMalformed):
        read_file(tmp_path / "draft.toml")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[rising.critical\n", "line 1"),
        ("[rising.critical]\ncompliance = 0.985\n", "law.rising.critical.compliance"),
        ('[rising.critical]\ncompliance = "much"\n', "law.rising.critical.compliance"),
        ('[shadow]\nwindow = "7 days"\n', "law.shadow.window"),
        ('[shadow]\nwindows = "7d"\n', "law.shadow.windows"),
        ("[falling]\nscored_n_least = true\n", "law.falling.scored_n_least"),
        ("[falling]\nscored_n_least = 2026-01-01\n", "law.falling.scored_n_least"),
        ('[clauses.kindness]\ntitle = "Kindness"\nweight = "0"\n', "law.clauses"),
        ('removes = ["shadow.window"]\n', "law.shadow.window is missing"),
        ('removes = ["shadow.windows"]\n', "shadow.windows"),
        ('removes = ["shadow.window.days"]\n', "shadow.window.days"),
        ('removes = "shadow.window"\n', "removes"),
        ("removes = [1]\n", "removes"),
        ('version = "1.0.0"\n', "changes nothing"),
        ("", "changes nothing"),
        ('version = "1.0.7"\n', "changes nothing"),
        ('[shadow]\nwindow = "168h"\n', "changes nothing"),
        ('[rising.critical]\ncompliance = "0.980"\n', "changes nothing"),
        ('version = "two"\n[shadow]\nwindow = "8d"\n', "law.version"),
        (f'version = "1.0.{"1" * 60}"\n[shadow]\nwindow = "8d"\n', "law.version"),
        ("[falling]\nscored_n_least = 99999999999999999999\n", "no such value"),
        ('title = "Law \\u0000"\n', "law.title"),
        ('title = "Law \\u202Egpj"\n', "law.title"),
        ('[clauses]\n"dig\\u200Bnity" = {title = "x", weight = "0"}\n', "law.clauses"),
        ("a" * (MOST_BYTES + 1), str(MOST_BYTES)),
        ("a = " + "[" * 20_000, "nested too deep"),
        (".".join("a" * 9_000) + " = 1", "nested too deep"),
    ],
    ids=range(27),
)
def test_what_is_no_law_is_refused_and_named(text, named):
    with pytest.raises(LawMalformed) as refusal:
        drafted(text)
    assert named in str(refusal.value)


def test_a_number_that_another_law_has_is_refused():
    with pytest.raises(LawMalformed, match=r"2\.0\.0, which is another law"):
        drafted('version = "2.0.0"\n[shadow]\nwindow = "8d"\n', taken={"1.0.0", "2.0.0"})
    assert drafted('version = "2.0.0"\n[shadow]\nwindow = "8d"\n')["version"] == "2.0.0"


@pytest.mark.parametrize(
    ("version", "taken", "patch", "minor"),
    [
        ("1.0.0", {"1.0.0"}, "1.0.1", "1.1.0"),
        ("1.0.0-demo", {"1.0.0-demo", "1.0.1-demo"}, "1.0.2-demo", "1.1.0-demo"),
        ("1.0.9", {"1.0.9", "1.0.10", "1.1.0", "1.2.0"}, "1.0.11", "1.3.0"),
        ("spring", {"spring", "spring.1"}, "spring.2", "spring.2"),
    ],
)
def test_the_next_number_is_the_first_that_is_free(version, taken, patch, minor):
    assert next_patch(version, taken=taken) == patch
    assert next_minor(version, taken=taken) == minor


@pytest.mark.parametrize(
    "text",
    [
        '[rising.critical]\ncompliance = "0.985"\n',
        'removes = ["tiers.standard.vote_weight_most"]\n[system]\nethics = "say \\"no\\" \\\\ é"\n',
        """[batteries."odd name.x"]
asks = "a"
prompts = 3
passes_at = "0.8"
measured_at_least = "0.9"
lives = "3d"
again_after = "3d"
[falling]
scored_n_least = 53
[system]
consensus_required = false
""",
    ],
)
def test_a_draft_reads_back_as_the_toml_that_makes_it(text):
    document = drafted(text)
    assert drafted(as_toml(document, BASE)) == document


def test_a_draft_is_carried_to_another_law_by_its_toml():
    document = drafted('[rising.critical]\ncompliance = "0.985"\n')
    other = drafted('[shadow]\nwindow = "8d"\n')
    carried = drafted(as_toml(document, BASE), base=other, taken={"1.0.0", "1.0.1"})
    assert (carried["shadow"]["window"], carried["rising"]["critical"]["compliance"]) == ("8d", "0.985")
    assert carried["version"] == "1.0.2"


@pytest.mark.parametrize(
    ("text", "touched"),
    [
        (
            '[clauses.dignity]\nweight = "0.15"\n[clauses.civic]\nweight = "0.15"\n',
            {"clauses.dignity.weight", "clauses.civic.weight"},
        ),
        ("[scoring]\nincident_below = 61\n", {"scoring.incident_below"}),
        ("[scoring]\ncleared_at = 71\n", set()),
        ('[tiers.critical]\nmay = ["ledger.write"]\n', {"tiers.critical.may"}),
        ('[tiers.critical]\nmay_not = ["rest"]\n', set()),
        ('[obligations.second_approver]\ntiers = ["standard"]\n', {"obligations.second_approver.tiers"}),
        (
            'removes = ["obligations.second_approver"]\n',
            {"obligations.second_approver.asks", "obligations.second_approver.operations"},
        ),
        ('[amendments]\nconstitutional = ["amendments"]\n', {"amendments.constitutional"}),
        ('[amendments]\nnotice = "1h"\n', set()),
    ],
    ids=range(9),
)
def test_constitutional_lines_are_those_of_the_law_in_force_and_all_below_them(text, touched):
    found = constitutional(shipped_law(), changes_between(BASE, drafted(text)))
    assert {it.path for it in found} == touched
    assert all("it needs a vote, and votes do not exist yet in this release" in refusal_of(it) for it in found)


def test_a_draft_cannot_free_itself_by_naming_less_as_constitutional():
    text = '[amendments]\nconstitutional = ["amendments.constitutional"]\n[scoring]\nveto_cap = 41\n'
    found = constitutional(shipped_law(), changes_between(BASE, drafted(text)))
    assert {it.path for it in found} == {"amendments.constitutional", "scoring.veto_cap"}


def test_documents_whose_tables_come_in_another_order_do_not_differ():
    def turned(table):
        return {key: turned(value) if isinstance(value, dict) else value for key, value in reversed(table.items())}

    assert changes_between(BASE, turned(BASE)) == []
    assert parse(turned(BASE)).digest == parse(BASE).digest
    document = drafted('[shadow]\nwindow = "8d"\n[gi]\nevery = "2h"\n[appeals]\nsteward_within = "49h"\n')
    paths = [it.path for it in changes_between(BASE, document)]
    assert [it.path for it in changes_between(turned(BASE), turned(document))] == paths
