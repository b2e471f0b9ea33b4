import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.voucher import (
    ALPHABET,
    SECRET_LETTERS,
    code_from,
    grouped,
    hash_of,
    hint_of,
    read_code,
)
from followup.errors import WrongUsage

KEYS = st.binary(min_size=32, max_size=32)
SALTS = st.binary(min_size=16, max_size=16)


def test_a_code_has_at_least_eighty_bits() -> None:
    assert len(ALPHABET) ** SECRET_LETTERS > 2**80


@given(KEYS, SALTS)
def test_a_code_is_read_back_however_it_is_typed(key: bytes, salt: bytes) -> None:
    code = code_from(key, salt)
    assert read_code(code) == code
    assert read_code(grouped(code)) == code
    assert read_code(f"  {grouped(code).lower().replace('-', ' ')} ") == code


@given(KEYS, SALTS, st.data())
def test_one_wrong_character_is_always_noticed(key: bytes, salt: bytes, data: st.DataObject) -> None:
    code = code_from(key, salt)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([letter for letter in ALPHABET if letter != code[place]]))
    with pytest.raises(WrongUsage, match="mistyped"):
        read_code(code[:place] + other + code[place + 1 :])


@given(KEYS, SALTS, st.data())
def test_any_two_swapped_characters_are_noticed(key: bytes, salt: bytes, data: st.DataObject) -> None:
    code = code_from(key, salt)
    first = data.draw(st.integers(0, len(code) - 2))
    second = data.draw(st.integers(first + 1, len(code) - 1))
    swapped = list(code)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    if code[first] == code[second]:
        assert read_code("".join(swapped)) == code
    else:
        with pytest.raises(WrongUsage, match="mistyped"):
            read_code("".join(swapped))


@pytest.mark.parametrize("text", ["", "7KQ2MF", "0" * 18, "7KQ2MF-X3T9AB-CDWER1", "é" * 18, "=cmd()"])
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        read_code(text)
    assert caught.value.code == "bad_code"


def test_another_key_or_salt_makes_another_code() -> None:
    codes = {code_from(key, salt) for key in (b"a" * 32, b"b" * 32) for salt in (b"1" * 16, b"2" * 16)}
    assert len(codes) == 4


def test_the_stored_hash_and_hint_do_not_hold_the_code() -> None:
    code = code_from(b"k" * 32, b"s" * 16)
    assert code not in hash_of(code)
    assert code.endswith(hint_of(code))
    assert len(hint_of(code)) == 4
