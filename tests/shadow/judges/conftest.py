"""Judges that are bound as an operator binds them, a golden set, and answers that a scorer was uncertain of."""

from dataclasses import replace

import pytest

from shadow.judges import bound
from shadow.judges.bound import bound_judges
from tests.shadow.judges.serving import JudgeServer

KEYS = {"mira": "key-of-mira", "oto": "key-of-oto", "ada": "key-of-ada"}


@pytest.fixture
def small_law(law):
    """The law in force, asking for no more golden cases than a test can wait for."""
    judge = replace(law.scoring.judge, golden_least=24)
    return replace(law, scoring=replace(law.scoring, judge=judge))


@pytest.fixture
def bind(settings, tmp_path):
    """Bind services of these manners by name; the servers by name."""
    servers = {}

    def bind(**manners):
        tables = []
        for name, manner in manners.items():
            servers[name] = server = JudgeServer(manner)
            (tmp_path / name).write_text(f"{KEYS[name]}\n")
            tables.append(
                f'[[judge]]\nname = "{name}"\nkind = "openai"\naddress = "{server.url}"\nmodel = "model-{name}"\n'
                f'provider = "house-of-{name}"\nkey_file = "{name}"\n'
            )
        settings.KAIZEN_EGRESS_DEV_ALLOW = [server.place for server in servers.values()]
        file = tmp_path / "judges.toml"
        file.write_text("\n".join(tables))
        settings.KAIZEN_JUDGES = str(file)
        return servers

    bound._breaker.cache_clear()
    yield bind
    for server in servers.values():
        server.close()


@pytest.fixture
def judges(law):
    """The bound judges by name."""
    return lambda: {judge.name: judge for judge in bound_judges(law=law)}
