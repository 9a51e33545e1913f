"""The API reference, drawn here from the OpenAPI document, and the document itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from faces.problems import CODES
from kaizen.pages.openapi import document, operations

YAML, JSON = "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, bodies, answers and examples."""
    context = {"groups": operations(), "info": document().get("info", {}), "codes": sorted(CODES.items())}
    return render(request, "kaizen/reference.html", context)


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document: JSON, or YAML by ``?format=yaml`` or by what the client accepts."""
    asked = request.GET.get("format")
    accepted = request.get_preferred_type(["application/json", JSON, "application/yaml", YAML]) or ""
    if asked == "yaml" or (asked != "json" and accepted in {"application/yaml", YAML}):
        return HttpResponse(OpenApiYamlRenderer().render(document()), content_type=YAML)
    return HttpResponse(OpenApiJsonRenderer().render(document()), content_type=JSON)
