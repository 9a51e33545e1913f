from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.egress.addresses import check_address, check_answers, parse_address
from registry.egress.reasons import Refused

REFUSED_NETWORKS = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "168.63.129.16/32",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "::/3",
    "4000::/2",
    "8000::/1",
]
EDGES_REFUSED = [
    text for network in map(ip_network, REFUSED_NETWORKS) for text in sorted({str(network[0]), str(network[-1])})
]
SPECIAL_REFUSED = [
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd00::1",
    "ff02::1",
    "2001::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2002:808:808::1",
    "3fff:fff::1",
    "5f00::1",
    "169.254.169.254",
    "168.63.129.16",
    "fd00:ec2::254",
]
ALLOWED = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "168.63.129.15",
    "168.63.129.17",
    "2000::",
    "2001:200::",
    "2001:db7:ffff::1",
    "2001:db9::",
    "2003::",
    "2606:4700:4700::1111",
    "3ffe:ffff:ffff::1",
    "3fff:1000::",
    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
]
NOT_ADDRESSES = [
    "", " ", "8.8.8", "8.8.8.8.8", "08.8.8.8", "0x8.8.8.8", "134744072", "8.8.8.8 ", " 8.8.8.8", "8.8.8.8\n", "8.8.8.8/32",
    "８.8.8.8", "[2606::1]", "2606:::1", "example.com", "8.8.8.256", "x" * 9999, None, 134744072, True, 8.8, ["8.8.8.8"],
    {"a": 1}, b"8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("text", [*EDGES_REFUSED, *SPECIAL_REFUSED])
def test_an_address_that_is_not_public_is_refused(text):
    with pytest.raises(Refused) as caught:
        check_address(ip_address(text))
    assert caught.value.reason_code == "address_not_public"


@pytest.mark.parametrize("text", ALLOWED)
def test_a_public_address_passes_up_to_the_edges_of_what_is_refused(text):
    check_address(parse_address(text))


@pytest.mark.parametrize("answer", NOT_ADDRESSES, ids=lambda answer: repr(answer)[:20])
def test_what_is_no_address_refuses_the_look_up(answer):
    with pytest.raises(Refused) as caught:
        check_answers(["8.8.8.8", answer])
    assert caught.value.reason_code == "dns_bad_answer"


@pytest.mark.parametrize("answer", ["fe80::1%eth0", "2606::1%1", "2606::1%lo"])
def test_a_zone_id_is_refused(answer):
    with pytest.raises(Refused) as caught:
        check_answers([answer])
    assert caught.value.reason_code == "address_zone_id"


def test_a_look_up_without_answers_is_refused():
    with pytest.raises(Refused) as caught:
        check_answers([])
    assert caught.value.reason_code == "dns_no_answer"


@given(
    st.lists(st.sampled_from(ALLOWED), max_size=6),
    st.sampled_from([*EDGES_REFUSED, *SPECIAL_REFUSED]),
    st.integers(0, 6),
)
def test_one_bad_answer_refuses_all_wherever_it_stands(good, bad, place):
    with pytest.raises(Refused):
        check_answers([*good[:place], bad, *good[place:]])


@given(st.lists(st.sampled_from(ALLOWED), min_size=1, max_size=6))
def test_good_answers_pass_in_their_order_without_repetition(good):
    assert [str(address) for address in check_answers(good)] == list(dict.fromkeys(good))


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_of_a_refused_network_passes(address: IPv4Address):
    inside = any(address in ip_network(network) for network in REFUSED_NETWORKS if "." in network)
    assert _passes(address) is not inside


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_outside_global_unicast_passes(address: IPv6Address):
    if _passes(address):
        assert address in ip_network("2000::/3")


def test_our_own_addresses_are_refused_although_public():
    own = [ip_network("8.8.8.0/24"), ip_network("2606::/32")]
    for text in ("8.8.8.8", "2606::1"):
        with pytest.raises(Refused) as caught:
            check_address(ip_address(text), own=own)
        assert caught.value.reason_code == "address_ours"
    check_address(ip_address("8.8.9.8"), own=own)


def test_a_granted_network_passes_and_nothing_beside_it():
    granted = [ip_network("10.20.0.0/16")]
    check_address(ip_address("10.20.255.255"), granted=granted)
    with pytest.raises(Refused):
        check_address(ip_address("10.21.0.0"), granted=granted)


def _passes(address):
    try:
        check_address(address)
    except Refused:
        return False
    return True
