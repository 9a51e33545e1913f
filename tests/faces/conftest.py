"""A small server of its own for the ground: bare templates, a site with one read-only table, views that fail in every way."""

import json

import pytest
from django.test import Client

BARE = {
    "base.html": "<!doctype html><title>{% block title %}{% endblock %}</title><main>{% block main %}{% endblock %}</main>",
    "admin/base_site.html": "<h1>{{ title }}</h1>{% block breadcrumbs %}{% endblock %}{% block content %}{% endblock %}",
}


@pytest.fixture
def server(settings):
    """A client of the test's own addresses, with the templates of the ground and a bare base."""
    settings.ROOT_URLCONF = "tests.faces.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MIDDLEWARE = []
    settings.SECURE_SSL_REDIRECT = False
    settings.DEBUG = False
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [str(_templates())],
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.locmem.Loader", BARE),
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ]
    return Client(raise_request_exception=False)


@pytest.fixture
def problem_of():
    """Check that a response is a whole problem document, and read it."""

    def read(response, status, code):
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        body = json.loads(response.content)
        assert set(body) == {"type", "title", "status", "code", "detail", "field", "errors"}
        assert (body["status"], body["code"], body["type"]) == (status, code, f"/problems/{code}")
        assert body["title"]
        assert body["detail"]
        return body

    return read


def _templates():
    from pathlib import Path

    return Path(__file__).resolve().parents[2] / "templates"
