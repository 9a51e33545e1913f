"""The API reference and the document behind it."""

import json

import pytest
import yaml

from kaizen.pages.openapi import document, operations


def test_the_document_is_openapi_3_1_of_the_published_paths(client, db):
    found = json.loads(client.get("/api/schema?format=json").content)
    assert found["openapi"].startswith("3.1")
    assert all(path.startswith(("/api/v1/", "/access/v1/")) for path in found["paths"])
    assert "/access/v1/evaluation" in found["paths"]
    assert "/api/v1/onboard/apply" in found["paths"]
    assert yaml.safe_load(client.get("/api/schema?format=yaml").content) == found


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", "application/vnd.oai.openapi+json"), ("application/yaml", "application/vnd.oai.openapi"),
     ("application/json", "application/vnd.oai.openapi+json"), ("application/vnd.oai.openapi", "application/vnd.oai.openapi")],
)  # fmt: skip
def test_it_comes_as_the_client_accepts_it(client, db, accept, kind):
    assert client.get("/api/schema", headers={"accept": accept})["Content-Type"] == kind


def test_every_operation_stands_on_the_page_with_method_path_and_answers(read):
    page = read("/api/docs")
    ids = {given.get("id") for given in page.all("section")}
    shown = [op for group in operations().values() for op in group]
    assert {op.id for op in shown} <= ids
    assert len(shown) == sum(
        len([m for m in methods if m in {"get", "put", "post", "patch", "delete"}])
        for methods in document()["paths"].values()
    )
    for op in shown:
        assert f"{op.method} {op.path}" in page.text
        assert op.answers


def test_a_body_is_shown_with_its_members_and_an_example():
    apply = next(op for group in operations().values() for op in group if op.path == "/api/v1/onboard/apply")
    fields = {field.name: field for field in apply.body}
    assert fields["modelName"].required
    assert not fields["protocol"].required
    assert fields["contact.email"].kind.startswith("text")
    assert "YourModel" in apply.examples[0].text
    assert {"202", "400"} <= {answer.status for answer in apply.answers}
    assert '-H "Content-Type: application/json"' in apply.call


def test_the_codes_of_problems_are_listed(read):
    assert "tier_too_high" in read("/api/docs").text
