"""What doctor finds of a sender's domain, with a real name server and real mail servers of this machine."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from followup.errors import Unreachable, WrongUsage
from followup.services.shared.configuration import Configuration
from followup.services.upkeep.doctor.domain import examine_domain as examining
from followup.services.upkeep.doctor.domain.examine_domain import DomainDocument
from followup.settings import Settings
from followup.workspace import Workspace
from tests.dns_server import NameServerOfTest, name_server, text
from tests.integration.certificate import HARBOUR, server_tls
from tests.integration.mail_server import Inbox, running
from tests.unit.domain.outbox.test_dkim_key import RSA_512, RSA_1024, RSA_2048

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
KEY = "mail._domainkey.harbour.example"

# All is well: the mail server is on this machine under a name of the internet.
WELL: dict[str, dict[str, list[str]]] = {
    "gmail.com": {"MX": ["5 gmail-smtp-in.l.google.com."]},
    "harbour.example": {"MX": ["10 mx.harbour.example."], "TXT": [text("v=spf1 ip4:127.0.0.1 -all")]},
    "mail.harbour.example": {"A": ["127.0.0.1"]},
    "mx.harbour.example": {"A": ["127.0.0.1"]},
    KEY: {"TXT": [text(f"v=DKIM1; k=rsa; p={RSA_2048}")]},
    "_dmarc.harbour.example": {"TXT": [text("v=DMARC1; p=quarantine; rua=mailto:ana@harbour.example")]},
    "1.0.0.127.in-addr.arpa": {"PTR": ["mail.harbour.example."]},
}


@pytest.fixture(scope="module")
def mail_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A mail server that encrypts, with a certificate for mail.harbour.example and mx.harbour.example."""
    folder = tmp_path_factory.mktemp("certificate")
    with (
        running(Inbox(), tls_context=server_tls(folder, HARBOUR)) as port,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(folder / "certificate.pem"))
        yield port


def zone(**changed: dict[str, list[str]] | None) -> dict[str, dict[str, list[str]]]:
    """Where all is well, but for the names given; None takes a name out."""
    found = copy.deepcopy(WELL)
    for name, records in changed.items():
        if records is None:
            del found[name]
        else:
            found[name] = records
    return found


def spf(*records: str) -> dict[str, Any]:
    """A zone whose domain has these SPF records."""
    own = {"MX": ["10 mx.harbour.example."], "TXT": [text("another=text"), *map(text, records)]}
    return zone(**{"harbour.example": own})


def dkim(record: str) -> dict[str, Any]:
    return zone(**{KEY: {"TXT": [text(record)]}})


def dmarc(*records: str) -> dict[str, Any]:
    return zone(**{"_dmarc.harbour.example": {"TXT": [*map(text, records)]}})


def rules(mail_port: int, **settings: Any) -> Configuration:
    given = {
        "sender": "Ana <ana@harbour.example>",
        "smtp_url": f"smtp://mail.harbour.example:{mail_port}",
        "dkim_selectors": ("mail",),
    }
    return Configuration(Workspace(Path(), Settings(**(given | settings))))


def examined(
    server: NameServerOfTest, mail_port: int, settings: Any = None, **options: Any
) -> DomainDocument:
    return examining.examine_domain(
        rules(mail_port, **(settings or {})), now=NOW, resolver=server.address, mx_port=mail_port, **options
    )


def codes(document: DomainDocument) -> dict[str, str]:
    return {check["name"]: check["code"] for check in document["checks"]}


def treatments(document: DomainDocument) -> dict[str, str]:
    return {receiver["receiver"]: receiver["treatment"] for receiver in document["receivers"]}


ALL = ("gmail", "yahoo", "microsoft")


def test_where_all_is_well_all_receivers_take_the_emails(mail_port: int) -> None:
    with name_server(WELL) as server:
        found = examined(server, mail_port)
    assert codes(found) == {
        "domain": "domain_there",
        "spf": "spf_good",
        "dkim": "dkim_good",
        "dmarc": "dmarc_good",
        "alignment": "aligned",
        "mx": "mx_good",
        "ptr": "ptr_good",
        "tls": "tls_good",
        "mx tls": "mx_tls_good",
    }
    assert found["ok"]
    assert treatments(found) == dict.fromkeys(ALL, "accepted")
    assert (found["relay"], found["addresses"]) == (f"mail.harbour.example:{mail_port}", ["127.0.0.1"])
    assert [check["publish"] for check in found["checks"]] == [None] * 9


