"""What Gmail, Yahoo and Microsoft do, by what they publish for senders (see receivers.py)."""

import pytest

from followup.domain.outbox.sender_domain.dmarc import DmarcPolicy
from followup.domain.outbox.sender_domain.finding import DomainFinding as Found
from followup.domain.outbox.sender_domain.finding import Weight
from followup.domain.outbox.sender_domain.receivers import Standing, Treatment, judge

WELL = frozenset(
    {
        Found.DOMAIN_THERE,
        Found.MX_GOOD,
        Found.SPF_GOOD,
        Found.DKIM_GOOD,
        Found.DMARC_GOOD,
        Found.ALIGNED,
        Found.PTR_GOOD,
        Found.TLS_GOOD,
    }
)
TAKEN, BULK, JUNK, REFUSED, UNKNOWN = (
    Treatment.ACCEPTED,
    Treatment.REFUSED_IN_BULK,
    Treatment.JUNK,
    Treatment.REFUSED,
    Treatment.UNKNOWN,
)


def treatments(found: frozenset[Found], policy: DmarcPolicy | None = DmarcPolicy.NONE) -> list[Treatment]:
    return [judgement.treatment for judgement in judge(Standing(found, policy))]


def but(*changed: Found) -> frozenset[Found]:
    """All is well, but for these: each takes the place of what is found of the same part."""
    parts = {one.value.partition("_")[0] for one in changed}
    return frozenset(one for one in WELL if one.value.partition("_")[0] not in parts) | set(changed)


@pytest.mark.parametrize(
    ("found", "policy", "expected"),
    [
        (WELL, DmarcPolicy.REJECT, [TAKEN, TAKEN, TAKEN]),
        (
            but(Found.DMARC_NONE, Found.DKIM_SHORT, Found.ALIGNED_BY_ONE),
            DmarcPolicy.NONE,
            [TAKEN, TAKEN, TAKEN],
        ),
        (but(Found.SPF_MISSING), DmarcPolicy.NONE, [BULK, BULK, BULK]),
        (but(Found.DKIM_MISSING), DmarcPolicy.NONE, [BULK, BULK, BULK]),
        (but(Found.DKIM_WEAK), DmarcPolicy.NONE, [BULK, BULK, BULK]),
        (but(Found.DMARC_MISSING), None, [BULK, BULK, BULK]),
        (but(Found.SPF_SEVERAL, Found.DKIM_REVOKED), DmarcPolicy.NONE, [REFUSED, REFUSED, JUNK]),
        (WELL - {Found.ALIGNED} | {Found.NOT_ALIGNED}, DmarcPolicy.NONE, [BULK, BULK, BULK]),
        (WELL - {Found.ALIGNED} | {Found.NOT_ALIGNED}, DmarcPolicy.QUARANTINE, [JUNK, JUNK, JUNK]),
        (WELL - {Found.ALIGNED} | {Found.NOT_ALIGNED}, DmarcPolicy.REJECT, [REFUSED, REFUSED, REFUSED]),
        (but(Found.PTR_MISSING), DmarcPolicy.NONE, [REFUSED, REFUSED, JUNK]),
        (but(Found.PTR_UNCONFIRMED), DmarcPolicy.NONE, [REFUSED, REFUSED, JUNK]),
        (but(Found.MX_NULL), DmarcPolicy.NONE, [REFUSED, REFUSED, REFUSED]),
        (frozenset({Found.DOMAIN_MISSING}), None, [REFUSED, REFUSED, REFUSED]),
        (but(Found.DKIM_UNKNOWN), DmarcPolicy.NONE, [UNKNOWN, UNKNOWN, UNKNOWN]),
        # What is known to be wrong goes before what could not be found out.
        (but(Found.DKIM_UNREAD, Found.DMARC_MISSING), None, [BULK, BULK, BULK]),
        # Receivers do not see how we connect to our own mail server.
        (
            but(Found.TLS_UNTRIED, Found.MX_TLS_UNTRIED) | {Found.MX_GOOD},
            DmarcPolicy.NONE,
            [TAKEN, TAKEN, TAKEN],
        ),
    ],
)
def test_each_receiver_does_what_it_publishes(
    found: frozenset[Found], policy: DmarcPolicy | None, expected: list[Treatment]
) -> None:
    assert treatments(found, policy) == expected


def test_all_reasons_are_told_with_the_gravest_first() -> None:
    gmail, *_ = judge(Standing(but(Found.PTR_MISSING, Found.DMARC_MISSING)))
    assert [(one.treatment, one.reply) for one in gmail.objections] == [(REFUSED, "550 5.7.25"), (BULK, "")]


def test_every_proof_that_is_wrong_is_objected_to_by_somebody() -> None:
    """So that a new finding is not forgotten. What is wrong besides harms us, and no receiver objects."""
    beside = {
        Found.MX_MISSING,
        Found.MX_NOWHERE,
        Found.SPF_PERMITS_ALL,
        Found.TLS_MISSING,
        Found.TLS_CERTIFICATE,
    }
    for finding in Found:
        if finding.weight is Weight.WRONG and finding not in beside:
            assert treatments(frozenset({finding}), None) != [TAKEN] * 3, finding
