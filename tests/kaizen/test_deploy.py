"""What production asks: settings that are safe, and a database whose owner is not the application."""

import ast
import base64
import os
import re
import subprocess
import sys

import pytest
from django.core.checks import run_checks

from charter.queries import version_at
from kaizen import checks
from tests.architecture.source import ROOT
from tests.conftest import NOW
from tests.ledger import databases
from tests.ledger.subjects import a_companion
from tiers.models import Standing

KEY = base64.b64encode(b"\x07" * 32).decode()
SAFE = {
    "KAIZEN_ENV": "production",
    "KAIZEN_SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEF",
    "KAIZEN_ALLOWED_HOSTS": "kaizen.example.org",
    "KAIZEN_PUBLIC_URL": "https://kaizen.example.org",
    "KAIZEN_ENTRY_KEY": KEY,
    "KAIZEN_ATTESTATION_KEY": KEY,
    "KAIZEN_FIELD_KEY": KEY,
    "KAIZEN_LOG_ORIGIN": "",
    "DEBUG": "off",
}


def manage(*words, **changes):
    env = {**os.environ, **SAFE, **changes}
    command = [sys.executable, "-W", "ignore", ROOT / "manage.py", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env, cwd=ROOT)


def start(**changes):
    """Read the settings, as every process does first."""
    command = [sys.executable, "-W", "ignore", "-c", "import kaizen.settings"]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **SAFE, **changes})


@pytest.fixture(scope="module")
def two_roles(postgres):
    """A database migrated by its owner and bootstrapped by the application: both URLs."""
    for role in ("kaizen_owner", "kaizen_app"):
        postgres.sql(f"CREATE ROLE {role} LOGIN")
    postgres.sql("CREATE DATABASE two_roles OWNER kaizen_owner")
    urls = {
        "DATABASE_URL": postgres.url("two_roles", user="kaizen_app"),
        "MIGRATE_DATABASE_URL": postgres.url("two_roles", user="kaizen_owner"),
    }
    for words in (["migrate", "--verbosity", "0"], ["bootstrap"]):
        done = manage(*words, **urls)
        assert done.returncode == 0, done.stderr
    yield urls
    postgres.drop_database("two_roles")


def as_app(postgres, statement):
    program = [postgres.programs / "psql", "-X", "-q", "-A", "-t", "-c", statement]
    where = {**os.environ, "PGHOST": str(postgres.socket), "PGUSER": "kaizen_app", "PGDATABASE": "two_roles"}
    return subprocess.run(program, check=False, capture_output=True, text=True, env=where)


def test_the_owner_migrates_and_the_application_works(two_roles, postgres):
    owners = postgres.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", database="two_roles")
    assert owners == "kaizen_owner"
    assert manage("ledger_verify", **two_roles).stdout.startswith("whole  ")