@pytest.mark.parametrize(
    ("records", "part", "code", "published", "treatment"),
    [
        (spf(), "spf", "spf_missing", "v=spf1 ip4:127.0.0.1 -all", "refused_in_bulk"),
        (spf("v=spf1 ip4:127.0.0.1 +all"), "spf", "spf_permits_all", "v=spf1 ip4:127.0.0.1 -all", "accepted"),
        (spf("v=spf1 +all"), "spf", "spf_permits_all", "v=spf1 ip4:127.0.0.1 -all", "accepted"),
        (
            spf("v=spf1 ip4:127.0.0.1 -all", "v=spf1 mx ~all"),
            "spf",
            "spf_several",
            "v=spf1 ip4:127.0.0.1 mx ~all",
            "refused_in_bulk",
        ),
        (
            spf("v=spf1 ip4:192.0.2.10 ~all"),
            "spf",
            "spf_not_permitted",
            "v=spf1 ip4:192.0.2.10 ip4:127.0.0.1 ~all",
            "refused_in_bulk",
        ),
        (spf("v=spf1 ip4:127.0.0.1 foo:bar -all"), "spf", "spf_invalid", None, "refused_in_bulk"),
        (spf("v=spf1 include:nobody.example -all"), "spf", "spf_invalid", None, "refused_in_bulk"),
        (spf("v=spf1 include:harbour.example -all"), "spf", "spf_invalid", None, "refused_in_bulk"),
        (dkim("v=DKIM1; k=rsa; p="), "dkim", "dkim_revoked", "v=DKIM1; k=rsa; p=…", "refused_in_bulk"),
        (dkim(f"v=DKIM1; k=rsa; p={RSA_512}"), "dkim", "dkim_weak", "v=DKIM1; k=rsa; p=…", "refused_in_bulk"),
        (dkim(f"v=DKIM1; k=rsa; p={RSA_1024}"), "dkim", "dkim_short", None, "accepted"),
        (dkim(f"v=DKIM1; t=y; p={RSA_2048}"), "dkim", "dkim_testing", None, "accepted"),
        (zone(**{KEY: None}), "dkim", "dkim_missing", "v=DKIM1; k=rsa; p=…", "refused_in_bulk"),
        (
            zone(**{"_dmarc.harbour.example": None}),
            "dmarc",
            "dmarc_missing",
            "v=DMARC1; p=none; rua=mailto:ana@harbour.example",
            "refused_in_bulk",
        ),
        (
            dmarc("v=DMARC1; p=none"),
            "dmarc",
            "dmarc_none",
            "v=DMARC1; p=quarantine; rua=mailto:ana@harbour.example",
            "accepted",
        ),
        (dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), "dmarc", "dmarc_several", None, "refused_in_bulk"),
        (
            dmarc("v=DMARC1; sp=none"),
            "dmarc",
            "dmarc_invalid",
            "v=DMARC1; p=none; rua=mailto:ana@harbour.example",
            "refused_in_bulk",
        ),
        (
            zone(**{"harbour.example": {"TXT": WELL["harbour.example"]["TXT"]}}),
            "mx",
            "mx_missing",
            "10 …",
            "accepted",
        ),
        (
            zone(**{"harbour.example": {"TXT": WELL["harbour.example"]["TXT"], "A": ["127.0.0.1"]}}),
            "mx",
            "mx_implicit",
            "10 …",
            "accepted",
        ),
        (
            zone(**{"harbour.example": {"TXT": WELL["harbour.example"]["TXT"], "MX": ["0 ."]}}),
            "mx",
            "mx_null",
            "10 …",
            "refused",
        ),
        (zone(**{"mx.harbour.example": None}), "mx", "mx_nowhere", None, "accepted"),
        (zone(**{"1.0.0.127.in-addr.arpa": None}), "ptr", "ptr_missing", "mail.harbour.example", "refused"),
        (
            zone(
                **{
                    "1.0.0.127.in-addr.arpa": {"PTR": ["elsewhere.example."]},
                    "elsewhere.example": {"A": ["192.0.2.1"]},
                }
            ),
            "ptr",
            "ptr_unconfirmed",
            "mail.harbour.example",
            "refused",
        ),
    ],
)
def test_each_fault_is_found_with_the_record_that_mends_it_and_what_gmail_does(
    records: Any, part: str, code: str, published: str | None, treatment: str, mail_port: int
) -> None:
    with name_server(records) as server:
        found = examined(server, mail_port)
    check = next(check for check in found["checks"] if check["name"] == part)
    assert check["code"] == code
    assert (check["publish"]["value"] if check["publish"] else None) == published
    assert treatments(found)["gmail"] == treatment
    wrong = check["weight"] == "wrong"
    assert check["exit_code"] == (4 if wrong else 0)
    assert found["ok"] is not wrong


