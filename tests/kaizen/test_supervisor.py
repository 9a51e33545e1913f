"""The supervisor over small programs that really run. Each has the path of a file of marks and a token in its argv."""

import signal
import time

import pytest

MARK = "import signal, subprocess, sys, time\ndef mark(word):\n    open(sys.argv[1], 'a').write(word + '\\n')\n"
STAY = "time.sleep(100)\n"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
CHILD = "subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(100)', sys.argv[2]])\n"


def program(name, code, **words):
    return {"name": name, "code": MARK + code, **words}


def says_goodbye(name):
    return program(
        name, f"def bye(*_): mark('{name}'); sys.exit()\nsignal.signal(signal.SIGTERM, bye)\nprint('up')\n" + STAY
    )


def test_each_waits_until_the_one_before_is_ready(supervise, tmp_path):
    slow = program("slow", "time.sleep(0.4)\nmark('slow')\n" + STAY, ready=str(tmp_path / "marks"))
    run = supervise(slow, program("next", "mark('next')\n" + STAY))
    run.until("ALL STARTED")
    time.sleep(0.3)
    assert run.marks() == ["slow", "next"]


def test_what_runs_once_is_over_before_the_next_starts(supervise):
    run = supervise(
        program("first", "time.sleep(0.3)\nmark('first')\n", once=True), program("then", "mark('then')\n", once=True)
    )
    run.until("ALL STARTED")
    assert run.marks() == ["first", "then"]


def test_a_line_carries_the_name_of_who_wrote_it_and_is_kept_in_a_file(supervise, tmp_path):
    run = supervise(program("web", "print('hello')\nprint('no newline at the end', end='')\n", once=True))
    run.until("ALL STARTED")
    assert "web      | hello" in run.seen
    assert (tmp_path / "web.log").read_text() == "hello\nno newline at the end\n"


def test_a_secret_is_shown_on_the_terminal_and_kept_nowhere(supervise, tmp_path):
    run = supervise(program("bootstrap", "print('password: p4ss')\n", once=True, logged=False))
    run.until("ALL STARTED")
    assert "password: p4ss" in run.seen
    assert not [file for file in tmp_path.iterdir() if b"p4ss" in file.read_bytes()]


def test_a_line_that_should_not_be_said_is_dropped(supervise):
    run = supervise(program("broker", "print('empty advice, long')\nprint('news')\n", once=True, unsaid=["advice"]))
    run.until("ALL STARTED")
    assert [line for line in run.seen if line.startswith("broker")] == ["broker   | news"]


def test_one_that_dies_is_started_again(supervise):
    run = supervise(
        program(
            "worker", "mark('start')\nif len(open(sys.argv[1]).readlines()) < 3: sys.exit(7)\nprint('stays')\n" + STAY
        )
    )
    run.until("worker   | stays")
    assert run.marks() == ["start"] * 3
    assert sum("worker ended with exit code 7" in line for line in run.seen) == 2


def test_one_that_keeps_dying_ends_the_whole_and_is_named_with_its_log(supervise, tmp_path):
    run = supervise(program("good", STAY), program("bad", "mark('start')\ntime.sleep(0.05)\nsys.exit(9)"))
    assert run.end() == 1
    assert len(run.marks()) == 6
    assert any("bad died 6 times within a minute" in line and str(tmp_path / "bad.log") in line for line in run.seen)
    assert run.nothing_is_left()


def test_a_step_that_fails_stops_what_was_started(supervise):
    run = supervise(program("good", STAY), program("migrate", "sys.exit(2)", once=True), program("web", "mark('web')"))
    assert run.end() == 1
    assert any("migrate ended with exit code 2 while starting" in line for line in run.seen)
    assert run.marks() == []
    assert run.nothing_is_left()