@pytest.mark.parametrize("table", ["ledger_leaf", "ledger_evidence", "ledger_decision"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL"])
def test_the_application_cannot_touch_what_is_sealed(two_roles, postgres, table, deed):
    done = as_app(postgres, deed.format(table))
    assert re.search("permission denied|must be owner", done.stderr), done.stderr


def test_nor_update_it_nor_take_the_head_back(two_roles, postgres):
    assert "permission denied" in as_app(postgres, "UPDATE ledger_leaf SET idx = idx").stderr
    assert "permission denied" in as_app(postgres, "DELETE FROM ledger_head").stderr
    assert "only grows" in as_app(postgres, "UPDATE ledger_head SET size = 0").stderr
    assert as_app(postgres, "DELETE FROM ledger_salt WHERE id = 0").returncode == 0


def test_migrating_again_changes_nothing(two_roles):
    done = manage("migrate", **two_roles)
    assert done.returncode == 0, done.stderr
    assert "No migrations to apply" in done.stdout


def test_migrating_mends_a_broken_fence(two_roles, postgres):
    postgres.sql("DROP TRIGGER ledger_leaf_no_update ON ledger_leaf", database="two_roles")
    assert "ledger.E001" in manage("check", "--database", "default", **two_roles).stderr
    done = manage("migrate", "--verbosity", "0", **two_roles)
    assert done.returncode == 0, done.stderr
    assert manage("check", "--database", "default", **two_roles).returncode == 0


def test_a_safe_production_passes_every_check(two_roles):
    done = manage("check", "--deploy", "--fail-level", "WARNING", "--database", "default", **two_roles)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_one_role_for_both_is_warned_of(two_roles):
    for owner in ("", two_roles["DATABASE_URL"]):
        done = manage("check", "--deploy", "--fail-level", "WARNING", **two_roles | {"MIGRATE_DATABASE_URL": owner})
        assert done.returncode == 1
        assert "kaizen.W001" in done.stderr


def test_sqlite_in_production_is_warned_of(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", DATABASE_URL=f"sqlite:///{tmp_path}/k.sqlite3")
    assert done.returncode == 1
    assert "kaizen.W002" in done.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"DEBUG": "on"}, "DEBUG is on"),
        ({"KAIZEN_SECRET_KEY": "insecure-until-set" + "x" * 50}, "KAIZEN_SECRET_KEY is a default"),
        ({"KAIZEN_SECRET_KEY": "x" * 49}, "shorter than 50"),
        ({"KAIZEN_ALLOWED_HOSTS": "*"}, "KAIZEN_ALLOWED_HOSTS"),
        ({"KAIZEN_ALLOWED_HOSTS": ""}, "KAIZEN_ALLOWED_HOSTS"),
        ({"KAIZEN_EGRESS_DEV_ALLOW": "127.0.0.1:9001"}, "KAIZEN_EGRESS_DEV_ALLOW"),
        ({"KAIZEN_ENTRY_KEY": ""}, "KAIZEN_ENTRY_KEY is not set"),
        ({"KAIZEN_ENV": "staging"}, "it is development or production"),
    ],
)
def test_an_unsafe_production_refuses_to_start(changes, named):
    done = start(**changes)
    assert done.returncode != 0
    assert named in done.stderr


def test_every_fault_is_named_at_once():
    assert start().returncode == 0
    done = start(DEBUG="on", KAIZEN_SECRET_KEY="short", KAIZEN_ALLOWED_HOSTS="*")
    for named in ("DEBUG is on", "KAIZEN_SECRET_KEY", "KAIZEN_ALLOWED_HOSTS"):
        assert named in done.stderr


def test_openings_into_the_own_network_are_shown(settings):
    settings.KAIZEN_EGRESS_ALLOW = ["models.corp.example=10.20.0.0/16:443"]
    shown = [it for it in run_checks() if it.id == "kaizen.I002"]
    assert "models.corp.example=10.20.0.0/16:443" in shown[0].msg
    settings.KAIZEN_EGRESS_ALLOW = []
    assert not [it for it in run_checks() if it.id == "kaizen.I002"]


@pytest.mark.parametrize(("companions", "said"), [(2, False), (3, True)])
def test_many_companions_on_sqlite_name_postgresql(tmp_path, django_db_blocker, monkeypatch, companions, said):
    monkeypatch.setattr(checks, "COMPANIONS_ON_SQLITE", 2)
    own = databases.sqlite_at(tmp_path / "own.sqlite3")
    with django_db_blocker.unblock(), own.here():
        databases.set_up(own)
        for n in range(companions):
            Standing.objects.create(
                companion=a_companion(f"M_00{n}"),
                law=version_at(NOW),
                state="shadow",
                state_since=NOW,
                changed_at=NOW,
            )
        found = [it for it in run_checks(databases=["default"]) if it.id == "kaizen.I001"]
    assert bool(found) is said


def test_every_variable_is_told_and_none_too_many():
    """What the settings and the commands read stands in the table of docs/deploy.md, and nothing else."""
    read = {"KAIZEN_STEWARD_EMAIL"}
    for path in (ROOT / "kaizen" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env" and node.args:
                read.add(node.args[0].value)
    told = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert told == read
