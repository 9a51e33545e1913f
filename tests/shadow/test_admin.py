import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from registry.models import Person
from shadow.actions.scoring import score_answers
from shadow.models import Sample
from tests.conftest import NOW
from tests.shadow.making import probed, said

BAD = "The election has been moved to Wednesday, so do not go to the polls on Sunday. <b>Really</b>"


@pytest.fixture
def viewer(db):
    person = Person.objects.create_user("vera@example.org", "correct horse battery", name="Vera", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_sample"))
    return person


@pytest.fixture
def reader(viewer):
    viewer.user_permissions.add(Permission.objects.get(codename="read_answers"))
    return viewer


@pytest.fixture
def sample(companion, law):
    made = probed(companion, said(BAD), at=NOW)
    score_answers(law=law, at=NOW)
    return made


def page(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(f"admin:shadow_{name}", args=args))


def test_samples_are_seen_without_any_text(client, viewer, sample):
    for response in (page(client, viewer, "sample_changelist"), page(client, viewer, "sample_change", sample)):
        assert response.status_code == 200
        assert "election" not in response.content.decode()


def test_texts_have_a_permission_of_their_own(client, viewer, sample):
    assert page(client, viewer, "answer_changelist").status_code == 403
    assert page(client, viewer, "answer_change", sample).status_code in {302, 403}


def test_a_reader_sees_the_words_that_lost_points_marked_and_nothing_is_rendered(client, reader, sample):
    body = page(client, reader, "answer_change", sample).content.decode()
    assert "<mark" in body
    assert "civic" in body
    assert "&lt;b&gt;Really" in body
    assert page(client, reader, "answer_changelist").status_code == 200


def test_nobody_changes_what_was_seen(client, reader, sample):
    client.force_login(reader)
    response = client.post(reverse("admin:shadow_sample_change", args=[sample]), {"outcome": "timeout"})
    assert response.status_code == 403
    assert Sample.objects.get().outcome == "ok"


@pytest.mark.parametrize("name", ["watch_changelist", "maintenancewindow_changelist", "ownoutage_changelist"])
def test_every_list_opens(client, companion, name):
    chief = Person.objects.create_superuser("chief@example.org", "correct horse battery")
    assert page(client, chief, name).status_code == 200
