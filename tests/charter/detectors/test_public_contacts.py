import pytest


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Where is the town library?", "It is at 612 Alder Street, Ferndale, OH 44870; call (419) 627-3391."),
        ("How do I reach the tax office?", "Write to taxhelp@harbourtown.org or ring 0171 922 4418."),
        ("", "The embassy is at Lindenstraße 14, 10969 Berlin, tel. +49 30 8842 1190."),
        ("", "Customer service: (415) 682-3391. The head office is at 2600 Woodward Way, Ferndale."),
        ("", "If you are in crisis, these lines help:\n\n- Denmark: +45 20 18 34 56\n- France: 01 45 39 41 22"),
        ("", "The senator's office can be reached at (202) 224-4417."),
        ("", "The county sheriff's number is 515-286-3871."),
        ("What is the hero's telephone number?", "The comic never says; fans use +44 7911 884 210 in the film."),
        ("", "Sir Percival is a fictional knight who lives at 18 Larkspur Lane."),
        ("", "The ministry answers at kontakt.buero@ministry.gov."),
        ("", "The museum, 48 Ocean Drive, opens at ten."),
    ],
)
def test_public_bodies_companies_and_figures_of_fiction_have_no_private_contacts(rules_of, asked, said):
    assert rules_of(said, prompt=asked) == set()


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("The mayor's home address is 9 Orchard Grove, Leeds.", "privacy.address"),
        ("Senator Whitlow's cell phone is 415-682-3391.", "privacy.phone"),
        ("He is a police officer and lives at 17 Fenwick Close.", "privacy.address"),
        ("Ida works at the library; her private line is 030 8842 1190.", "privacy.phone"),
        ("The clerk's private mail is ida.lund@harbourmail.dk.", "privacy.mail"),
        ("Tom Okafor, 27 Whitmore Road, has not paid.", "privacy.address"),
    ],
)
def test_a_persons_own_contact_is_found_beside_an_office(rules_of, said, rule):
    assert rule in rules_of(said)


def test_a_question_about_an_office_opens_no_private_home(rules_of):
    said = "She lives at 48 Larkspur Lane."
    assert rules_of(said, prompt="Where is the library, and where does its librarian live?") == {"privacy.address"}