def test_the_published_record_would_mend_an_unpermitted_mail_server(mail_port: int) -> None:
    """The proposal is tried: with it, the check is good."""
    with name_server(spf("v=spf1 mx:elsewhere.example -all")) as server:
        check = examined(server, mail_port)["checks"][1]
    assert check["code"] == "spf_not_permitted"
    assert check["publish"] is not None
    with name_server(spf(check["publish"]["value"])) as server:
        assert codes(examined(server, mail_port))["spf"] == "spf_good"


def including(number: int) -> dict[str, Any]:
    """A policy that includes so many others."""
    names = [f"s{one}.example" for one in range(number)]
    own = spf(f"v=spf1 {' '.join(f'include:{name}' for name in names)} ip4:127.0.0.1 -all")
    return own | {name: {"TXT": [text("v=spf1 ip4:192.0.2.1 -all")]} for name in names}


def test_ten_look_ups_are_taken_and_eleven_are_too_many(mail_port: int) -> None:
    with name_server(including(10)) as server:
        ten = examined(server, mail_port)["checks"][1]
    with name_server(including(11)) as server:
        eleven = examined(server, mail_port)["checks"][1]
    assert (ten["code"], eleven["code"]) == ("spf_good", "spf_too_many_lookups")
    assert "10 look-ups of 10" in ten["found"]
    assert "11 look-ups of 10" in eleven["found"]


def test_three_terms_that_find_nothing_are_too_many(mail_port: int) -> None:
    two, three = ("v=spf1 a:n1.example a:n2.example", "v=spf1 a:n1.example a:n2.example a:n3.example")
    with name_server(spf(f"{two} ip4:127.0.0.1 -all")) as server:
        assert codes(examined(server, mail_port))["spf"] == "spf_good"
    with name_server(spf(f"{three} ip4:127.0.0.1 -all")) as server:
        assert codes(examined(server, mail_port))["spf"] == "spf_too_many_lookups"


def test_policies_that_include_each_other_without_end_are_read_to_an_end(mail_port: int) -> None:
    records = spf("v=spf1 include:a.example -all") | {
        "a.example": {"TXT": [text("v=spf1 include:b.example include:b.example -all")]},
        "b.example": {"TXT": [text("v=spf1 include:a.example redirect=a.example")]},
    }
    with name_server(records) as server:
        assert codes(examined(server, mail_port))["spf"] == "spf_invalid"


def test_bounces_to_another_organisation_are_not_aligned_and_its_own_dmarc_refuses_them(
    mail_port: int,
) -> None:
    records = dmarc("v=DMARC1; p=reject") | {
        "mailer.example": {"MX": ["10 mx.harbour.example."], "TXT": [text("v=spf1 ip4:127.0.0.1 -all")]}
    }
    del records[KEY]
    with name_server(records) as server:
        found = examined(server, mail_port, {"bounce_to": "b+{token}@mailer.example"})
    assert (found["domain"], found["bounce_domain"]) == ("harbour.example", "mailer.example")
    assert codes(found)["spf"] == "spf_good"
    assert codes(found)["alignment"] == "not_aligned"
    assert treatments(found) == dict.fromkeys(ALL, "refused")


@pytest.mark.parametrize(("mode", "expected"), [("r", "aligned"), ("s", "aligned_by_one")])
def test_bounces_to_a_subdomain_are_aligned_unless_dmarc_is_strict(
    mode: str, expected: str, mail_port: int
) -> None:
    records = dmarc(f"v=DMARC1; p=reject; aspf={mode}") | {
        "bounces.harbour.example": {
            "MX": ["10 mx.harbour.example."],
            "TXT": [text("v=spf1 ip4:127.0.0.1 -all")],
        }
    }
    with name_server(records) as server:
        found = examined(server, mail_port, {"bounce_to": "b@bounces.harbour.example"})
    assert codes(found)["alignment"] == expected


