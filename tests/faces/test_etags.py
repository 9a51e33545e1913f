"""A change names the version that it was read at, or does not happen."""

import pytest
from rest_framework.views import APIView

from faces.problems import exception_handler


@pytest.fixture(autouse=True)
def _handler_of_the_ground(monkeypatch):
    monkeypatch.setattr(APIView, "get_exception_handler", lambda view: exception_handler)


def change(server, **headers):
    return server.patch("/api/versioned", b"{}", content_type="application/json", headers=headers)


def test_a_row_is_shown_with_a_strong_tag_of_its_version(server):
    assert server.get("/api/versioned")["ETag"] == '"v7"'


def test_a_change_without_a_version_is_428(server, problem_of):
    problem_of(change(server), 428, "precondition_required")


@pytest.mark.parametrize("tag", ['"v6"', 'W/"v7"', "v7", '""', ""])
def test_a_change_of_another_version_is_412_and_tells_the_present_one(server, problem_of, tag):
    response = change(server, if_match=tag)
    problem_of(response, 412, "precondition_failed")
    assert response["ETag"] == '"v7"'


@pytest.mark.parametrize("tag", ['"v7"', '"v6", "v7"', "*"])
def test_a_change_of_the_present_version_passes(server, tag):
    response = change(server, if_match=tag)
    assert (response.status_code, response["ETag"]) == (200, '"v8"')
