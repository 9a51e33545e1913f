import asyncio
import os
import socket
import threading
import time

import pytest

from registry import egress
from registry.egress.places import PLACES, Places
from registry.egress.reasons import Failed
from registry.egress.resolver import POOLS, Resolver

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class Busy:
    """A server that takes its time and counts how many it serves at once."""

    def __init__(self, seconds=0.05):
        self.seconds = seconds
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, server, connection):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        server.read_request(connection)
        time.sleep(self.seconds)
        with self._lock:
            self.now -= 1
        connection.sendall(ANSWER)


def side_by_side(asks):
    """Every ask in a thread of its own through one door, or all on one loop through the other."""

    def in_threads():
        results = [None] * len(asks)

        def one(number):
            try:
                results[number] = egress.ask(asks[number])
            except Failed as failed:
                results[number] = failed

        threads = [threading.Thread(target=one, args=(number,)) for number in range(len(asks))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    async def on_a_loop():
        return await asyncio.gather(*map(egress.ask_async, asks), return_exceptions=True)

    return {"requests": in_threads, "asyncio": lambda: asyncio.run(on_a_loop())}


DOORS = pytest.mark.parametrize("name", ["requests", "asyncio"])


@DOORS
@pytest.mark.parametrize("places", [1, 2, 3])
def test_an_origin_is_asked_only_so_often_at_once(name, places, hostile):
    busy = Busy()
    server = hostile(busy)
    results = side_by_side([egress.Ask("GET", server.url, places=places) for _ in range(7)])[name]()
    assert [result.status for result in results] == [200] * 7
    assert busy.most == places
    assert PLACES.taken == 0


@DOORS
def test_a_process_makes_only_so_many_exchanges_in_all(name, hostile, policy_settings):
    policy_settings.KAIZEN_EGRESS_PLACES = 3
    busy = Busy()
    asks = [egress.Ask("GET", hostile(busy).url) for _ in range(5)]
    results = side_by_side(asks * 2)[name]()
    assert [result.status for result in results] == [200] * 10
    assert busy.most == 3


@DOORS
def test_waiting_for_a_place_is_not_charged_to_the_model(name, hostile):
    server = hostile(Busy(0.15))
    results = side_by_side([egress.Ask("GET", server.url, places=1, deadline=0.4) for _ in range(4)])[name]()
    assert all(result.elapsed < 0.4 for result in results)
    assert [result.status for result in results] == [200] * 4


@DOORS
def test_waiting_too_long_for_a_place_is_our_fault(name, hostile):
    server = hostile(Busy(0.4))
    results = side_by_side([egress.Ask("GET", server.url, places=1, patience=0.1) for _ in range(3)])[name]()
    failed = [result for result in results if isinstance(result, Failed)]
    assert [(one.outcome.value, one.reason) for one in failed] == [("our_fault", "no_place")] * 2
    assert PLACES.taken == 0


def test_both_doors_share_the_places_of_an_origin(hostile):
    busy = Busy(0.1)
    server = hostile(busy)
    asks = side_by_side([egress.Ask("GET", server.url) for _ in range(3)])
    thread = threading.Thread(target=asks["requests"])
    thread.start()
    asks["asyncio"]()
    thread.join()
    assert busy.most == 2


def test_a_cancelled_wait_and_a_cancelled_exchange_give_their_places_back(hostile):
    server = hostile(Busy(1))

    async def cancel_all():
        tasks = [asyncio.create_task(egress.ask_async(egress.Ask("GET", server.url, places=1))) for _ in range(3)]
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(result) for result in asyncio.run(cancel_all())] == [asyncio.CancelledError] * 3
    assert PLACES.taken == 0


def test_nobody_waits_behind_an_origin_that_is_full():
    places = Places()
    first = places.ask("a", most=1, in_all=3)
    second = places.ask("a", most=1, in_all=3)
    other = places.ask("b", most=1, in_all=3)
    assert (first.done(), second.done(), other.done()) == (True, False, True)
    places.release(first, in_all=3)
    assert second.done()


def test_a_place_granted_in_the_moment_of_giving_up_goes_on_to_the_next():
    places = Places()
    first, second, third = (places.ask("a", most=1, in_all=9) for _ in range(3))
    places.release(first, in_all=9)
    places.abandon(second, in_all=9)
    assert third.done()
    places.abandon(third, in_all=9)
    assert places.taken == 0


@pytest.fixture
def resolving(policy_settings, monkeypatch):
    """Names resolved by a function of the test's, in a fresh pool."""

    def use(answer, threads=4):
        asked = []

        def getaddrinfo(host, *_args, **_kwargs):
            asked.append(host)
            return [(0, 0, 0, "", (text, 0)) for text in answer(host)]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(POOLS, "resolver", Resolver(threads))
        return asked

    return use


