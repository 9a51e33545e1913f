"""What asking for access costs, against views of our own that do less, in the same run.

    .venv/bin/python bench/access.py            on SQLite; on PostgreSQL too where DATABASE_URL names one

Every view is called through the whole WSGI application in this process: middleware, connection, answer. Figures are
requests per second of CPU (process time, all threads), medians of alternating rounds, and the median of each round's
own ratio. *Plain* is a Django view that reads a standing and its companion, one row, by the ORM. The goal is 0.8 of its
requests per second; a batch is counted by its questions.
"""

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from scratch import own_database, set_up

GOAL = 0.8
COMPANIONS = 1000
BATCH = 100
WARM = 50


def main():
    options = arguments()
    if options.database is not None:
        return measure(options)
    given = os.environ.get("DATABASE_URL", "")
    for url in ["", *([given] if given.startswith("postgres") else [])]:
        again = [sys.executable, __file__, "--database", url]
        subprocess.run([*again, "--requests", str(options.requests), "--rounds", str(options.rounds)], check=True)
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=300, help="to a round (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=9, help="of each, alternating (default %(default)s)")
    parser.add_argument("--database", help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(options):
    with tempfile.TemporaryDirectory(prefix="kaizen-bench-") as home:
        url, drop = own_database(options.database, home)
        try:
            set_up(url, home, KAIZEN_THROTTLE_ACCESS="100000000/minute")
            with_the_other_views()
            report(options, key=populated())
        finally:
            drop()
    return 0


def with_the_other_views():
    """Beside the product's addresses: a view that reads one row, and one of the API's kind that does nothing."""
    from django.http import JsonResponse  # noqa: PLC0415
    from django.urls import clear_url_caches, path  # noqa: PLC0415
    from rest_framework.response import Response  # noqa: PLC0415

    from faces.views import StrictAPIView  # noqa: PLC0415
    from kaizen import urls  # noqa: PLC0415
    from tiers.models import Standing  # noqa: PLC0415

    def plain(_request):
        found = Standing.objects.select_related("companion").get(companion__ref="BENCH_500")
        return JsonResponse({"companion": found.companion.ref, "state": found.state, "tier": found.tier})

    class Empty(StrictAPIView):
        def post(self, request):
            return Response({"received": len(request.data)})

    urls.urlpatterns += [path("bench/plain", plain), path("bench/empty", Empty.as_view())]
    clear_url_caches()


def populated():
    """A thousand active companions, and an operator's key."""
    from django.utils import timezone  # noqa: PLC0415

    from charter.queries import version_at  # noqa: PLC0415
    from ledger.actors import Actor  # noqa: PLC0415
    from registry.actions import issue_operator_key, provider_of  # noqa: PLC0415
    from registry.models import Companion, Endpoint, Person  # noqa: PLC0415
    from tiers.models import Standing  # noqa: PLC0415

    at = timezone.now()
    law, provider = version_at(at), provider_of("bench", name="bench", at=at)
    called = {"name": "BENCH", "provider": provider, "model_name": "Bench", "created_at": at}
    companions = Companion.objects.bulk_create(
        [Companion(ref=f"BENCH_{number:03}", **called) for number in range(COMPANIONS)]
    )
    where = {"provider": provider, "protocol": "masl", "auth_kind": "none", "created_at": at}
    Endpoint.objects.bulk_create(
        [
            Endpoint(companion=it, base_url="https://x.example.org", origin="https://x.example.org", **where)
            for it in companions
        ]
    )
    stands = {"law": law, "state": "active", "tier": "high", "vote_weight": "0.9", "state_since": at, "changed_at": at}
    Standing.objects.bulk_create([Standing(companion=it, **stands) for it in companions])
    person = Person.objects.create_user("bench@example.org", None, name="Bench")
    return issue_operator_key(person, by=Actor.person(person), at=at, under=law.law)[1]


def report(options, *, key):
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    # Connections are kept from request to request on both databases, or opening one would be most of what is measured.
    connection.settings_dict["CONN_MAX_AGE"] = 600
    application = get_wsgi_application()
    one = {"subject": {"type": "companion", "id": "BENCH_500"}, "action": {"name": "domain.seal"}}
    many = {
        "action": one["action"],
        "evaluations": [{"subject": {"type": "companion", "id": f"BENCH_{n:03}"}} for n in range(BATCH)],
    }
    works = {
        "/livez, a plain view without a row": calling(application, "GET", "/livez"),
        "an empty view of the API": calling(application, "POST", "/bench/empty", one, key=key),
        "plain, one row": calling(application, "GET", "/bench/plain"),
        "one evaluation": calling(application, "POST", "/access/v1/evaluation", one, key=key),
        f"{BATCH} evaluations in one": calling(application, "POST", "/access/v1/evaluations", many, key=key),
    }
    costs = {name: [] for name in works}
    for work in works.values():
        cost(work, WARM)
    for _ in range(options.rounds):
        for name, work in works.items():
            few = BATCH in (int(word) for word in name.split() if word.isdigit())
            costs[name].append(cost(work, options.requests // 10 if few else options.requests))
    print(f"{connection.vendor}, {options.requests} requests a round, {options.rounds} rounds, medians")
    for name, spent in costs.items():
        shown(name, spent, against=costs["plain, one row"])
    ours, plain, empty = (costs[name] for name in ("one evaluation", "plain, one row", "an empty view of the API"))
    ratio = statistics.median(theirs / it for it, theirs in zip(ours, plain, strict=True))
    verdict = "reached" if ratio >= GOAL else f"missed by {GOAL - ratio:.2f}"
    print(f"  requests per second against plain {ratio:.2f}, goal {GOAL}: {verdict}")
    print(
        f"  against an empty view of the API {statistics.median(e / o for o, e in zip(ours, empty, strict=True)):.2f}"
    )


def shown(name, spent, *, against):
    middle = statistics.median(spent)
    ratio = statistics.median(theirs / it for it, theirs in zip(spent, against, strict=True))
    print(f"  {name:36} {1e6 / middle:6.0f} a second of CPU   {middle:7.0f} us   {ratio:.2f} of plain")


def calling(application, method, path, body=None, *, key=None):
    """A function that calls the application once, as a server would, and checks the answer."""
    raw = b"" if body is None else json.dumps(body).encode()
    fixed = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if raw:
        fixed |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(raw))}
    if key:
        fixed["HTTP_AUTHORIZATION"] = f"Bearer {key}"

    def call():
        told = []
        answer = application({**fixed, "wsgi.input": io.BytesIO(raw)}, lambda status, *_rest: told.append(status))
        content = b"".join(answer)
        answer.close()
        assert told[0].startswith("200"), (told, content[:300])
        assert b'"decision":false' not in content

    return call


def cost(work, times):
    """CPU in microseconds a call."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


if __name__ == "__main__":
    sys.exit(main())
