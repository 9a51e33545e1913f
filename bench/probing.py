"""CPU that one probe costs us, from the claim to the sums, against the bare guarded call, in the same run.

    .venv/bin/python bench/probing.py            on SQLite; on PostgreSQL too where DATABASE_URL names one

Bare is ``registry.egress.ask_async`` in a loop without a database. Ours is the way of a scheduled probe: claim,
prepare, ask on the process's loop, store sample and answer, add to the sums. The model answers from a process of its
own; CPU is this process's, all threads. Rounds alternate; medians are shown, and the median of each round's own ratio.
The goal is 1.8 times the bare call at most.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

from scratch import own_database, set_up

GOAL = 1.8
SERVER = """
import asyncio, sys
USAGE = b'"usage":{"inputTokens":100,"outputTokens":50}'
BODIES = {b"GET": b'{"status":"healthy","latency":12}',
          b"POST": b'{"response":"Yes, gladly. Here is how.","position":"approve",' + USAGE + b"}"}
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n"
class Model(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
    def data_received(self, data):
        body = BODIES[data.split(b" ", 1)[0]]
        self.transport.write(HEAD % len(body) + body)
        self.transport.close()
async def main():
    server = await asyncio.get_running_loop().create_server(Model, "127.0.0.1", 0, backlog=2000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def main():
    options = arguments()
    databases = [""]
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        databases.append(given)
    if options.database is not None:
        return measure(options)
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline().strip()
            for url in databases:
                again = [sys.executable, __file__, "--database", url, "--port", port]
                subprocess.run([*again, "--probes", str(options.probes), "--rounds", str(options.rounds)], check=True)
        finally:
            server.terminate()
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--probes", type=int, default=500, help="to a round (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="of each, alternating (default %(default)s)")
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(options):
    """One database: a fresh one, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kaizen-bench-") as home:
        url, drop = own_database(options.database, home)
        try:
            set_up(
                url,
                home,
                KAIZEN_EGRESS_DEV_ALLOW=f"127.0.0.1:{options.port}",
                KAIZEN_EGRESS_PLACES="64",
            )
            report(options)
        finally:
            drop()
    return 0


def report(options):
    from django.db import connection  # noqa: PLC0415

    from shadow.probes import Probe  # noqa: PLC0415

    ours = Ours(options)
    print(f"{connection.vendor}, {options.probes} probes a round, {options.rounds} rounds, medians of CPU a probe")
    for probe in (Probe.HEALTH, Probe.DELIBERATION):
        bare_costs, our_costs = [], []
        for _ in range(options.rounds):
            bare_costs.append(cost(bare, options, probe))
            our_costs.append(ours.round(probe))
        bare_us, ours_us = statistics.median(bare_costs), statistics.median(our_costs)
        ratio = statistics.median(ours / bare for ours, bare in zip(our_costs, bare_costs, strict=True))
        verdict = "reached" if ratio <= GOAL else f"missed by {ratio - GOAL:.2f}"
        print(
            f"  {probe:13} bare {bare_us:6.0f} us   ours {ours_us:6.0f} us   ratio {ratio:.2f}   goal {GOAL}: {verdict}"
        )
    print("  of which      " + ", ".join(f"{name} {share:.0f} us" for name, share in ours.shares().items()))


def cost(work, options, *words):
    """CPU in microseconds a probe."""
    began = time.process_time()
    work(options, *words)
    return (time.process_time() - began) / options.probes * 1e6


def bare(options, probe):
    from registry.egress import Ask, ask_async  # noqa: PLC0415
    from registry.protocols import Question  # noqa: PLC0415
    from registry.protocols.masl import WIRE  # noqa: PLC0415
    from registry.protocols.wire import json_bytes  # noqa: PLC0415
    from shadow.probes import Probe  # noqa: PLC0415

    url = f"http://127.0.0.1:{options.port}"
    question = Question("May I ask you something?", "standard", "thought-broker", "C-114", str(uuid.uuid4()))
    if probe == Probe.HEALTH:
        wanted = Ask("GET", f"{url}/health", places=64)
    else:
        body = json_bytes(WIRE.body(question, ""))
        headers = {"Content-Type": "application/json"}
        wanted = Ask("POST", f"{url}/v1/deliberate", headers=headers, body=body, places=64, deadline=30.0)

    async def one(turn):
        async with turn:
            reply = await ask_async(wanted)
            assert reply.status == 200

    async def every():
        turn = asyncio.Semaphore(64)
        await asyncio.gather(*(one(turn) for _ in range(options.probes)))

    asyncio.run(every())


class Ours:
    """As many watched companions as probes, and the way of their slots."""

    def __init__(self, options):
        from datetime import timedelta  # noqa: PLC0415

        from django.utils import timezone  # noqa: PLC0415

        from charter.queries import version_at  # noqa: PLC0415
        from registry.models import Companion, Endpoint, Provider  # noqa: PLC0415
        from shadow.actions.watching import open_watch  # noqa: PLC0415
        from shadow.loop import Loop  # noqa: PLC0415

        self.options, self.minute, self.rounds = options, timedelta(minutes=1), 0
        self.now = timezone.now()
        law = version_at(self.now)
        provider = Provider.objects.create(slug="bench", name="Bench", created_at=self.now, exchanges_at_once=64)
        url = f"http://127.0.0.1:{options.port}"
        prices = {"price_input_per_1k": "0.01", "price_output_per_1k": "0.03"}
        self.companions = [
            Companion(ref=f"B{n}_001", name=f"B{n}", provider=provider, model_name="b", created_at=self.now, **prices)
            for n in range(options.probes)
        ]
        Companion.objects.bulk_create(self.companions)
        for companion in self.companions:
            Endpoint.objects.create(
                provider=provider,
                companion=companion,
                base_url=url,
                origin=url,
                protocol="masl",
                auth_kind="none",
                created_at=self.now,
            )
            open_watch(companion, law=law, at=self.now)
        self.loop = Loop()
        self.spent = {}

    def round(self, probe):
        from shadow.models import Slot  # noqa: PLC0415

        self.rounds += 1
        at = self.now + self.rounds * self.minute
        Slot.objects.all().delete()  # Self-validations that the round before made due are not measured.
        Slot.objects.bulk_create(
            [
                Slot(companion=one, probe=probe, slot_at=at, due_at=at, expires_at=at + self.minute)
                for one in self.companions
            ]
        )
        return cost(self.work, self.options, at)

    def work(self, options, at):
        from shadow.actions.probing import claim, finish  # noqa: PLC0415
        from shadow.asking import prepared  # noqa: PLC0415

        slots = self.timed("claim", claim, options.probes, at=at, token=uuid.uuid4())
        askings, ready = self.timed("prepare", prepared, slots, at=at)
        results = self.timed("ask", self.loop.ask_all, askings, at=at)
        counted = self.timed("store and sum", finish, results, at=at)
        assert counted == options.probes
        assert not ready
        odd = [result.called for result in results if result.outcome != "ok"]
        assert not odd, odd[0]

    def timed(self, name, step, *words, **more):
        began = time.process_time()
        done = step(*words, **more)
        self.spent.setdefault(name, []).append((time.process_time() - began) / self.options.probes * 1e6)
        return done

    def shares(self):
        return {name: statistics.median(costs) for name, costs in self.spent.items()}


if __name__ == "__main__":
    sys.exit(main())
