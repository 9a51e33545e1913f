import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.egress import check_host
from registry.egress.addresses import parse_network
from registry.egress.policy import Grant, Policy
from registry.egress.reasons import REASONS, Refused
from registry.egress.urls import check_url

RULES = Policy()
LABEL_63, LABEL_64 = "a" * 63, "a" * 64
NAME_253 = f"{LABEL_63}.{LABEL_63}.{LABEL_63}.{'a' * 57}.com"
NAME_254 = f"{LABEL_63}.{LABEL_63}.{LABEL_63}.{'a' * 58}.com"

ALLOWED = {
    "https://example.com": "https://example.com/",
    "https://example.com/": "https://example.com/",
    "HTTPS://EXAMPLE.COM/Path": "https://example.com/Path",
    "https://example.com.": "https://example.com/",
    "https://example.com.:8443/x": "https://example.com:8443/x",
    "https://example.com:443/": "https://example.com/",
    "https://example.com:8443": "https://example.com:8443/",
    "https://a-b.c--d.example.co.uk/v1?x=1&y=%20": "https://a-b.c--d.example.co.uk/v1?x=1&y=%20",
    "https://1.2.3.com/": "https://1.2.3.com/",
    "https://0x7f.com/": "https://0x7f.com/",
    "https://r3---sn-x.example.net/": "https://r3---sn-x.example.net/",
    "https://example.com?x=/?:@!$&'()*+,;=-._~": "https://example.com/?x=/?:@!$&'()*+,;=-._~",
    "https://example.com/a/../b/./c//d": "https://example.com/a/../b/./c//d",
    "https://example.com/:@!$&'()*+,;=-._~%00%fF": "https://example.com/:@!$&'()*+,;=-._~%00%fF",
    "https://bücher.example.com/": "https://xn--bcher-kva.example.com/",
    "https://BÜCHER.example.com/": "https://xn--bcher-kva.example.com/",
    "https://straße.de/": "https://xn--strae-oqa.de/",
    "https://例え.テスト/": "https://xn--r8jz45g.xn--zckzah/",
    "https://公司.cn/": "https://xn--55qx5d.cn/",
    "https://xn--bcher-kva.de/": "https://xn--bcher-kva.de/",
    "https://XN--BCHER-KVA.de/": "https://xn--bcher-kva.de/",
    "https://example.xn--p1ai/": "https://example.xn--p1ai/",
    "https://localhost.example.com/": "https://localhost.example.com/",
    "https://internal.corp.com/": "https://internal.corp.com/",
    f"https://{LABEL_63}.com/": f"https://{LABEL_63}.com/",
    f"https://{NAME_253}/": f"https://{NAME_253}/",
    f"https://{NAME_253}./": f"https://{NAME_253}/",
    "https://example.com/" + "a" * 2028: "https://example.com/" + "a" * 2028,
}
REFUSED = {
    # the whole
    "url_too_long": ["https://example.com/" + "a" * 2029, "https://" + "ü" * 1021],
    "url_bad_character": [
        *(f"https://exam{c}ple.com/" for c in " \t\r\n\x00\x0b\x1f\x7f\x80\x85\x9f\xa0\xad\u034f\u061c\u115f\u1160\u17b4"),
        *(f"https://exam{c}ple.com/" for c in "\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202e\u2060\u2066"),
        *(f"https://example.com/{c}" for c in "\u2800\u3000\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffe\uffff\ud800\udfff"),
        *(f"https://example.com/?{c}" for c in " \t\n\u200b\U000e0001\U000e0100\u2003\u1680\u00a0"),
        " https://example.com/",
        "https://example.com/ ",
        "https://example.com/\n",
        "\ufeffhttps://example.com/",
        "ht\ntps://example.com/",
    ],
    "url_backslash": ["https:\\\\example.com/", "https://example.com\\@evil.com/", "https://example.com/a\\b"],
    "url_fragment": ["https://example.com/#", "https://example.com#a", "https://example.com/?a#b", "https://evil.com#@good.com/"],
    "url_malformed": ["", "example.com", "//example.com/", "https", "https:", "https:/example.com", "https:example.com", "/x",
                      "://example.com", "1https://example.com", "ḣttps://example.com/"],
    "scheme_not_https": ["http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "ws://a.com/",
                         "data:text/plain,a", "javascript:alert(1)", "httpss://example.com/", "https+unix://example.com/",
                         "HTTP://example.com", "unix:/x", "jar:https://example.com!/"],
    "url_userinfo": ["https://user@example.com/", "https://user:pass@example.com/", "https://@example.com/",
                     "https://good.com@evil.com/", "https://a@b@c.com/", "https://:@example.com/"],
    "url_bad_path": [
        *(f"https://example.com/{c}" for c in '"<>^`{|}[]é例'),
        *(f"https://example.com/?{c}" for c in '"<>^`{|}[]é例'),
        *(f"https://example.com/{c}" for c in ("%", "%2", "%zz", "%2g", "%%20", "%u0041", "a%")),
        "https://example.com/?%", "https://example.com/?a=%x1",
    ],
    # the host
    "host_missing": ["https://", "https:///", "https:///example.com", "https://?x", "https://:443/", "https://./"],
    "host_ip_literal": [
        "https://[::1]/", "https://[2606:4700::1111]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1]:443/", "https://[", "https://]",
        "https://[v1.a]/", "https://[::1]x/", "https://127.0.0.1/", "https://8.8.8.8/", "https://127.0.0.1./", "https://127.1/",
        "https://2130706433/", "https://0/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/",
        "https://017700000001/", "https://127.0.0.0x1/", "https://0X7F.1/", "https://1.2.3.4.5/", "https://0x/", "https://256.256.256.256/",
        "https://000000127.0.0.1:443/",
    ],
    "host_bad_character": ["https://exa_mple.com/", "https://_dmarc.example.com/", "https://exam!ple.com/", "https://exam$ple.com/",
                           "https://example.com%2f/", "https://%65xample.com/", "https://example%25eth0.com/",
                           "https://*.example.com/", "https://exam,ple.com/", "https://exam;ple.com/", "https://exam'ple.com/",
                           'https://exam"ple.com/', "https://exam(ple).com/", "https://a=b.com/", "https://a+b.com/", "https://a~b.com/",
                           "https://a&b.com/", "https://{a}.com/", "https://a|b.com/", "https://a^b.com/", "https://a`b.com/", "https://<a>.com/"],
    "host_bad_label": ["https://-a.com/", "https://a-.com/", "https://-.com/", "https://xn--.com/", "https://a..com/", "https://.a.com/", "https://example.com../",
                       "https://../", "https://...", f"https://{LABEL_64}.com/", "https://a.-com/", "https://a.com-/"],
    "host_too_long": [f"https://{NAME_254}/", f"https://{NAME_254}./"],
    "host_no_dot": ["https://models/", "https://com/", "https://com./", "https://a-b/", "https://xn--p1ai/"],
    "host_bad_top_level": ["https://example.123/", "https://example.0x1/", "https://a.1/", "https://example.c0m/", "https://example.a-b/",
                           "https://example.com.9/", "https://example.x1/"],
    "host_reserved": [
        *(f"https://a.{name}/" for name in ["localhost", "localhost6", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"]),
        *(f"https://a.{name}/" for name in ["arpa", "onion", "test", "invalid", "example", "consul", "svc", "cluster"]),
        "https://localhost/", "https://LOCALHOST/", "https://a.LOCAL/", "https://a.local./", "https://metadata.google.internal/",
        "https://kubernetes.default.svc/", "https://a.svc.cluster.local/", "https://localhost.localdomain/", "https://1.0.0.127.in-addr.arpa/",
    ],
    "host_other_dot": ["https://example。com/", "https://example．com/", "https://example｡com/", "https://a.example。com/", "https://example.com。/",
                       "https://127。0。0。1/"],
    "host_maps_to_ascii": ["https://ⓛⓞⓒⓐⓛ.com/", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://ｅｘａｍｐｌｅ.com/", "https://example.ⓒⓞⓜ/", "https://exam\u212ale.com/",
                           "https://１２７.0.0.1/", "https://𝐞𝐱𝐚𝐦𝐩𝐥𝐞.com/", "https://ﬀ.com/", "https://ſ.com/", "https://ⅷ.com/", "https://①.com/",
                           "https://℡.com/", "https://ªb.com/", "https://a.ｌocal/"],
    "host_bad_idna": ["https://xn--a.com/", "https://xn--zz.com/", "https://xn--i-7iq.ws/", "https://☕.com/", "https://i❤.ws/",
                      "https://-ü.com/", "https://ü-.com/", "https://a․ü.com/", "https://ü_.com/", "https://xn--99999999999.com/",
                      "https://xn--80ak6aa92e\u0301.com/", "https://℀ü.com/", "https://" + "ü" * 64 + ".com/", "https://א1a.com/",
                      "https://\u0301a.com/", "https://example.xn--a/"],
    # the port
    "port_bad": ["https://example.com:/", "https://example.com:", "https://example.com:0443/", "https://example.com:00443/", "https://example.com:4a3/",
                 "https://example.com:-443/", "https://example.com:+443/", "https://example.com:４４３/", "https://example.com:443:443/",
                 "https://example.com:0/", "https://example.com:0x1bb/", "https://example.com:443443443/", "https://example.com:٤٤٣/",
                 "https://fe80::1/", "https://a::443/", "https://example.com:4_43/", "https://example.com:443,8443/", "https://example.com:4.43/"],
    "port_not_allowed": [f"https://example.com:{port}/" for port in (1, 22, 25, 80, 442, 444, 4433, 6379, 8080, 8442, 8444, 9001, 65535, 65536, 65979, 99999)],
}  # fmt: skip


@pytest.mark.parametrize(("url", "normal"), ALLOWED.items(), ids=lambda text: text[:40])
def test_a_public_address_passes_in_its_normal_form(url, normal):
    target = check_url(url, rules=RULES)
    assert target.url == normal
    assert target.host == target.host.lower()


@pytest.mark.parametrize(
    ("reason", "url"),
    [(reason, url) for reason, urls in REFUSED.items() for url in urls],
    ids=lambda text: ascii(text)[:50],
)
def test_any_other_address_is_refused_for_its_published_reason(reason, url):
    with pytest.raises(Refused) as caught:
        check_url(url, rules=RULES)
    assert caught.value.reason_code == reason
    assert caught.value.sentence == REASONS[reason].sentence


@given(st.text())
def test_no_text_does_anything_but_pass_or_be_refused(text):
    for url in (
        text,
        f"https://{text}",
        f"https://{text}.com/",
        f"https://example.com{text}",
        f"https://example.com:{text}/",
    ):
        _assert_sound(url)


@given(st.text(alphabet="htps:/@[]%.\\#?0123456789abcxln-_ ü。ⓐ\u200b", max_size=40))
def test_no_mixture_of_delimiters_slips_through(text):
    _assert_sound(f"https://{text}")


@given(st.from_regex(r"\A[a-z][a-z0-9]{0,20}(\.[a-z][a-z0-9]{0,20}){0,3}\.(com|org|net|io)\Z"))
def test_every_plain_public_name_passes(name):
    assert check_url(f"https://{name}/", rules=RULES).host == name


def test_a_question_mark_with_nothing_behind_it_is_no_query():
    assert check_url("https://models.example.com/a?", rules=RULES) == check_url(
        "https://models.example.com/a", rules=RULES
    )


def _assert_sound(url):
    try:
        target = check_url(url, rules=RULES)
    except Refused as refusal:
        refused = refusal.reason_code
    else:
        refused = None
        assert target.scheme == "https"
        assert target.port in {443, 8443}
        assert target.host.isascii()
        assert target.host.rpartition(".")[0]
        assert check_url(target.url, rules=RULES) == target, "the normal form is stable"
    assert refused is None or refused in REASONS


@pytest.mark.parametrize("host", ["example.com", "Example.COM.", "bücher.de"])
def test_a_mail_domain_is_judged_by_the_same_host_rules(host):
    assert check_host(host).isascii()


@pytest.mark.parametrize("host", ["localhost", "a.local", "127.0.0.1", "", "[::1]", "a b.com", "x.test"])
def test_a_mail_domain_that_is_no_public_name_is_refused(host):
    with pytest.raises(Refused):
        check_host(host)


def test_the_extra_ports_are_a_setting():
    assert check_url("https://example.com:9443/", rules=Policy(ports=frozenset({9443}))).port == 9443
    with pytest.raises(Refused):
        check_url("https://example.com:8443/", rules=Policy(ports=frozenset({443})))


DEVELOPER = Policy(dev_pairs=frozenset({("127.0.0.1", 9001), ("::1", 9001), ("model", 80), ("localhost", 9443)}))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:9001/health", "http://127.0.0.1:9001"),
        ("https://127.0.0.1:9001/", "https://127.0.0.1:9001"),
        ("http://[::1]:9001/", "http://[::1]:9001"),
        ("http://model/", "http://model"),
        ("http://MODEL:80", "http://model"),
        ("https://localhost:9443", "https://localhost:9443"),
    ],
)
def test_a_named_development_pair_lifts_scheme_host_and_port(url, origin):
    target = check_url(url, rules=DEVELOPER)
    assert target.development
    assert target.origin == origin


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9002/", "http://127.0.0.2:9001/", "http://127.1:9001/", "http://localhost:9001/", "http://127.0.0.1/",
        "http://2130706433:9001/", "http://[::ffff:127.0.0.1]:9001/", "https://model/", "ftp://127.0.0.1:9001/",
        "http://u@127.0.0.1:9001/", "http://127.0.0.1:9001/#x", "http://127.0.0.1:9001/ x", "http://127.0.0.1:9001/\\", "http://127.0.0.1:09001/",
        "http://127.0.0.1.:9001/", "http://127.0.0.1:9001@evil.com/", "http://127.0.0.1:9001/" + "a" * 2048, "http://127.0.0.1:9001/é",
    ],
)  # fmt: skip
def test_nothing_beside_the_named_pair_is_lifted(url):
    with pytest.raises(Refused):
        check_url(url, rules=DEVELOPER)


