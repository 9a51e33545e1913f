"""Models that misbehave, behind applications and companions: each ends in time with a reason, and harms nobody beside it."""

import contextlib
import json
import statistics
import time

import pytest

from tests.acceptance.ground import Ground, a_law
from tests.acceptance.models import a_good_model_of_its_own
from tests.registry.egress.conftest import Hostile
from tests.registry.egress.test_egress_hostile_servers import HANGING_SERVERS, HOSTILE_SERVERS

pytestmark = pytest.mark.system
KINDS = {**{name: behave for name, (behave, _) in HOSTILE_SERVERS.items()}, **HANGING_SERVERS}
MIB = 2**20
# Four checks at once (one worker's threads), hanging ones of half a minute each: what the crowd may take in all.
CHECKED_WITHIN = 420
LAW = """
[onboarding]
compatibility_within = "30s"
[shadow]
health_every = "20s"
deliberation_every = "20s"
[gi]
every = "60s"
"""


@pytest.fixture
def crowd():
    with contextlib.ExitStack() as stack:
        servers = {f"k{number}": Hostile(behave) for number, behave in enumerate(KINDS.values())}
        for server in servers.values():
            stack.callback(server.close)
        yield servers


def p95(latencies):
    return statistics.quantiles(latencies, n=20)[-1]


def test_hostile_models_end_in_time_with_a_reason_and_slow_nobody(postgres_url, valkey, tmp_path, crowd):
    assert len(crowd) >= 60
    valkey.flush()
    with a_good_model_of_its_own() as good:
        ports = [*(server.port for server in crowd.values()), good.rsplit(":", 1)[1]]
        settings = {
            "KAIZEN_EGRESS_DEV_ALLOW": ",".join(f"127.0.0.1:{port}" for port in ports),
            **a_law(tmp_path / "law", LAW),
        }
        with Ground(postgres_url, tmp_path, redis=valkey.url, **settings) as ground:
            refs = ground.stage("companions", urls={"good0": good})
            ref = refs["good0"]
            ground.everything()
            ground.until(
                lambda: len(ground.stage("probed", refs=[ref])[ref]["latencies"]) >= 5, 120, "the good one answers"
            )
            alone = ground.stage("probed", refs=[ref])[ref]["latencies"]
            for name in list(ground.processes):
                ground.kill(name)
            hostile = ground.stage("companions", urls={name: server.url for name, server in crowd.items()})
            elsewhere = {f"a{name}": server.url.replace("/v1", "/other") for name, server in crowd.items()}
            ids = ground.stage("applications", urls=elsewhere)
            for name in ("probes", "checks"):
                (tmp_path / f"{name}.log").unlink()
                ground.worker(name)
                ground.until(lambda name=name: "ready." in ground.log(name), 60, f"{name} is up")
            before = {name: ground.rss(name) for name in ("probes", "checks")}
            ground.worker("scores")
            ground.beat()
            began, most = time.monotonic(), dict(before)

            def all_checked():
                most.update({name: max(size, ground.rss(name)) for name, size in most.items()})
                told = ground.stage("checked", ids=list(ids.values()))
                return told if not {it["state"] for it in told.values()} & {"submitted", "checking"} else None

            told = ground.until(all_checked, CHECKED_WITHIN, "all applications are checked")
            took = time.monotonic() - began
            for public_id, it in told.items():
                assert it["state"] in {"returned", "sentinel_review", "steward_review"}, (public_id, it)
                assert all(outcome and (reason or outcome == "pass") for _, outcome, reason, _ in it["findings"]), it
                assert {outcome for _, outcome, _, _ in it["findings"]} - {"pass"}, it

            def all_probed():
                found = ground.stage("probed", refs=list(hostile.values()))
                return found if all(it["outcomes"] for it in found.values()) else None

            seen = ground.until(all_probed, 90, "all companions are probed")
            for name, shown in seen.items():
                assert shown["outcomes"], name
                assert not shown["late"], (name, shown)
                assert not [it for it in shown["outcomes"] if it.startswith("deliberation:ok")], (name, shown)
            beside = ground.stage("probed", refs=[ref])[ref]
            # What nobody asked while the workers were down is ours, and unknown.
            assert {it.split(":", 1)[1] for it in beside["outcomes"]} <= {"ok:", "unknown:missed"}
            figures = {name: f"+{(size - before[name]) / MIB:.1f} MiB" for name, size in most.items()}
            figures |= {"seconds": took, "alone": p95(alone), "beside": p95(beside["latencies"])}
            (tmp_path / "figures.json").write_text(json.dumps(figures))
            # Latencies that our own lag would have spoilt are void, so what is left is the model's own.
            assert statistics.median(beside["latencies"]) < statistics.median(alone) + 100, figures
            assert p95(beside["latencies"]) < p95(alone) + 250, figures
            assert all(size - before[name] < 64 * MIB for name, size in most.items()), figures
            assert ground.manage("ledger_verify").startswith("whole")
