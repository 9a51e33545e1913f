import io

import pytest

from kaizen.loglines import LONGEST_LINE, Lines, LogFile, Splitter


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Gone(io.StringIO):
    def write(self, _text):
        raise BrokenPipeError


@pytest.mark.parametrize("cut", range(1, 12))
def test_lines_are_whole_wherever_the_pipe_cuts_them(cut):
    splitter = Splitter()
    text = b"one\ntwo\r\nthree"
    assert [*splitter.feed(text[:cut]), *splitter.feed(text[cut:]), *splitter.end()] == [b"one", b"two", b"three"]


def test_a_line_without_end_does_not_fill_the_memory():
    splitter = Splitter()
    assert splitter.feed(b"x" * (LONGEST_LINE + 1)) == [b"x" * (LONGEST_LINE + 1)]
    assert splitter.rest == b""


def test_a_full_log_file_becomes_the_old_one_and_a_new_one_begins(tmp_path):
    log = LogFile(tmp_path / "web.log", limit=100)
    for number in range(30):
        log.write(f"line {number:02}".encode())
    log.close()
    kept = (tmp_path / "web.log.1").read_text() + (tmp_path / "web.log").read_text()
    assert (tmp_path / "web.log").stat().st_size < 100
    assert kept.splitlines() == [f"line {number:02}" for number in range(30)][-len(kept.splitlines()) :]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_log_goes_on_where_the_last_run_ended_and_is_readable_by_its_owner_alone(tmp_path):
    for word in (b"first", b"second"):
        log = LogFile(tmp_path / "web.log")
        log.write(word)
        log.close()
    assert (tmp_path / "web.log").read_text() == "first\nsecond\n"
    assert (tmp_path / "web.log").stat().st_mode & 0o777 == 0o600


def test_a_terminal_shows_each_name_in_a_colour_of_its_own(tmp_path, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    lines = Lines(tmp_path, out=out)
    for name in ("web", "beat", "web"):
        lines.show(name, b"hello")
    lines.close()
    first, second, third = out.getvalue().splitlines()
    assert first == "\x1b[36mweb      |\x1b[0m hello" == third
    assert second.startswith("\x1b[33mbeat")
    assert (tmp_path / "web.log").read_text() == "hello\nhello\n"


@pytest.mark.parametrize("out", [Terminal(), io.StringIO()], ids=["NO_COLOR", "a pipe"])
def test_nothing_is_coloured_where_nobody_wants_it(tmp_path, monkeypatch, out):
    if out.isatty():
        monkeypatch.setenv("NO_COLOR", "1")
    lines = Lines(tmp_path, out=out)
    lines.show("web", b"hello \xff")
    lines.close()
    assert out.getvalue() == "web      | hello \N{REPLACEMENT CHARACTER}\n"


def test_lines_are_kept_after_the_terminal_is_gone(tmp_path):
    lines = Lines(tmp_path, out=Gone())
    lines.show("web", b"hello")
    lines.plain("unheard")
    lines.close()
    assert (tmp_path / "web.log").read_text() == "hello\n"