def test_a_development_pair_may_resolve_anywhere_but_to_an_address():
    target = check_url("https://localhost:9443", rules=DEVELOPER)
    assert [str(a) for a in target.check_answers(["127.0.0.1", "::1"], rules=DEVELOPER)] == ["127.0.0.1", "::1"]
    with pytest.raises(Refused):
        target.check_answers(["nonsense"], rules=DEVELOPER)


OWN_NETWORK = Policy(
    grants=(
        Grant("models.corp.example", parse_network("10.20.0.0/16"), frozenset({443, 8000})),
        Grant("gpu.lan", parse_network("fd00:5::/48"), frozenset({443})),
        Grant("llm", parse_network("10.30.0.0/24"), frozenset({8001})),
    )
)


@pytest.mark.parametrize(
    ("url", "answers"),
    [
        ("https://models.corp.example/", ["10.20.0.1"]),
        ("https://a.b.models.corp.example:8000/", ["10.20.255.255"]),
        ("https://models.corp.example.:8443/", ["8.8.8.8"]),
        ("https://Models.Corp.Example:443/", ["10.20.0.1", "8.8.8.8"]),
        ("https://gpu.lan/", ["fd00:5::1"]),
        ("https://llm:8001/", ["10.30.0.7"]),
        ("https://elsewhere.com/", ["8.8.8.8"]),
    ],
)
def test_a_grant_lets_its_names_networks_and_ports_pass(url, answers):
    assert check_url(url, rules=OWN_NETWORK).check_answers(answers, rules=OWN_NETWORK)


