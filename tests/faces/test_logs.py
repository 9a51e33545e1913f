"""One object a line, nothing forged, nothing that should not be there."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from faces import logs


def star_out(text):
    return text.replace("hunter2", "[secret]")


@pytest.fixture
def written(settings):
    settings.KAIZEN_SCRUB = "tests.faces.test_logs.star_out"
    logs._scrubber.cache_clear()
    streams = []

    def lines(write, *, console=False):
        formatter = logging.config.DictConfigurator({}).configure_formatter(
            logs.logging_config(console=console)["formatters"]["lines"]
        )
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        logger = logging.Logger("kaizen.test")  # noqa: LOG001 - one that nobody else sees
        logger.addHandler(handler)
        streams.append(stream)
        write(logger)
        return stream.getvalue().splitlines()

    yield lines
    logs._scrubber.cache_clear()


def fail(logger):
    secret_local = "in a local"  # noqa: F841
    try:
        int("hunter2")
    except ValueError:
        logger.exception("It broke")


def test_a_record_is_one_json_object_in_one_line(written):
    (line,) = written(lambda logger: logger.warning("Said %s", 'x\n{"forged": 1}\x1b[31m\x7f\u202e\u2028'))
    event = json.loads(line)
    assert event["event"].startswith("Said x\n{")
    assert (event["level"], event["logger"]) == ("warning", "kaizen.test")
    assert event["timestamp"].endswith("Z")
    assert line.isascii()
    assert not any(ord(char) < 32 or ord(char) == 127 for char in line)


def test_secrets_are_scrubbed_and_local_variables_never_shown(written):
    (line,) = written(fail)
    assert "hunter2" not in line
    assert "[secret]" in line
    assert "in a local" not in line
    assert json.loads(line)["exception"][0]["exc_type"] == "ValueError"


@pytest.mark.parametrize(("size", "kept"), [(2048, 2048), (2049, 2048), (10**6, 2048)])
def test_text_is_cut_at_two_kibibytes(written, size, kept):
    (line,) = written(lambda logger: logger.info("x" * size))
    assert len(json.loads(line)["event"]) == kept


def test_a_cut_never_splits_a_character(written):
    (line,) = written(lambda logger: logger.info("%s", f"x{'é' * 2000}"))
    assert len(json.loads(line)["event"].encode()) == 2047


def test_the_console_reads_as_plain_lines(written):
    lines = written(fail, console=True)
    assert "error    kaizen.test: It broke" in lines[0]
    assert lines[-1].strip().startswith("ValueError: invalid literal")
    (line,) = written(lambda logger: logger.info("a\nb\x1b[31m"), console=True)
    assert "a\\u000ab\\u001b[31m" in line


def test_our_own_loggers_go_the_same_way(settings, capsys):
    settings.KAIZEN_SCRUB = None
    logs._scrubber.cache_clear()
    before = structlog.get_config()
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    try:
        logging.config.dictConfig({**logs.logging_config(), "loggers": {}})
        structlog.configure(**before)
        logs.configure()
        structlog.get_logger("kaizen.own").info("Sealed", index=7, deep={"a": [{"b": object}]})
    finally:
        root.handlers[:], root.level = kept, level
        structlog.configure(**before)
        logs._scrubber.cache_clear()
    event = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (event["event"], event["index"], event["logger"]) == ("Sealed", 7, "kaizen.own")
