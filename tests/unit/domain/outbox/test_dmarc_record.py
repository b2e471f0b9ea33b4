"""DMARC records, by RFC 7489."""

import pytest

from followup.domain.outbox.sender_domain.dmarc import (
    DmarcPolicy,
    DmarcRecord,
    is_aligned,
    is_dmarc,
    parse_dmarc,
)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=DMARC1; p=none", DmarcRecord(DmarcPolicy.NONE)),
        (
            "v=DMARC1; p=reject; rua=mailto:d@a.example; aspf=s; adkim=s; pct=50",
            DmarcRecord(DmarcPolicy.REJECT, True, True, "mailto:d@a.example", 50),
        ),
        ("v=DMARC1;P=Quarantine", DmarcRecord(DmarcPolicy.QUARANTINE)),
        ("v=DMARC1; p=maybe", DmarcRecord(None)),
        ("v=DMARC1", DmarcRecord(None)),
        # A record that can report counts as p=none (6.6.3).
        ("v=DMARC1; rua=mailto:d@a.example", DmarcRecord(DmarcPolicy.NONE, reports_to="mailto:d@a.example")),
    ],
)
def test_a_record_says_what_is_asked_of_receivers(record: str, expected: DmarcRecord) -> None:
    assert parse_dmarc(record) == expected


def test_below_the_organisations_domain_its_policy_for_subdomains_counts() -> None:
    record = "v=DMARC1; p=reject; sp=none"
    assert parse_dmarc(record, for_subdomain=True).policy is DmarcPolicy.NONE
    assert parse_dmarc(record).policy is DmarcPolicy.REJECT
    assert parse_dmarc("v=DMARC1; p=reject", for_subdomain=True).policy is DmarcPolicy.REJECT


def test_a_dmarc_record_is_told_from_other_texts() -> None:
    assert is_dmarc("v=DMARC1; p=none")
    assert is_dmarc("v = DMARC1;p=none")
    assert not is_dmarc("v=DMARC10; p=none")
    assert not is_dmarc("v=spf1 -all")


@pytest.mark.parametrize(
    ("proved", "strict", "organisation", "aligned"),
    [
        ("a.example", True, "a.example", True),
        ("bounces.a.example", False, "a.example", True),
        ("bounces.a.example", True, "a.example", False),
        ("b.example", False, "b.example", False),
    ],
)
def test_what_is_proved_speaks_for_the_same_organisation(
    proved: str, strict: bool, organisation: str, aligned: bool
) -> None:
    organisations = (organisation, "a.example")
    assert is_aligned(proved, "a.example", strict=strict, organisations=organisations) is aligned
