"""DKIM keys, by RFC 6376 and RFC 8301. The keys were made with openssl for these tests."""

import base64

import pytest

from followup.domain.outbox.sender_domain.dkim import DkimKey, KeyState, parse_key, rsa_bits, tags_of

RSA_512 = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALvu1XLEjERoRQTJMbtfCFO+MJARaLv9uFdaJOfdERXtvZdhvQTbviGIRSxxlumE+1mTYytMOfO3"
    "BKUPZk56s8ECAwEAAQ=="
)
RSA_1024 = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDSuN4SIeLjvTWiUWfsFXleeJrYQn+OEByRHxkXWA5ozzUuvo0dFj4DR3Sulc9cz3SccWc4"
    "etZ+2wlFcY6dkuq9axi33bOgXa9ELutmq3Lc+p/kicukudAoGDEg+fCFMm3lEsGBOBeIESN6nJTMulPBsdgJ/BY1XlC2NO4X/3N5+QIDAQAB"
)
RSA_2048 = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvqHZVoFq6yKEgecaQxB5P6ku//lgYNxxOjMrR+7r+b8RN+cLY2sW5XvtciU2tucC"
    "I4wJM0yrJ8c99M1e7Wl4KO+IPn6LuC0FCL3926lZ+fnxKnIg8Eg7RxUyg2gjtzul/ZCLOxgea+IBZopy5N9uZfRZV8Xzc6JEaBMaemfD5GZs"
    "/U0TSOJZJHJi9/YGuuIOClTHOIgT9mS3ogQ0+bHaGRYHU8G+vODNCtLy8ViOE2xWkNfVhAcK8L4c/d60ZcgH59zuQ9Eha2U3q732p0moHvNV"
    "Ee/cB8Q7KuDE6vV1tearcRx/EDORpazYzpyWPl2skZyfaBAd6HRc/1edqWs8fQIDAQAB"
)
BARE_RSA_1024 = (
    "MIGJAoGBANU3G4ai8KVGjOBLNYoCmKIwfV6WtJYznnIlz+LtODg1grpKZiwSAXD+5omUDkQ1f5YrLsHrTiQjBWAzDaxyuSMOhsIyuA3DBUlZ"
    "PQ/A1Nn4sI1SQlOX7ZFtZ6Tl+kOs704msKIoGMeDD+bknjHkJElzj6qDo1DBMp5/ZpzwUysJAgMBAAE="
)
ED25519 = "VhdXSzIGsIf0IDP7Io4kiYu6M4Gw18A8rTjHm1rGTl8="


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (f"v=DKIM1; k=rsa; p={RSA_2048}", DkimKey(KeyState.GOOD, "rsa", 2048)),
        (f"p={RSA_1024}", DkimKey(KeyState.SHORT, "rsa", 1024)),
        (f"v=DKIM1; p={RSA_512}", DkimKey(KeyState.WEAK, "rsa", 512)),
        (f"v=DKIM1; p={BARE_RSA_1024}", DkimKey(KeyState.SHORT, "rsa", 1024)),
        (f"v=DKIM1;t=s:y;p={RSA_2048}", DkimKey(KeyState.GOOD, "rsa", 2048, testing=True)),
        (f"v=DKIM1; k=ed25519; p={ED25519}", DkimKey(KeyState.GOOD, "ed25519")),
        ("v=DKIM1; k=rsa; p=", DkimKey(KeyState.REVOKED)),
        ("v=DKIM1; k=rsa; p=not base64!", DkimKey(KeyState.INVALID)),
        (f"v=DKIM1; k=rsa; p={ED25519}", DkimKey(KeyState.INVALID)),
        (f"v=DKIM2; p={RSA_2048}", DkimKey(KeyState.INVALID)),
        ("v=DKIM1; k=rsa", DkimKey(KeyState.INVALID)),
    ],
)
def test_a_key_is_worth_what_the_rfcs_say(record: str, expected: DkimKey) -> None:
    assert parse_key(record) == expected


def test_spaces_within_a_key_do_not_count() -> None:
    assert parse_key(f"v=DKIM1; p={RSA_2048[:100]} {RSA_2048[100:]}").bits == 2048


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 20, 30])
def test_a_key_that_is_cut_off_or_no_key_at_all_has_no_length(cut: int) -> None:
    whole = base64.b64decode(RSA_1024)
    assert rsa_bits(whole[:cut]) is None
    assert rsa_bits(b"\x30\x84\xff\xff\xff\xff" + whole[:cut]) is None


def test_tags_are_read_whatever_stands_around_them() -> None:
    assert tags_of(" v = DKIM1 ;; K=rsa; nothing; p=a=b ") == {"v": "DKIM1", "k": "rsa", "p": "a=b"}
