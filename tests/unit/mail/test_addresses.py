import pytest

from followup.errors import WrongUsage
from followup.mail.addresses import comparable_address, envelope_address, parse_mailbox


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("jo@home.test", "jo@home.test"),
        ("Jo.O'Neil+shop@Home.Test", "Jo.O'Neil+shop@Home.Test"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("jo@BÜCHER.example", "jo@xn--bcher-kva.example"),
        ("jo@xn--bcher-kva.example", "jo@xn--bcher-kva.example"),
        # IDNA 2008 keeps these letters, where that of 2003 made others of them (RFC 5891 and UTS 46).
        ("jo@straße.example", "jo@xn--strae-oqa.example"),
        ("jo@βόλος.example", "jo@xn--nxasmm1c.example"),
        ("jo@例え。テスト", "jo@xn--r8jz45g.xn--zckzah"),
        ("josé@home.test", "josé@home.test"),
        ("jose\u0301@home.test", "josé@home.test"),
        ("用户@例え.test", "用户@xn--r8jz45g.test"),
    ],
)
def test_an_address_is_written_as_mail_servers_want_it(written: str, sent: str) -> None:
    assert envelope_address(written) == sent


@pytest.mark.parametrize(
    "address",
    [
        "jo\u202egnp@home.test",  # turns the direction
        "jo\u200b@home.test",  # cannot be seen
        "jo\u00a0o@home.test",
        "jo\ud800@home.test",
        "jo@home.test\n",
        " jo@home.test",
        "jo@😀.example",
        "jo@xn--zzzzzzzzz.example",
        "jo@home_office.test",
        "jo@bücher..example",
        "é" * 33 + "@home.test",  # 66 octets
        "jo@" + "ü" * 300 + ".test",
        '"jo"@home.test',
        "jo@[127.0.0.1]",
    ],
)
def test_what_no_server_takes_or_what_hides_something_is_refused(address: str) -> None:
    with pytest.raises(WrongUsage, match="not an address"):
        envelope_address(address)


def test_a_refused_address_is_shown_without_what_it_hides() -> None:
    with pytest.raises(WrongUsage) as refused:
        envelope_address("jo\u202e\r\nBcc: x@y.test\x1b[31m")
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jo@Home.Test", "jo@home.test"),
        (" jo@bücher.example", "jo@XN--BCHER-KVA.example"),
        ("JOSE\u0301@home.test", "josé@home.test"),
    ],
)
def test_spellings_of_one_address_compare_equal(one: str, other: str) -> None:
    assert comparable_address(one) == comparable_address(other)


def test_other_addresses_compare_unequal() -> None:
    addresses = ["jo@home.test", "j.o@home.test", "jo+a@home.test", "jo@strasse.test", "jo@straße.test"]
    assert len({comparable_address(address) for address in addresses}) == len(addresses)


def test_mailboxes_are_read_as_people_write_them() -> None:
    assert parse_mailbox('"Ana, Harbour Books" <ana@shop.test>').name == "Ana, Harbour Books"
    assert parse_mailbox("ana@shop.test").name == ""
    assert parse_mailbox(" Ana <ana@bücher.example> ").address == "ana@xn--bcher-kva.example"
