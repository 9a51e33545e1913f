from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured

from registry.egress.policy import Grant, policy_in_force

CORP = Grant("models.corp.example", ip_network("10.20.0.0/16"), frozenset({443, 8443}))


def test_the_policy_is_read_from_the_settings(policy_settings):
    policy_settings.KAIZEN_EGRESS_DEV_ALLOW = ["127.0.0.1:9001", "[::1]:9002", "Model:80"]
    policy_settings.KAIZEN_EGRESS_PORTS = [443, "9443"]
    policy_settings.KAIZEN_OWN_ADDRESSES = ["198.97.0.0/24", "2606:5::/48"]
    policy_settings.KAIZEN_EGRESS_PLACES = 40
    rules = policy_in_force()
    assert rules.dev_pairs == {("127.0.0.1", 9001), ("::1", 9002), ("model", 80)}
    assert rules.ports == {443, 9443}
    assert rules.own_addresses == (ip_network("198.97.0.0/24"), ip_network("2606:5::/48"))
    assert rules.places == 40
    assert rules.user_agent == "Kaizen/1 (+https://kaizen.example.org/)"
    assert policy_in_force() is rules, "it is made once"


@pytest.mark.parametrize(
    ("entries", "grants"),
    [
        (["models.corp.example=10.20.0.0/16:443,8443"], (CORP,)),
        (["models.corp.example=10.20.0.0/16:443", "8443"], (CORP,)),
        (["models.corp.example=10.20.0.0/16"], (CORP,)),
        ([" .Models.Corp.Example. = 10.20.0.0/16 : 443 , 8443 "], (CORP,)),
        (
            ["models.corp.example=10.20.0.0/16:443", "8443", "gpu.lan=[fd00::/8]:8000", "llm=10.1.1.1/32:1", "2"],
            (
                CORP,
                Grant("gpu.lan", ip_network("fd00::/8"), frozenset({8000})),
                Grant("llm", ip_network("10.1.1.1/32"), frozenset({1, 2})),
            ),
        ),
        (["gpu.lan=fd00::/8"], (Grant("gpu.lan", ip_network("fd00::/8"), frozenset({443, 8443})),)),
        (["gpu.lan=[fd00::/8]"], (Grant("gpu.lan", ip_network("fd00::/8"), frozenset({443, 8443})),)),
        ([], ()),
    ],
)
def test_grants_are_read_also_where_a_list_reader_split_them_at_commas(entries, grants, policy_settings):
    policy_settings.KAIZEN_EGRESS_ALLOW = entries
    assert policy_in_force().grants == grants


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        *(("KAIZEN_EGRESS_DEV_ALLOW", entry) for entry in ("127.0.0.1", ":9001", "a:b", "a:0", "a:65536", "a:", "a:９", "")),
        *(
            ("KAIZEN_EGRESS_ALLOW", entry)
            for entry in (
                "models.corp.example", "=10.0.0.0/8", "a=10.0.0.0/8:x", "a=10.0.0.1/8", "a=nonsense", "a_b=10.0.0.0/8", "10.0.0.1=10.0.0.0/8",
                "a=10.0.0.0/8:0", "a=10.0.0.0/8:70000", "a=[fd00::/8", "a=", "a=fd00::/8:443", "a=10.0.0.0/8:443,,8443",
            )
        ),
        *(("KAIZEN_EGRESS_PORTS", entry) for entry in (0, -1, 65536, "x", "")),
        *(("KAIZEN_OWN_ADDRESSES", entry) for entry in ("1.2.3", "1.2.3.4/24", "example.com", "")),
    ],
)  # fmt: skip
def test_a_bad_entry_is_named_with_its_setting(name, entry, policy_settings):
    setattr(policy_settings, name, [entry])
    if name == "KAIZEN_EGRESS_DEV_ALLOW":
        policy_settings.KAIZEN_ENV = "development"
    with pytest.raises(ImproperlyConfigured) as caught:
        policy_in_force()
    assert name in str(caught.value)
    assert repr(entry) in str(caught.value)


def test_there_must_be_a_place(policy_settings):
    policy_settings.KAIZEN_EGRESS_PLACES = 0
    with pytest.raises(ImproperlyConfigured, match="KAIZEN_EGRESS_PLACES"):
        policy_in_force()


def test_production_refuses_the_development_allowance(policy_settings):
    policy_settings.KAIZEN_ENV = "production"
    policy_settings.KAIZEN_EGRESS_DEV_ALLOW = ["127.0.0.1:9001"]
    with pytest.raises(ImproperlyConfigured, match="KAIZEN_EGRESS_DEV_ALLOW"):
        policy_in_force()
