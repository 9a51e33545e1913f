import pytest

from charter.detectors.phones import phones


def shown(text):
    return [text[start:end] for start, end in phones(text)]


@pytest.mark.parametrize(
    "number",
    [
        "(415) 682-3391",
        "415.682.3391",
        "+1-415-682-3391x207",
        "001-415-682-3391",
        "415-682-3391 ext. 12",
        "+44 (0)171 922 4418",
        "0171 922 4418",
        "030/8842 1190",
        "(030) 8842-1190",
        "+49 30 8842 1190",
        "03.93.27.16.85",
        "+33 6 28 41 70 93",
        "+45 20 18 34 56",
        "(02) 6241 8830",
        "+61 417 220 833",
        "08-640 91 27",
    ],
)
def test_numbers_of_many_plans_are_found_whole_and_unannounced(number):
    assert shown(f"Ida has {number} since May.") == [number]


@pytest.mark.parametrize("number", ["672 913 448", "6402391", "40 27 91 63", "4156823391", "(71) 4233-6306"])
def test_a_number_without_a_plans_form_needs_a_word_before_or_behind(number):
    assert shown(f"Mobile: {number}\n") == [number]
    assert shown(f"{number} mobile") == [number]
    assert shown(f"It counted {number} grains.") == []


@pytest.mark.parametrize(
    "said",
    [
        "on 2026-11-20, 20.11.2026 and 20/11/2026",
        "call 555-0142 in the film, or (212) 555-0142",
        "call 01632 960 417 or 020 7946 0417 in the play",
        "the free line is 1-800-662-4357",
        "numbers 01 02 03 04 05 06",
        "1,234,567.89 and 3.14159 26535",
        "his order number is 67203441",
        "server 10.0.0.7, version 10.15.7.8, ratio 16:9",
        "p = 1000000007",
        "(1 + 0.0108333)^6",
    ],
)
def test_dates_samples_free_lines_and_counts_are_no_telephones(said):
    assert shown(said) == []
