"""A provider behind an OpenAI-compatible server that knows nothing of Kaizen joins with no code of its own."""

import pytest

from tests.acceptance import bodies
from tests.acceptance.ground import Ground, a_law
from tests.acceptance.stock_servers import KEY, MODEL, every_kind

pytestmark = pytest.mark.system


@pytest.fixture
def servers():
    made = every_kind()
    yield made
    for server in made.values():
        server.close()


def test_stock_servers_go_from_application_to_answers_in_shadow_mode(postgres_url, valkey, tmp_path, servers):
    valkey.flush()
    settings = {
        "KAIZEN_EGRESS_DEV_ALLOW": ",".join(f"127.0.0.1:{server.port}" for server in servers.values()),
        **a_law(tmp_path / "law", '[onboarding]\ncompatibility_within = "15s"\n'),
    }
    with Ground(postgres_url, tmp_path, redis=valkey.url, **settings) as ground:
        ground.web().everything()
        applied = {}
        for name, server in servers.items():
            auth = {"auth": {"type": "api_key", "key": KEY}, "upstreamModel": MODEL}
            told = ground.post(
                "/api/onboard/apply", bodies.fresh() | {"endpoint": server.url, "modelName": name} | auth
            )
            assert told.status == 202, told.body
            applied[name] = told.json

        def reviewed():
            found = {name: _status(ground, told) for name, told in applied.items()}
            return found if {it["status"] for it in found.values()} == {"steward_review"} else None

        for name, told in ground.until(reviewed, 150, "all four wait for a steward").items():
            outcomes = {check["name"]: check["outcome"] for check in told["checks"]}
            assert told["checksToWaive"] == ["control"], (name, outcomes)
            assert {outcomes[check] for check in ("auth", "json", "deliberation", "latency")} == {"pass"}, (
                name,
                outcomes,
            )
            assert told["sentinel"]["verdict"].startswith("approve"), (name, told["sentinel"])
        refs = [
            ground.stage("approve_and_mount", application=told["applicationId"])["companion"]
            for told in applied.values()
        ]

        def asked():
            found = ground.stage("probed", refs=refs)
            return found if all(len(it["latencies"]) >= 5 for it in found.values()) else None

        for ref, told in ground.until(asked, 60, "all four answer in shadow mode").items():
            assert {it for it in told["outcomes"] if ":ok:" not in it} <= {"health:unknown:nothing_to_emulate"}, (
                ref,
                told,
            )
        assert KEY not in "".join(path.read_text(errors="replace") for path in tmp_path.glob("*.log"))
        assert ground.manage("ledger_verify").startswith("whole")


def _status(ground, told):
    path = told["statusUrl"].partition(str(ground.port))[2]
    return ground.get(path, Authorization=f"Bearer {told['onboardingToken']}").json