def reason(door, url="https://models.example.org/", **bounds):
    with pytest.raises(Failed) as caught:
        door(egress.Ask("GET", url, **({"deadline": 2} | bounds)))
    return caught.value.outcome.value, caught.value.reason


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["8.8.8.8", "127.0.0.1"], "address_not_public"),
        (["::ffff:8.8.8.8"], "address_not_public"),
        (["fe80::1%lo"], "address_zone_id"),
        ([], "dns_no_answer"),
    ],
)
def test_one_look_up_is_made_and_every_answer_checked_before_any_connection(
    answers, expected, resolving, door, monkeypatch
):
    asked = resolving(lambda host: answers)

    def no_connection(*_args):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr("registry.egress.connecting.Attempts.__iter__", no_connection)
    assert reason(door) == ("unreachable", expected)
    assert asked == ["models.example.org"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (socket.EAI_NONAME, ("unreachable", "dns_no_answer")),
        (socket.EAI_AGAIN, ("unreachable", "dns_failed")),
        (socket.EAI_FAIL, ("unreachable", "dns_failed")),
        (socket.EAI_MEMORY, ("our_fault", "resolver_failed")),
        (socket.EAI_SYSTEM, ("our_fault", "resolver_failed")),
    ],
)
def test_a_failed_look_up_is_laid_to_whom_it_belongs(number, expected, resolving, door):
    def fail(host):
        raise socket.gaierror(number, "as the test wills")

    resolving(fail)
    assert reason(door) == expected


def test_a_hanging_look_up_is_a_timeout_and_an_overloaded_resolver_our_fault(resolving, door):
    release = threading.Event()
    resolving(lambda host: [str(release.wait(5))], threads=1)
    assert reason(door, deadline=0.2) == ("timeout", "dns_timeout")
    assert reason(door, "https://other.example.org/", deadline=0.2)[1] in {"resolver_busy", "dns_timeout"}
    release.set()


def test_a_look_up_takes_no_more_than_its_own_time(resolving, door, monkeypatch):
    monkeypatch.setattr("registry.egress.connecting.LOOKUP_SECONDS", 0.1)
    release = threading.Event()
    resolving(lambda host: [str(release.wait(5))], threads=1)
    began = time.monotonic()
    assert reason(door, deadline=5) == ("timeout", "dns_timeout")
    assert reason(door, "https://other.example.org/", deadline=5) == ("our_fault", "resolver_busy")
    assert time.monotonic() - began < 1
    release.set()


def test_the_connection_goes_to_the_checked_address_and_the_name_is_kept(hostile, resolving, policy_settings, door):
    server = hostile(lambda server, connection: (server.read_request(connection), connection.sendall(ANSWER)))
    policy_settings.KAIZEN_EGRESS_DEV_ALLOW = [f"model.name:{server.port}"]
    asked = resolving(lambda host: ["127.0.0.9", "127.0.0.1"])
    reply = door(egress.Ask("GET", f"http://model.name:{server.port}/"))
    assert (reply.status, reply.peer, asked) == (200, "127.0.0.1", ["model.name"])
    assert f"Host: model.name:{server.port}\r\n".encode() in server.heads[0]


def test_a_forked_child_has_a_resolver_and_places_of_its_own(resolving):
    resolving(lambda host: ["8.8.8.8"])
    assert POOLS.resolver.ask("a").result(2) == ["8.8.8.8"]
    ticket = PLACES.ask("a", most=1, in_all=1)
    child = os.fork()
    if child == 0:
        fine = POOLS.resolver.ask("b").result(2) == ["8.8.8.8"] and PLACES.ask("a", most=1, in_all=1).done()
        os._exit(0 if fine else 1)
    PLACES.release(ticket, in_all=1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_hanging_look_up_holds_up_no_other_while_there_are_threads(resolving):
    release = threading.Event()
    resolving(lambda host: [str(release.wait(5))] if host == "slow" else ["8.8.8.8"], threads=3)
    assert POOLS.resolver.ask("first").result(2) == ["8.8.8.8"]
    slow = [POOLS.resolver.ask("slow") for _ in range(2)]
    assert POOLS.resolver.ask("quick").result(2) == ["8.8.8.8"]
    release.set()
    assert [lookup.result(2) for lookup in slow] == [["True"]] * 2


@DOORS
def test_a_batch_of_hanging_servers_holds_up_no_healthy_one(name, hostile):
    def hang(server, connection):
        server.stopped.wait(5)

    healthy = hostile(lambda server, connection: (server.read_request(connection), connection.sendall(ANSWER)))
    asks = [egress.Ask("GET", hostile(hang).url, deadline=0.5) for _ in range(6)] + [egress.Ask("GET", healthy.url)]
    results = side_by_side(asks)[name]()
    assert results[-1].elapsed < 0.4
    assert [result.reason for result in results[:-1]] == ["deadline_exceeded"] * 6
