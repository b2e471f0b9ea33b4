"""`followup doctor --domain`, as it is typed."""

from collections.abc import Iterator

import pytest

from tests.dns_server import NameServerOfTest, name_server, text
from tests.e2e.conftest import Desk
from tests.unit.domain.outbox.test_dkim_key import RSA_2048

ZONE = {
    "gmail.com": {"MX": ["5 gmail-smtp-in.l.google.com."]},
    "harbour.example": {"MX": ["10 mx.harbour.example."], "TXT": [text("v=spf1 mx ~all")]},
    "mx.harbour.example": {"A": ["127.0.0.2"]},
    "out.harbour.example": {"A": ["192.0.2.10"]},
    "10.2.0.192.in-addr.arpa": {"PTR": ["out.harbour.example."]},
    "x7._domainkey.harbour.example": {"TXT": [text(f"v=DKIM1; p={RSA_2048}")]},
}


@pytest.fixture
def server() -> Iterator[NameServerOfTest]:
    with name_server(ZONE) as running:
        yield running


def asked(server: NameServerOfTest, *more: str) -> list[str]:
    common = ["doctor", "--domain", "harbour.example", "--resolver", server.address]
    return [*common, "--selector", "x7", "--address", "192.0.2.10", *more]


def test_people_read_what_is_wrong_the_record_to_publish_and_what_receivers_do(
    quick: Desk, server: NameServerOfTest
) -> None:
    said = quick.followup.run(*asked(server), code=4)
    lines = [line for line in said.out.splitlines() if not line[4:].startswith("mx tls")]
    assert lines == [
        "ok  domain     harbour.example",
        "!!  spf        v=spf1 mx ~all does not permit 192.0.2.10 (softfail)",
        "               Permit your mail server:",
        '                 harbour.example. TXT "v=spf1 mx ip4:192.0.2.10 ~all"',
        (
            "ok  dkim       x7._domainkey.harbour.example: rsa, 2048 bits, receivers accept it; that emails "
            "are signed with"
        ),
        "               it cannot be seen here",
        "!!  dmarc      there is no DMARC record for harbour.example",
        "               Publish one that asks for reports at first:",
        (
            "                 _dmarc.harbour.example. TXT "
            '"v=DMARC1; p=none; rua=mailto:postmaster@harbour.example"'
        ),
        "--  alignment  bounces go to the sender's own domain; DKIM alone proves the sender",
        "ok  mx         harbour.example: mx.harbour.example",
        "ok  ptr        192.0.2.10 is out.harbour.example, and out.harbour.example is 192.0.2.10",
        "",
        "Gmail: takes them, but refuses them from who sends it 5,000 emails a day",
        "  SPF must pass beside DKIM (550 5.7.27)",
        "  a DMARC record is required, p=none at least",
        "Yahoo: takes them, but refuses them from who sends it many emails",
        "  SPF must pass beside DKIM",
        "  a DMARC record is required, p=none at least",
        "Microsoft: takes them, but refuses them from who sends it 5,000 emails a day",
        "  SPF must pass beside DKIM (550 5.7.515)",
        "  a DMARC record is required, p=none at least (550 5.7.515)",
    ]


def test_programs_read_a_document_of_the_frozen_form(quick: Desk, server: NameServerOfTest) -> None:
    document = quick.followup.json(*asked(server), code=4)
    assert document["ok"] is False
    assert [check["code"] for check in document["checks"] if check["exit_code"]] == [
        "spf_not_permitted",
        "dmarc_missing",
    ]
    assert [receiver["treatment"] for receiver in document["receivers"]] == ["refused_in_bulk"] * 3


def test_without_a_name_server_one_line_says_so_and_what_to_do(quick: Desk) -> None:
    with name_server({}) as lonely:
        refused = quick.followup.refused(*asked(lonely), code=6)
    assert refused["code"] == "name_server_unreachable"
    assert "does not even know gmail.com" in refused["message"]


def test_an_option_for_the_domain_without_it_is_wrong_usage(quick: Desk) -> None:
    for given in (["harbour.example"], ["--selector", "x7"], ["--address", "192.0.2.10"]):
        assert quick.followup.refused("doctor", *given, code=2)["code"] == "domain_options"