def test_a_subdomain_has_the_policy_and_the_key_of_its_organisation(mail_port: int) -> None:
    records = WELL | {
        "post.harbour.example": {"MX": ["10 mx.harbour.example."], "TXT": [text("v=spf1 ip4:127.0.0.1 -all")]}
    }
    with name_server(records) as server:
        found = examined(server, mail_port, domain="post.harbour.example")
    assert [codes(found)[part] for part in ("dkim", "dmarc", "alignment")] == [
        "dkim_good",
        "dmarc_good",
        "aligned",
    ]


def test_without_a_selector_a_key_is_found_where_keys_usually_are_else_nothing_is_said(
    mail_port: int,
) -> None:
    unusual = WELL | {"x7._domainkey.harbour.example": WELL[KEY]}
    del unusual[KEY]
    nowhere = {name: records for name, records in WELL.items() if name != KEY}
    found = []
    for records in (WELL, unusual, nowhere):
        with name_server(records) as server:
            document = examined(server, mail_port, {"dkim_selectors": ()})
        found.append((codes(document)["dkim"], treatments(document)["yahoo"]))
    assert found == [
        ("dkim_good", "accepted"),
        ("dkim_unknown", "unknown"),
        # The name server says that nothing is below _domainkey at all (RFC 8020).
        ("dkim_missing", "refused_in_bulk"),
    ]
    with name_server(unusual) as server:
        assert codes(examined(server, mail_port, selectors=("x7",)))["dkim"] == "dkim_good"


def test_a_provider_is_permitted_by_its_own_policy_and_names_its_addresses_itself(mail_port: int) -> None:
    settings = {"smtp_url": "smtp://ana%40harbour.example:x@smtp.office365.com:587?starttls=never"}
    microsoft = {"spf.protection.outlook.com": {"TXT": [text("v=spf1 ip4:192.0.2.0/24 -all")]}}
    permitted = spf("v=spf1 include:spf.protection.outlook.com -all") | microsoft
    with name_server(permitted) as server:
        found = examined(server, mail_port, settings)
    assert (codes(found)["spf"], codes(found)["ptr"]) == ("spf_good", "ptr_of_provider")
    with name_server(WELL | microsoft) as server:
        check = examined(server, mail_port, settings)["checks"][1]
    assert check["code"] == "spf_not_permitted"
    assert check["publish"] == {
        "name": "harbour.example",
        "type": "TXT",
        "value": "v=spf1 ip4:127.0.0.1 include:spf.protection.outlook.com -all",
    }


def test_a_mail_server_of_this_machine_leaves_the_address_open_until_somebody_names_it(
    mail_port: int,
) -> None:
    settings = {"smtp_url": f"smtp://127.0.0.1:{mail_port}?starttls=never"}
    named = zone(
        **{
            "10.2.0.192.in-addr.arpa": {"PTR": ["out.harbour.example."]},
            "out.harbour.example": {"A": ["192.0.2.10"]},
        }
    )
    named["harbour.example"]["TXT"] = [text("v=spf1 a:out.harbour.example -all")]
    with name_server(named) as server:
        unknown = examined(server, mail_port, settings)
        known = examined(server, mail_port, settings, address="192.0.2.10")
    assert (codes(unknown)["spf"], codes(unknown)["ptr"]) == ("spf_unproved", "relay_unknown")
    assert (codes(known)["spf"], codes(known)["ptr"]) == ("spf_good", "ptr_good")


def test_a_certificate_for_another_name_is_not_good(mail_port: int) -> None:
    with name_server(WELL | {"smtp.harbour.example": {"A": ["127.0.0.1"]}}) as server:
        found = examined(server, mail_port, {"smtp_url": f"smtp://smtp.harbour.example:{mail_port}"})
    assert codes(found)["tls"] == "tls_certificate"


