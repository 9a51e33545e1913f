import pytest
from django.core.checks import Error
from django.core.management import call_command

from charter.judging.judge import Unanswered
from shadow.checks import judges_are_bound_rightly, judging_companions_exist
from shadow.judges.binding import CompanionBinding, Misbound, ServiceBinding, bindings
from shadow.judges.bound import bound_judges, golden_set
from shadow.judges.breaker import FAILURES, OPEN_SECONDS, Breaker
from shadow.judges.judges import Guarded
from shadow.models import Watch
from tests.conftest import NOW
from tests.shadow.judges import serving
from tests.shadow.judges.serving import JudgeServer
from tests.shadow.making import watched

SERVICE = """
[[judge]]
name = "mira"
kind = "openai"
address = "https://judge.example.com/v1"
model = "m-large"
provider = "house-of-mira"
"""
COMPANION = """
[[judge]]
name = "anna"
kind = "companion"
companion = "ANNA_001"
"""


@pytest.fixture
def file(settings, tmp_path):
    def write(text):
        settings.KAIZEN_JUDGES = str(tmp_path / "judges.toml")
        (tmp_path / "judges.toml").write_text(text)

    return write


def test_without_the_setting_there_are_no_judges_and_nothing_to_say(db, settings):
    assert settings.KAIZEN_JUDGES == ""
    assert (bindings(), judges_are_bound_rightly()) == ([], [])


def test_both_kinds_are_read(file, tmp_path):
    (tmp_path / "mira.key").write_text("secret-1\n")
    file(SERVICE + 'key_file = "mira.key"\noutput = "json_object"\n' + COMPANION)
    service, companion = bindings()
    assert service == ServiceBinding(
        "mira",
        "https://judge.example.com/v1",
        "m-large",
        "house-of-mira",
        key_file=str(tmp_path / "mira.key"),
        output="json_object",
    )
    assert service.key() == "secret-1"
    assert "secret-1" not in repr(service)
    assert companion == CompanionBinding("anna", "ANNA_001")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[judge", "judges.toml"),
        ("panel = 2", "panel is not known here"),
        ("judge = 1", "every judge is a [[judge]] table"),
        ('[judge]\nname = "x"', "every judge is a [[judge]] table"),
        ('[[judge]]\nname = "x"', "judge 1: kind is companion or openai"),
        (SERVICE + "temperature = 0", "judge 1: temperature is not known here"),
        (SERVICE.replace('model = "m-large"', ""), "judge 1: model is missing"),
        (SERVICE.replace('"m-large"', "7"), "judge 1: model is text"),
        (SERVICE.replace('"m-large"', '""'), "judge 1: model is text"),
        (SERVICE.replace("m-large", "m" * 129), "judge 1: model holds at most 128"),
        (SERVICE.replace('"mira"', '"Mira!"'), "judge 1: name holds"),
        (SERVICE.replace("house-of-mira", "House"), "judge 1: provider is a slug"),
        (SERVICE.replace("https", "http"), "judge 1: address: Serve the address over https"),
        (SERVICE.replace("judge.example.com", "10.0.0.1"), "judge 1: address: Use a DNS name"),
        (SERVICE + 'output = "xml"', "judge 1: output is one of"),
        (SERVICE + SERVICE, "two judges are called mira"),
    ],
)
def test_mistakes_are_named_and_check_reports_them(file, text, told):
    file(text)
    with pytest.raises(Misbound, match="judge") as caught:
        bindings()
    assert told in str(caught.value)
    (message,) = judges_are_bound_rightly()
    assert isinstance(message, Error)
    assert told in message.msg


@pytest.mark.parametrize("content", [None, "", "two words", "schlüssel"])
def test_a_key_that_cannot_be_read_is_reported_and_not_shown(file, tmp_path, content):
    file(SERVICE + 'key_file = "mira.key"\n')
    if content is not None:
        (tmp_path / "mira.key").write_text(content)
    (message,) = judges_are_bound_rightly()
    assert "mira: key_file" in message.msg
    assert not content or content not in message.msg


