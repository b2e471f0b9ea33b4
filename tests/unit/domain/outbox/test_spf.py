"""SPF policies, by RFC 7208. Sections are those of the RFC."""

import ipaddress

import pytest

from followup.domain.outbox.sender_domain.spf import (
    SpfPolicy,
    SpfResult,
    Term,
    closed,
    is_spf,
    merged,
    networks_of,
    parse_terms,
    with_term,
)


def policy(record: str, domain: str = "harbour.example") -> SpfPolicy:
    terms, wrong = parse_terms(record)
    assert wrong == ()
    return SpfPolicy(domain, record, terms)


def result(record: str, address: str) -> SpfResult:
    return policy(record).result(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("record", "address", "expected"),
    [
        ("v=spf1 ip4:192.0.2.10 -all", "192.0.2.10", SpfResult.PASS),
        ("v=spf1 ip4:192.0.2.10 -all", "192.0.2.11", SpfResult.FAIL),
        ("v=spf1 ip4:192.0.2.0/24 ~all", "192.0.2.255", SpfResult.PASS),
        ("v=spf1 ip4:192.0.2.0/24 ~all", "192.0.3.0", SpfResult.SOFTFAIL),
        ("v=spf1 ip4:192.0.2.0/24 ?all", "192.0.3.0", SpfResult.NEUTRAL),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8:ffff::1", SpfResult.PASS),
        ("v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", SpfResult.FAIL),
        # The first term that matches decides (4.6.2), and without one the result is neutral (4.7).
        ("v=spf1 -ip4:192.0.2.10 ip4:192.0.2.0/24 -all", "192.0.2.10", SpfResult.FAIL),
        ("v=spf1 ip4:192.0.2.10", "192.0.2.11", SpfResult.NEUTRAL),
        ("V=SPF1 IP4:192.0.2.10 -ALL", "192.0.2.10", SpfResult.PASS),
        ("v=spf1", "192.0.2.10", SpfResult.NEUTRAL),
    ],
)
def test_the_first_term_that_matches_decides(record: str, address: str, expected: SpfResult) -> None:
    assert result(record, address) is expected


@pytest.mark.parametrize(
    "word",
    ["ip4:192.0.2.300", "ip4:2001:db8::1", "ip6:192.0.2.1", "ip4", "include:", "all:x", "ipv4:192.0.2.1",
     "a/33", "mx//129", "exists:a.example/24", "redirect="],
)  # fmt: skip
def test_a_word_that_is_no_term_is_a_mistake(word: str) -> None:
    _, wrong = parse_terms(f"v=spf1 {word} -all")
    assert wrong == (word,)


def test_modifiers_that_nobody_knows_are_no_mistake() -> None:
    terms, wrong = parse_terms("v=spf1 exp=why.harbour.example future=1 mx -all")
    assert ([term.kind for term in terms], wrong) == (["mx", "all"], ())


def test_a_redirect_counts_last_and_not_beside_all() -> None:
    assert [term.kind for term in parse_terms("v=spf1 redirect=_spf.b.example mx")[0]] == ["mx", "redirect"]
    assert [term.kind for term in parse_terms("v=spf1 redirect=_spf.b.example mx ~all")[0]] == ["mx", "all"]


def test_an_include_permits_only_by_a_pass_and_a_redirect_gives_its_result() -> None:
    inner = policy("v=spf1 ip4:192.0.2.10 -all", "b.example")
    including = SpfPolicy("a.example", "", (Term("include", included=inner), Term("all", "~")))
    redirected = SpfPolicy("a.example", "", (Term("redirect", included=inner),))
    other = ipaddress.ip_address("192.0.2.11")
    assert including.result(ipaddress.ip_address("192.0.2.10")) is SpfResult.PASS
    assert including.result(other) is SpfResult.SOFTFAIL
    assert redirected.result(other) is SpfResult.FAIL
    assert including.included_domains == {"b.example"}


def test_a_term_that_depends_on_the_email_leaves_the_result_open_unless_one_before_it_matches() -> None:
    found = SpfPolicy(
        "a.example", "", (*policy("v=spf1 ip4:192.0.2.10").terms, Term("exists", evaluable=False))
    )
    assert found.result(ipaddress.ip_address("192.0.2.10")) is SpfResult.PASS
    assert found.result(ipaddress.ip_address("192.0.2.11")) is SpfResult.UNKNOWN


@pytest.mark.parametrize(
    ("record", "everybody"),
    [
        ("v=spf1 +all", True),
        ("v=spf1 mx all", True),
        ("v=spf1 ip4:0.0.0.0/0 -all", True),
        ("v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all", True),
        ("v=spf1 ip6:::/0 -all", True),
        ("v=spf1 ip4:10.0.0.0/8 -all", False),
        ("v=spf1 ?all", False),
        ("v=spf1 -ip4:0.0.0.0/0", False),
    ],
)
def test_a_policy_that_permits_everybody_is_known(record: str, everybody: bool) -> None:
    assert policy(record).permits_everybody is everybody


def test_an_include_of_a_policy_that_permits_everybody_permits_everybody() -> None:
    inner = policy("v=spf1 +all", "b.example")
    assert SpfPolicy("a.example", "", (Term("include", included=inner), Term("all", "-"))).permits_everybody


def test_an_a_stands_for_the_networks_of_its_addresses_by_their_kind() -> None:
    addresses = [ipaddress.ip_address("192.0.2.77"), ipaddress.ip_address("2001:db8::77")]
    assert networks_of(Term("a", prefix=24, prefix6=64), addresses) == (
        ipaddress.ip_network("192.0.2.0/24"),
        ipaddress.ip_network("2001:db8::/64"),
    )
    assert networks_of(Term("a", prefix=24), addresses)[1] == ipaddress.ip_network("2001:db8::77/128")


def test_an_spf_record_is_told_from_other_texts() -> None:
    assert is_spf("v=spf1 -all")
    assert is_spf("V=spf1")
    assert not is_spf("v=spf10 -all")
    assert not is_spf("google-site-verification=v=spf1")


def test_records_are_mended_without_losing_who_is_permitted() -> None:
    assert with_term("v=spf1 mx ~all", "ip4:192.0.2.10") == "v=spf1 mx ip4:192.0.2.10 ~all"
    assert with_term("v=spf1 redirect=b.example", "mx") == "v=spf1 mx redirect=b.example"
    assert with_term("v=spf1 a", "mx") == "v=spf1 a mx"
    assert closed("v=spf1 mx +all") == "v=spf1 mx -all"
    assert (
        merged(["v=spf1 mx a -all", "v=spf1 include:b.example a ~all"])
        == "v=spf1 mx a include:b.example ~all"
    )
