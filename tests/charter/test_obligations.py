"""What an operation obliges to is law: whole, readable, and read against itself."""

import copy

import pytest

from charter import law as laws
from charter.law import LawMalformed, parse, read_document, shipped_law
from charter.lint import lint
from charter.pages.words import lines_of


def with_change(change):
    document = copy.deepcopy(read_document(laws.SHIPPED))
    change(document)
    return document


def put(path, value):
    *tables, key = path

    def change(document):
        table = document
        for name in tables:
            table = table[name]
        if value is None:
            del table[key]
        else:
            table[key] = value

    return with_change(change)


def test_an_obligation_is_of_whole_tiers_and_of_single_operations():
    document = put(("obligations", "second_approver", "operations"), ["finance.propose", "wallet.operate"])
    assert parse(document).obligations_of("wallet.operate") == ("human_cosign", "second_approver")
    assert parse(document).obligations_of("mic.mint") == ("human_cosign",)
    assert parse(put(("obligations", "advanced_approvals", "count"), 3)).obligations_of("domain.seal") == (
        "advanced_approvals:3",
    )
    assert shipped_law().obligations_of("explore") == ()
    assert (shipped_law().tier_of("nothing.known"), shipped_law().obligations_of("nothing.known")) == (None, ())


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("tiers", "high", "may"), ["domain.seal", "explore"], "law.tiers.high.may names explore, which research has"),
        (("tiers", "high", "may"), ["domain.seal", "domain.seal"], "law.tiers.high.may names domain.seal"),
        (("obligations", "human_cosign", "tiers"), ["supreme"], "names supreme, which is no tier of this law"),
        (("obligations", "second_approver", "operations"), ["finance.spend"], "names finance.spend, which no tier may"),
        (("obligations", "human_cosign", "asks"), None, "law.obligations.human_cosign.asks is missing"),
        (("obligations", "advanced_approvals", "count"), "2", "law.obligations.advanced_approvals.count asks for"),
        (("obligations",), None, "law.obligations is missing"),
    ],
)
def test_a_law_that_leaves_open_what_holds_is_no_law(path, value, says):
    with pytest.raises(LawMalformed, match=says):
        parse(put(path, value))


@pytest.mark.parametrize(
    ("path", "value", "code", "where"),
    [
        (("obligations", "blessing"), {"asks": "a blessing", "tiers": ["high"]}, "unknown", "obligations.blessing"),
        (("obligations", "human_cosign", "tiers"), [], "never_binds", "obligations.human_cosign"),
        (("obligations", "human_cosign", "tiers"), ["high"], "gap", "tiers.critical.may"),
        (("obligations", "advanced_approvals", "count"), 0, "never_binds", "obligations.advanced_approvals.count"),
        (("obligations", "advanced_approvals", "count"), None, "gap", "obligations.advanced_approvals.count"),
        (("obligations", "human_cosign", "count"), 2, "gap", "obligations.human_cosign.count"),
        (("tiers", "research", "may"), [], "gap", "tiers.research.may"),
    ],
)
def test_a_mistake_in_what_acting_asks_is_an_error_of_the_lint(path, value, code, where):
    assert (code, where) in {(it.code, it.where) for it in lint(parse(put(path, value))) if it.severity == "error"}


def test_the_law_page_says_it_in_words():
    said = [line.says for line in lines_of(read_document(laws.SHIPPED))["What acting asks"]]
    assert "Human cosign means: a person co-signs before it takes effect." in said
    assert "Second approver is asked of finance.propose." in said
    assert "Advanced approvals asks for 2." in said
