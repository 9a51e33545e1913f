"""What every address that reads about a companion is built on."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from faces.problems import Problem
from faces.throttles import throttle
from faces.views import StrictAPIView
from registry.queries import companion_called
from tiers.models import Standing


class Reading(StrictAPIView):
    """Public reading: everybody may, at a decent rate."""

    throttle_classes = [throttle("read")]


def standing_called(name: str) -> Standing:
    """The standing of the companion of this id or lone name. Raises Companion.DoesNotExist and Ambiguous."""
    companion = companion_called(name)
    return Standing.objects.select_related("companion__provider", "law").get(companion=companion)


def time_asked(request: Request, name: str) -> datetime | None:
    """The query's time of this name, None where it has none. Raises Problem 400 where it is no time with its zone."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        at: Any = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Problem(
            HTTPStatus.BAD_REQUEST, "wrong_format", f"{name} is a time with its zone, such as 2026-11-20T09:00:00Z."
        )
    found: datetime = at
    return found
