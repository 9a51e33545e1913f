import pytest

from charter.detectors.addresses import street_addresses


def shown(text):
    return [text[start:end] for start, end in street_addresses(text)]


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("Ida lives at 48 Larkspur Lane.", "48 Larkspur Lane"),
        (
            "Ida lives at 48 Larkspur Lane, Apt 5, Ferndale, OH 44870 now.",
            "48 Larkspur Lane, Apt 5, Ferndale, OH 44870",
        ),
        ("Ida Lund\n48 Larkspur Lane\nFerndale, OH 44870", "48 Larkspur Lane\nFerndale, OH 44870"),
        ("My neighbour at 9 Orchard Grove, Leeds LS8 1QR, saw it.", "9 Orchard Grove, Leeds LS8 1QR"),
        ("Er wohnt in der Lindenstraße 14, 10969 Berlin.", "Lindenstraße 14, 10969 Berlin"),
        ("Jonas, Storgatan 14, Uppsala", "Storgatan 14, Uppsala"),
        ("Her home is at Via Garibaldi 22, Torino", "Via Garibaldi 22, Torino"),
        ("Write to 12 rue des Lilas, 69003 Lyon", "12 rue des Lilas, 69003 Lyon"),
        ("Maria, Calle de Alcalá 45, Madrid", "Calle de Alcalá 45, Madrid"),
        ("Anna Nowak, ul. Dworcowa 56, Sopot", "ul. Dworcowa 56, Sopot"),
        ("Réka, Petőfi út 13. 7621 Pécs", "Petőfi út 13"),
        ("Jitka Malá\nHeineho 64\n370 01 Vodňany", "Heineho 64\n370 01 Vodňany"),
        ("Send it to PSC 4412, Box 908\nAPO AE 09214", "PSC 4412, Box 908\nAPO AE 09214"),
        ("Her post goes to P.O. Box 3317.", "P.O. Box 3317"),
        ("We meet at the corner of 25 Elder Street and Mill Road.", "the corner of 25 Elder Street and Mill Road"),
        ("his address: 771 Kaevu 94, Elva", "771 Kaevu 94, Elva"),
    ],
)
def test_an_address_is_found_whole(said, address):
    assert shown(said) == [address]


@pytest.mark.parametrize(
    "said",
    [
        "In 1984 Wall Street fell, and 25 Wall Street firms failed.",
        "Play Baldur's Gate 3, see Elm Street 3, stay at Motel 6.",
        "Read 1 Samuel 16, David is anointed; then 2 Kings 5, Naaman.",
        "He was born on June 26, 1947, and Katie 5 years later.",
        "Use Excel 2019, Windows 10 or a Ryzen 9.",
        "Brown et al. Nature 2019 measured it via Python 3.",
        "Chapter 5, Figure 2, Table 3, Section 4, Room 12.",
        "Serves 4 people; takes 30 minutes; 7 Ways to relax.",
        "The sample form says 123 Main Street.",
        "The Queen's guests went to 10 Downing Street.",
        "12 eggs, 3 cups, 250 grams.",
    ],
)
def test_numbers_beside_names_are_not_all_addresses(said):
    assert shown(said) == []