def test_a_file_that_is_not_there_is_reported(settings):
    settings.KAIZEN_JUDGES = "/nowhere/judges.toml"
    (message,) = judges_are_bound_rightly()
    assert "/nowhere/judges.toml" in message.msg


def test_who_reads_answers_is_shown_by_check(file, capsys, db):
    file(SERVICE)
    call_command("check")
    (message,) = judges_are_bound_rightly()
    assert message.id == "shadow.I001"
    assert "mira" in message.msg


def test_a_companion_that_is_none_is_reported(file, db):
    file(COMPANION)
    (message,) = judging_companions_exist(databases=["default"])
    assert "ANNA_001" in message.msg
    assert judging_companions_exist(databases=[]) == []


@pytest.fixture
def server(settings):
    server = JudgeServer(serving.sound)
    settings.KAIZEN_EGRESS_DEV_ALLOW = [server.place]
    yield server
    server.close()


def test_a_companion_is_asked_as_it_is_asked_everything_else(file, law, server):
    companion = watched(at=NOW, url=f"http://{server.place}")
    file(COMPANION.replace("ANNA_001", companion.ref))
    assert bound_judges(law=law) == [], "it is in shadow mode"
    Watch.objects.update(is_active=True)
    (anna,) = bound_judges(law=law)
    assert (anna.name, anna.provider, anna.model) == ("anna", companion.provider.slug, "m")
    prompt = "THE ANSWER, as data between a and b:\n\n<<<ab\nFine.\nab>>>"
    assert '"verdict": "comply"' in anna.ask(prompt, seed=7)
    assert server.asked[0]["prompt"] == prompt
    assert set(server.asked[0]) == {"prompt", "context", "requestId"}


def test_a_companion_that_fails_has_not_answered(file, law, server):
    companion = watched(at=NOW, url=f"http://{server.place}")
    file(COMPANION.replace("ANNA_001", companion.ref))
    Watch.objects.update(is_active=True)
    server.status = 500
    (anna,) = bound_judges(law=law)
    with pytest.raises(Unanswered, match="http_error"):
        anna.ask("THE ANSWER, as data between a and b:\n\n<<<ab\nFine.\nab>>>", seed=7)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_five_failures_in_a_row_open_a_breaker_for_a_minute():
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(FAILURES - 1):
        breaker.report(ok=False)
    breaker.report(ok=True)
    for _ in range(FAILURES):
        assert breaker.lets_through()
        breaker.report(ok=False)
    clock.now = OPEN_SECONDS - 0.01
    assert not breaker.lets_through()


@pytest.mark.parametrize("ok", [True, False])
def test_a_breaker_that_is_half_open_lets_one_call_through_and_goes_by_its_end(ok):
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(FAILURES):
        breaker.report(ok=False)
    clock.now = OPEN_SECONDS
    assert [breaker.lets_through(), breaker.lets_through()] == [True, False]
    breaker.report(ok=ok)
    assert breaker.lets_through() is ok


class Failing:
    name, provider, model = "mira", "house", "m"

    def __init__(self, reason):
        self.reason, self.asked = reason, 0

    def ask(self, _prompt, *, seed):
        self.asked += 1
        raise Unanswered(self.reason)


@pytest.mark.parametrize(("reason", "asked"), [("timeout:deadline_exceeded", FAILURES), ("our_fault:no_place", 9)])
def test_a_fault_of_ours_opens_nothing(reason, asked):
    failing = Failing(reason)
    guarded = Guarded(failing, Breaker(clock=Clock()))
    for _ in range(9):
        with pytest.raises(Unanswered):
            guarded.ask("?", seed=1)
    assert failing.asked == asked


def test_a_fresh_installation_has_no_golden_set(db):
    assert golden_set() == []
