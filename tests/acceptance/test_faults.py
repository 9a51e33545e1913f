"""Processes that die, a broker that forgets, two beats: no slot lost or counted twice, and nobody pays for our outages."""

import time
from urllib.parse import urlsplit

import pytest

from tests.acceptance import bodies
from tests.acceptance.ground import ROOT, Ground
from tests.acceptance.models import a_good_model_of_its_own, calmly, slowly
from tests.shadow.serving import Model

pytestmark = pytest.mark.system
DEMO_LAW = {"KAIZEN_LAW": f"{ROOT}/charter/law.demo.toml", "KAIZEN_SWEEP_SECONDS": "1"}


def until_it_goes_on(ground, *, beyond, seconds):
    return ground.until(
        lambda: (found := ground.stage("recount"))["ok"] > beyond and found, seconds, f"more than {beyond} ok"
    )


def books_are_whole(found):
    assert found["samples"] == found["keys"]
    assert found["sums"]["expected"] == found["sums"]["done"] + found["sums"]["unknown"]
    assert found["sums"]["ok"] == found["ok"]
    assert found["sums"]["errors"] == found["errors"]


def test_kills_a_flushed_broker_and_two_beats_lose_no_slot_and_count_none_twice(postgres_url, valkey, tmp_path):
    valkey.flush()
    with Model(slowly) as model:
        allow = {"KAIZEN_EGRESS_DEV_ALLOW": f"127.0.0.1:{model.port}"}
        with Ground(postgres_url, tmp_path, redis=valkey.url, **DEMO_LAW, **allow) as ground:
            ground.stage("companions", urls={"c": model.url})
            ground.web().everything()
            ground.beat(instance="-second")
            found = until_it_goes_on(ground, beyond=5, seconds=30)
            faults = [
                lambda: (ground.kill("probes"), ground.worker("probes")),
                lambda: (ground.kill("scores"), ground.worker("scores")),
                valkey.flush,
                valkey.restart,
                lambda: (ground.kill("beat"), ground.kill("web"), ground.web()),
                lambda: (ground.kill("probes"), ground.worker("probes")),
            ]
            for fault in faults:
                fault()
                found = until_it_goes_on(ground, beyond=found["ok"] + 4, seconds=45)
            ground.kill("beat-second")
            ground.beat()
            found = ground.until(
                lambda: (now := ground.stage("recount"))["overdue"] == 0 and now, 60, "no slot is overdue"
            )
            for name in ("beat", "probes"):
                ground.kill(name)
            found = ground.stage("recount")
            books_are_whole(found)
            assert found["errors"] == 0
            assert found["unknown"] == 0, "a slot of a killed worker is asked again within its patience"
            assert ground.manage("ledger_verify").startswith("whole")


def test_an_outage_of_our_own_counts_against_nobody_and_proves_nothing(postgres_url, valkey, tmp_path):
    valkey.flush()
    # It answers closed questions rightly as well: nothing but our outage could speak against it.
    with a_good_model_of_its_own() as url:
        allow = {"KAIZEN_EGRESS_DEV_ALLOW": urlsplit(url).netloc}
        with Ground(postgres_url, tmp_path, redis=valkey.url, **DEMO_LAW, **allow) as ground:
            ref = ground.stage("companions", urls={"c": url})["c"]
            ground.web().everything()
            until_it_goes_on(ground, beyond=10, seconds=40)
            for name in ("beat", "probes", "checks", "scores", "web"):
                ground.kill(name)
            # Slots of a deliberation are asked up to 80 s late: only a longer outage leaves some unasked.
            time.sleep(100)
            ground.web().everything()
            found = ground.until(
                lambda: (now := ground.stage("recount"))["sums"]["unknown"] and now, 30, "missed slots are told"
            )
            books_are_whole(found)
            assert found["errors"] == 0
            criteria = {it["name"]: it for it in ground.get(f"/api/companions/{ref}/readiness").json["criteria"]}
            told = ground.get(f"/api/companions/{ref}").json
            assert told["state"] in {"shadow", "active"}
            assert [it for it in criteria.values() if it["required"] and it["verdict"] == "fail"] == []
            if told["state"] == "shadow":
                assert criteria["coverage"]["verdict"] == "inconclusive"
            latest = ground.get(f"/api/companions/{ref}/assessments?limit=1").json["results"][0]
            assert latest["coverage"] < 0.9
            standing = ground.get(f"/api/companions/{ref}/standing").json
            assert (standing["declines"], standing["penalties"], standing["frozen"]) == ([], [], False)
            assert ground.manage("ledger_verify").startswith("whole")


def test_without_a_broker_applications_are_taken_and_found_later(postgres_url, valkey, tmp_path):
    with Model(calmly) as model:
        allow = {"KAIZEN_EGRESS_DEV_ALLOW": f"127.0.0.1:{model.port}"}
        with Ground(postgres_url, tmp_path, redis=valkey.url, **DEMO_LAW, **allow) as ground:
            ground.web()
            valkey.kill()
            document = bodies.fresh() | {"endpoint": model.url}
            replies = [ground.post("/api/onboard/apply", document | {"modelName": f"M{n}"}) for n in range(3)]
            assert [(reply.status, reply.seconds < 2) for reply in replies] == [(202, True)] * 3
            assert ground.get("/").status == 200
            assert ground.get("/api/companions").status == 200
            valkey.start()
            ground.everything()
            told = replies[0].json
            headers = {"Authorization": f"Bearer {told['onboardingToken']}"}
            path = told["statusUrl"].partition(str(ground.port))[2]

            def status():
                return ground.get(path, **headers).json["status"] not in {"submitted", "checking"}

            ground.until(status, 60, "the sweep found the application")
