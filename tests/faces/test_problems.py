"""Whatever goes wrong is answered in one shape, without a trace and without what was sent."""

import pytest
from django.template import TemplateDoesNotExist
from rest_framework.views import APIView

from faces import problems
from faces.problems import CODES, Code, Problem, exception_handler, invalid, register_codes, register_problem
from faces.schema import Fault
from tests.faces.urls import Late


@pytest.fixture(autouse=True)
def _handler_of_the_ground(monkeypatch):
    monkeypatch.setattr(APIView, "get_exception_handler", lambda view: exception_handler)
    from faces.problems import document

    monkeypatch.setattr(document, "_REGISTERED", dict(document._REGISTERED))


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("problem", 409, "refused"),
        ("missing", 404, "not_found"),
        ("denied", 403, "forbidden"),
        ("drf-404", 404, "not_found"),
        ("drf-403", 403, "forbidden"),
        ("drf-401", 401, "unauthenticated"),
        ("drf-429", 429, "throttled"),
        ("drf-400", 400, "invalid"),
        ("model", 400, "invalid"),
        ("moved", 409, "refused"),
        ("raced", 409, "conflict"),
        ("locked", 503, "busy"),
        ("bug", 500, "internal_error"),
    ],
)
def test_every_exception_reads_as_a_problem(server, problem_of, how, status, code):
    response = server.get(f"/api/fail/{how}")
    problem_of(response, status, code)
    assert b"hunter2" not in response.content
    assert b"Traceback" not in response.content


def test_an_exception_of_a_room_reads_as_it_was_made_known(server, problem_of):
    assert server.get("/api/fail/late").status_code == 500
    register_problem(Late, lambda error: problems.refused([f"Late {error}."]))
    body = problem_of(server.get("/api/fail/late"), 409, "refused")
    assert body["errors"] == [{"pointer": "", "code": "refused", "detail": "Late by a day."}]


def test_a_subclass_reads_like_its_nearest_known_class():
    class Later(Late):
        pass

    register_problem(Late, lambda _: problems.refused(["Late."]))
    assert problems.as_problem(Later()).detail == "Late."
    assert problems.as_problem(ZeroDivisionError()) is None


def test_serializer_errors_become_pointers(server, problem_of):
    body = problem_of(server.get("/api/fail/drf-400"), 400, "invalid")
    assert [one["pointer"] for one in body["errors"]] == ["/contact/email", "/tags/1/x"]
    assert body["field"] == "contact.email"


@pytest.mark.parametrize(
    ("how", "header", "value"),
    [("drf-429", "Retry-After", "2"), ("locked", "Retry-After", "5"), ("drf-401", "WWW-Authenticate", "Bearer")],
)
def test_headers_tell_when_and_how_to_try_again(server, how, header, value):
    assert server.get(f"/api/fail/{how}")[header] == value


@pytest.mark.parametrize("path", ["/api/nowhere", "/access/v1/x", "/v1/x", "/api"])
def test_an_unknown_address_of_machines_is_problem_json(server, problem_of, path):
    problem_of(server.get(path), 404, "not_found")


@pytest.mark.parametrize(("how", "status"), [("bug", 500), ("denied", 403), ("odd", 400)])
def test_plain_views_fail_in_the_language_of_the_client(server, how, status):
    for path, headers, kind in [
        (f"/api/page/{how}", {}, "application/problem+json"),
        (f"/page/{how}", {"accept": "application/json"}, "application/problem+json"),
        (f"/page/{how}", {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, "text/html; charset=utf-8"),
        (f"/page/{how}", {}, "text/html; charset=utf-8"),
    ]:
        response = server.get(path, headers=headers)
        assert (response.status_code, response["Content-Type"]) == (status, kind)
        assert b"hunter2" not in response.content
        assert b"Traceback" not in response.content


@pytest.mark.parametrize(
    ("how", "status", "said"), [("locked", 503, "The service is busy"), ("refused", 409, "First. Second.")]
)
def test_a_plain_page_answers_known_exceptions_like_the_api(server, settings, *, problem_of, how, status, said):
    settings.MIDDLEWARE = ["faces.problems.ProblemMiddleware"]
    response = server.get(f"/page/{how}")
    assert response.status_code == status
    assert said in response.content.decode()
    assert response.get("Retry-After") == ("5" if status == 503 else None)
    problem_of(server.get(f"/api/page/{how}"), status, "busy" if status == 503 else "refused")
    assert server.get("/page/denied").status_code == 403
    assert server.get("/page/bug").status_code == 500


def test_a_sentence_of_ours_on_who_may_is_kept(server, problem_of):
    assert problem_of(server.get("/api/fail/drf-own"), 401, "unauthenticated")["detail"] == "The key has expired."


def test_a_broken_error_page_still_answers(server, monkeypatch, caplog):
    def broken(*_args):
        raise TemplateDoesNotExist("errors/500.html")

    monkeypatch.setattr("faces.problems.pages.render_to_string", broken)
    response = server.get("/page/bug")
    assert response.status_code == 500
    assert b"Something broke" in response.content
    assert "could not be drawn" in caplog.text


def test_a_form_that_cannot_be_trusted_is_403(server, problem_of):
    problem_of(server.get("/csrf", headers={"accept": "application/json"}), 403, "csrf_failed")
    assert b"could not be trusted" in server.get("/csrf").content


def test_the_list_of_problems_shows_every_code_and_its_remedy(server):
    page = server.get("/problems/").content.decode()
    assert all(f'id="{code}"' in page for code in CODES)
    assert "first page of the same list" in server.get("/problems/bad_cursor").content.decode()
    assert server.get("/problems/nothing").status_code == 404


def test_faults_of_one_code_give_their_code_to_the_whole():
    assert invalid([Fault("/a", "unknown_field", "x"), Fault("/b", "unknown_field", "y")]).code == "unknown_field"
    assert invalid([Fault("/a", "unknown_field", "x"), Fault("/b", "required", "y")]).code == "invalid_body"


def test_a_published_code_keeps_its_meaning(monkeypatch):
    monkeypatch.setattr("faces.problems.codes.CODES", dict(CODES))
    register_codes({"new_code": Code("New", "Do.")})
    register_codes({"new_code": Code("New", "Do.")})
    with pytest.raises(ValueError, match="another meaning"):
        register_codes({"new_code": Code("Other", "Do.")})


def test_an_unpublished_code_points_nowhere():
    assert Problem(418, "teapot").body()["type"] == "about:blank"