@pytest.mark.parametrize("code", ["sys.exit(0)", STAY], ids=["ends", "stays silent"])
def test_one_that_never_becomes_ready_stops_the_whole(supervise, tmp_path, code):
    run = supervise(program("web", code, ready=str(tmp_path / "never")))
    assert run.end() == 1
    assert any("web ended with exit code 0 while starting" in line or "web was not ready" in line for line in run.seen)


def test_a_program_that_does_not_exist_is_named(supervise):
    run = supervise(program("good", STAY), program("ghost", "", program="/no/such/program"))
    assert run.end() == 1
    assert any("ghost cannot be started" in line for line in run.seen)
    assert run.nothing_is_left()


def test_a_second_start_in_the_same_folder_is_refused_and_leaves_the_first_alone(supervise):
    first = supervise(program("web", STAY))
    first.until("ALL STARTED")
    second = supervise(program("web", "mark('second')\n"))
    assert second.end() == 3
    assert second.seen == [f"held by {first.popen.pid}"]
    assert first.popen.poll() is None
    assert second.marks() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_last_started_first(supervise, number):
    run = supervise(says_goodbye("broker"), says_goodbye("worker"), says_goodbye("web"))
    while sum(line.endswith("| up") for line in run.seen) < 3:
        run.until("| up")
    run.popen.send_signal(number)
    assert run.end() == 0
    assert run.marks() == ["web", "worker", "broker"]


def test_one_that_was_started_again_keeps_its_place_in_the_order_of_the_stop(supervise):
    once_dead = "mark('start')\nif len(open(sys.argv[1]).readlines()) < 2: sys.exit(1)\n"
    broker = {**says_goodbye("broker"), "code": MARK + once_dead + says_goodbye("broker")["code"].removeprefix(MARK)}
    run = supervise(broker, says_goodbye("web"))
    while sum(line.endswith("| up") for line in run.seen) < 2:
        run.until("| up")
    run.popen.send_signal(signal.SIGINT)
    assert run.end() == 0
    assert run.marks() == ["start", "start", "web", "broker"]


def test_ctrl_c_leaves_no_orphan_not_even_one_that_is_deaf(supervise):
    run = supervise(program("worker", CHILD + DEAF + "print('up')\n" + STAY, grace=0.3))
    run.until("worker   | up")
    assert run.lives_as(4)
    run.popen.send_signal(signal.SIGINT)
    assert run.end() == 0
    assert "kaizen   | worker is killed" in run.seen
    assert run.nothing_is_left()


def test_ctrl_c_twice_waits_for_nobody(supervise):
    run = supervise(program("worker", CHILD + DEAF + "print('up')\n" + STAY, grace=60))
    run.until("worker   | up")
    began = time.monotonic()
    run.popen.send_signal(signal.SIGINT)
    run.until("stopping")
    run.popen.send_signal(signal.SIGINT)
    run.end()
    assert time.monotonic() - began < 3
    assert run.nothing_is_left()


def test_kill_9_of_the_supervisor_leaves_no_orphan(supervise):
    deaf = program("deaf", CHILD + DEAF + "print('up')\n" + STAY)
    run = supervise(program("polite", CHILD + STAY), deaf)
    run.until("deaf     | up")
    run.popen.kill()
    run.popen.wait()
    assert run.nothing_is_left()


def test_after_kill_9_the_folder_is_free_again_once_all_have_ended(supervise):
    first = supervise(program("web", STAY))
    first.until("ALL STARTED")
    first.popen.kill()
    first.popen.wait()
    assert first.nothing_is_left()
    second = supervise(program("web", STAY))
    second.until("ALL STARTED")


def test_what_a_killed_child_left_in_its_group_is_killed_before_it_starts_again(supervise):
    lonely = CHILD + "mark('start')\nif len(open(sys.argv[1]).readlines()) < 2: sys.exit(1)\nprint('stays')\n" + STAY
    run = supervise(program("worker", lonely))
    run.until("worker   | stays")
    # The supervisor, its undertaker, the worker and the one child of its own: the first one's is gone.
    assert run.lives_as(4)