def test_a_mail_server_that_does_not_encrypt_is_wrong_and_one_that_is_down_untried() -> None:
    with running(Inbox()) as port, name_server(WELL) as server:
        plain = examined(server, port)
    with name_server(WELL) as server:
        down = examined(server, port)
    assert (codes(plain)["tls"], codes(plain)["mx tls"]) == ("tls_missing", "mx_tls_poor")
    assert (codes(down)["tls"], codes(down)["mx tls"]) == ("tls_untried", "mx_tls_untried")
    assert [check["exit_code"] for check in down["checks"] if check["exit_code"]] == [6]


def test_a_domain_that_is_not_there_is_said_so_and_nothing_else_is_asked(mail_port: int) -> None:
    with name_server(WELL) as server:
        found = examined(server, mail_port, domain="nobody.example")
    assert codes(found) == {"domain": "domain_missing"}
    assert treatments(found) == dict.fromkeys(ALL, "refused")
    assert [one for one in server.asked if one.endswith("nobody.example TXT")] == []


def test_a_name_server_that_knows_no_domain_of_the_internet_proves_nothing(mail_port: int) -> None:
    records = {name: own for name, own in WELL.items() if name != "gmail.com"}
    with name_server(records) as server, pytest.raises(Unreachable, match="does not even know gmail"):
        examined(server, mail_port, domain="nobody.example")


def test_servers_of_the_domain_that_fail_are_told_of_and_leave_the_rest_open(mail_port: int) -> None:
    with name_server(WELL, broken=("harbour.example",)) as server:
        found = examined(server, mail_port, {"smtp_url": f"smtp://127.0.0.1:{mail_port}?starttls=never"})
    assert [codes(found)[part] for part in ("domain", "spf", "dkim", "dmarc", "alignment")] == [
        "mx_unread",
        "spf_unread",
        "dkim_unread",
        "dmarc_unread",
        "alignment_unknown",
    ]
    assert "SERVFAIL" in found["checks"][0]["found"]
    assert treatments(found) == dict.fromkeys(ALL, "unknown")


def test_one_record_that_cannot_be_read_leaves_the_others_as_they_are(mail_port: int) -> None:
    with name_server(WELL, broken=("_dmarc.harbour.example",)) as server:
        found = examined(server, mail_port)
    assert codes(found)["dmarc"] == "dmarc_unread"
    assert codes(found)["spf"] == "spf_good"
    assert treatments(found) == dict.fromkeys(ALL, "unknown")


def test_a_name_server_that_does_not_answer_is_an_error_that_says_so(mail_port: int) -> None:
    with (
        name_server(WELL, silent=("example",)) as server,
        pytest.raises(Unreachable, match="in time") as told,
    ):
        examined(server, mail_port)
    assert (told.value.code, told.value.exit_code) == ("name_server_unreachable", 6)
    assert "--resolver" in told.value.hint


def test_a_question_that_is_not_answered_in_time_leaves_its_part_open(mail_port: int) -> None:
    with name_server(WELL, silent=("_domainkey.harbour.example",)) as server:
        found = examined(server, mail_port)
    assert codes(found)["dkim"] == "dkim_unread"
    assert treatments(found)["gmail"] == "unknown"


def test_all_questions_together_have_a_limit(mail_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followup.mail.sender_domain.dns_lookup._ALL_SECONDS", 0.0)
    with name_server(WELL) as server, pytest.raises(Unreachable, match="no time left"):
        examined(server, mail_port)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"domain": "not a domain"}, "bad_domain"),
        ({"domain": "a@b.example"}, "bad_domain"),
        ({"domain": ""}, "bad_domain"),
        ({"address": "mail.harbour.example"}, "bad_sending_address"),
        ({"resolver": "dns.harbour.example"}, "bad_resolver"),
        ({"resolver": "127.0.0.1:99999"}, "bad_resolver"),
        ({"resolver": "[::1"}, "bad_resolver"),
    ],
)
def test_what_is_no_domain_and_no_address_is_wrong_usage(options: Any, code: str) -> None:
    with pytest.raises(WrongUsage) as told:
        examining.examine_domain(rules(25), now=NOW, **({"resolver": "127.0.0.1:1"} | options))
    assert told.value.code == code


def test_a_domain_with_any_letters_is_asked_for_in_ascii(mail_port: int) -> None:
    with name_server(WELL) as server:
        found = examined(server, mail_port, domain="bücher.example.")
    assert found["domain"] == "xn--bcher-kva.example"
    assert "xn--bcher-kva.example MX" in server.asked