@pytest.mark.parametrize(
    ("url", "answers"),
    [
        ("https://elsewhere.com/", ["10.20.0.1"]),
        ("https://elsewhere.com:8000/", ["8.8.8.8"]),
        ("https://evilmodels.corp.example/", ["10.20.0.1"]),
        ("https://corp.example/", ["10.20.0.1"]),
        ("https://models.corp.example.evil.com/", ["10.20.0.1"]),
        ("https://models.corp.example/", ["10.21.0.1"]),
        ("https://models.corp.example/", ["10.20.0.1", "127.0.0.1"]),
        ("https://models.corp.example/", ["10.30.0.7"]),
        ("https://models.corp.example:8001/", ["10.20.0.1"]),
        ("https://models.corp.example:8443/", ["10.20.0.1"]),
        ("https://gpu.lan/", ["10.20.0.1"]),
        ("https://other.lan/", ["8.8.8.8"]),
        ("http://models.corp.example/", ["10.20.0.1"]),
        ("https://10.20.0.1/", ["10.20.0.1"]),
        ("https://a_b.models.corp.example/", ["10.20.0.1"]),
        ("https://models.corp.example/", []),
    ],
)
def test_a_grant_opens_nothing_else(url, answers):
    with pytest.raises(Refused):
        check_url(url, rules=OWN_NETWORK).check_answers(answers, rules=OWN_NETWORK)
