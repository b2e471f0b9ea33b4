from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.shared.money import Money
from followup.errors import FollowupError, InvalidFile, NotFound, Refused
from followup.services.goodwill import budgets, gestures, import_redemptions, vouchers
from followup.services.goodwill.import_redemptions import ImportedRedemptionsDocument
from followup.services.shared.actors import DAEMON
from followup.store.tables import Email, Gesture, Redemption, Voucher
from tests.shop import Shop


def code(shop: Shop) -> str:
    """The code of the only voucher, worth 8.00 GBP."""
    return shop.read(lambda session: vouchers.code_of(shop.rules, session.exec(select(Voucher)).one()))


def redeem(shop: Shop, amount: str | None = None, order: str | None = None) -> None:
    def change(session: Session) -> None:
        vouchers.redeem(
            session,
            shop.rules,
            vouchers.find_voucher(session, code(shop)),
            now=shop.now,
            actor=shop.actor(session),
            amount=Money.parse(amount, "GBP") if amount else None,
            order=order,
        )

    shop.write(change)


def roll_back(shop: Shop, order: str | None = None) -> None:
    shop.write(
        lambda session: vouchers.roll_back(
            session,
            session.exec(select(Voucher)).one(),
            now=shop.now,
            actor=shop.actor(session),
            because=None,
            order=order,
        )
    )


def states(shop: Shop) -> tuple[VoucherState, GestureState, int, int, int, int]:
    """Voucher, gesture, and the budget's committed, spent, released and available pence."""

    def look(session: Session) -> tuple[VoucherState, GestureState, int, int, int, int]:
        found = budgets.figures(session, budgets.find_budget(session, "goodwill"), "2026-11")
        assert budgets.reconcile(session)[1] == []
        return (
            session.exec(select(Voucher)).one().state,
            session.exec(select(Gesture)).one().state,
            found.committed_minor,
            found.spent_minor,
            found.released_minor,
            found.available_minor,
        )

    return shop.read(look)


@pytest.fixture
def given_voucher(shop: Shop) -> Shop:
    """A shop with a budget of 50.00 GBP and one voucher of 8.00 GBP drawn on it."""
    shop.budget("50.00")
    shop.request(shop.open_case())
    return shop


def test_redeeming_all_spends_all(given_voucher: Shop) -> None:
    redeem(given_voucher, order="HB-1")
    assert states(given_voucher) == (VoucherState.REDEEMED, GestureState.SPENT, 0, 800, 0, 4200)


def test_redeeming_a_part_leaves_the_rest_committed(given_voucher: Shop) -> None:
    redeem(given_voucher, "3.00")
    assert states(given_voucher) == (VoucherState.ISSUED, GestureState.ISSUED, 500, 300, 0, 4200)
    with pytest.raises(Refused, match=r"has 5\.00 GBP left; 5\.01 GBP was asked for"):
        redeem(given_voucher, "5.01")
    redeem(given_voucher, "5.00")
    assert states(given_voucher) == (VoucherState.REDEEMED, GestureState.SPENT, 0, 800, 0, 4200)


def test_a_redeemed_voucher_cannot_be_used_again(given_voucher: Shop) -> None:
    redeem(given_voucher)
    with pytest.raises(Refused) as caught:
        redeem(given_voucher)
    assert caught.value.code == "voucher_redeemed"


def test_rolling_back_makes_it_usable_again(given_voucher: Shop) -> None:
    redeem(given_voucher, "3.00", "HB-1")
    redeem(given_voucher, "5.00", "HB-2")
    roll_back(given_voucher, "HB-1")
    assert states(given_voucher) == (VoucherState.ISSUED, GestureState.ISSUED, 300, 500, 0, 4200)
    redeem(given_voucher)
    assert states(given_voucher) == (VoucherState.REDEEMED, GestureState.SPENT, 0, 800, 0, 4200)


def test_there_is_nothing_to_roll_back_twice(given_voucher: Shop) -> None:
    redeem(given_voucher)
    roll_back(given_voucher)
    with pytest.raises(Refused) as caught:
        roll_back(given_voucher)
    assert caught.value.code == "nothing_redeemed"


def test_it_can_be_used_on_its_last_day_and_is_breakage_after_it(given_voucher: Shop) -> None:
    redeem(given_voucher, "3.00")
    given_voucher.now += timedelta(days=365)
    expire = given_voucher.write(
        lambda session: vouchers.expire(session, given_voucher.rules, now=given_voucher.now, actor=DAEMON)
    )
    assert expire == 0
    redeem(given_voucher, "1.00")
    given_voucher.now += timedelta(days=1)
    with pytest.raises(Refused) as caught:
        redeem(given_voucher)
    assert caught.value.code == "voucher_expired"
    expire = given_voucher.write(
        lambda session: vouchers.expire(session, given_voucher.rules, now=given_voucher.now, actor=DAEMON)
    )
    assert expire == 1
    # 4.00 GBP were used; the other 4.00 are free again in the period that held them.
    assert states(given_voucher) == (VoucherState.EXPIRED, GestureState.SPENT, 0, 400, 400, 4600)


def test_rolling_back_after_expiry_releases_at_once(given_voucher: Shop) -> None:
    redeem(given_voucher, "3.00")
    given_voucher.now += timedelta(days=400)
    given_voucher.write(
        lambda session: vouchers.expire(session, given_voucher.rules, now=given_voucher.now, actor=DAEMON)
    )
    roll_back(given_voucher)
    assert states(given_voucher)[2:] == (0, 0, 800, 5000)


def test_voiding_the_gesture_voids_its_voucher_and_cancels_the_emails(given_voucher: Shop) -> None:
    given_voucher.write(
        lambda session: gestures.void(
            session,
            session.exec(select(Gesture)).one(),
            now=given_voucher.now,
            actor=given_voucher.actor(session),
            because="wrong person",
        )
    )
    assert states(given_voucher) == (VoucherState.VOID, GestureState.VOID, 0, 0, 800, 5000)
    emails = given_voucher.read(lambda session: session.exec(select(Email)).all())
    assert {email.state.value for email in emails} == {"cancelled"}


def test_a_voucher_is_redeemed_and_never_paid(given_voucher: Shop) -> None:
    with pytest.raises(Refused) as caught:
        given_voucher.write(
            lambda session: gestures.pay(
                session,
                session.exec(select(Gesture)).one(),
                now=given_voucher.now,
                actor=given_voucher.actor(session),
                because=None,
            )
        )
    assert caught.value.code == "not_payable"


def test_the_database_does_not_hold_the_code(given_voucher: Shop) -> None:
    body = given_voucher.stored()
    letters = code(given_voucher).replace("-", "")
    assert letters not in body
    assert code(given_voucher) not in body
    # What is there: the hash, as the negative control.
    stored = given_voucher.read(lambda session: session.exec(select(Voucher)).one())
    assert stored.code_sha256 in body


def test_another_key_is_noticed_and_no_wrong_code_is_given(given_voucher: Shop) -> None:
    given_voucher.workspace.key_file.write_text("another key of at least thirty-two characters")
    with pytest.raises(InvalidFile, match="another secret key"):
        code(given_voucher)


def test_a_code_nobody_issued_is_not_found(given_voucher: Shop) -> None:
    from followup.domain.goodwill.voucher import code_from

    with pytest.raises(NotFound):
        given_voucher.read(lambda session: vouchers.find_voucher(session, code_from(b"k" * 32, b"s" * 16)))


def import_file(shop: Shop, path: Path, *, dry_run: bool = False) -> ImportedRedemptionsDocument:
    return shop.write(
        lambda session: import_redemptions.take_over(
            session,
            shop.rules,
            import_redemptions.read_rows(path),
            now=shop.now,
            actor=shop.actor(session),
            dry_run=dry_run,
        )
    )


def test_importing_redemptions_twice_changes_nothing(given_voucher: Shop, tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text(
        f"id,code,order,amount\nt1,{code(given_voucher)},HB-1,3.00\nt2,{code(given_voucher)},HB-2,\n"
    )
    assert import_file(given_voucher, path, dry_run=True)["redeemed"] == 2
    assert states(given_voucher)[0] is VoucherState.ISSUED
    assert import_file(given_voucher, path)["redeemed"] == 2
    assert import_file(given_voucher, path) == {
        "read": 2,
        "redeemed": 0,
        "already_there": 2,
        "dry_run": False,
    }
    assert states(given_voucher) == (VoucherState.REDEEMED, GestureState.SPENT, 0, 800, 0, 4200)


def test_one_bad_row_keeps_the_whole_file_out_and_is_named(given_voucher: Shop, tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text(f"code,order,amount\n{code(given_voucher)},HB-1,3.00\n{code(given_voucher)},HB-2,6.00\n")
    with pytest.raises(InvalidFile, match=r"line 3: .* has 5\.00 GBP left"):
        import_file(given_voucher, path)
    assert given_voucher.read(lambda session: session.exec(select(Redemption)).all()) == []
    assert states(given_voucher)[2:] == (800, 0, 0, 4200)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(st.integers(1, 900), st.sampled_from(["roll back", "expire", "void", "a year passes"])),
        max_size=10,
    )
)
def test_in_any_order_the_money_of_a_voucher_adds_up(new_shop: object, steps: list[int | str]) -> None:
    shop: Shop = new_shop()  # type: ignore[operator]
    shop.budget("50.00")
    shop.request(shop.open_case())
    for step in steps:
        try:
            if isinstance(step, int):
                redeem(shop, f"{step / 100:.2f}")
            elif step == "roll back":
                roll_back(shop)
            elif step == "a year passes":
                shop.now += timedelta(days=366)
            elif step == "expire":
                shop.write(lambda session: vouchers.expire(session, shop.rules, now=shop.now, actor=DAEMON))
            else:
                shop.write(
                    lambda session: vouchers.void(
                        session,
                        session.exec(select(Voucher)).one(),
                        now=shop.now,
                        actor=shop.actor(session),
                        because="x",
                    )
                )
        except FollowupError:
            continue
    _, _, committed, spent, released, available = states(shop)
    used = shop.read(lambda session: session.exec(select(Voucher)).one().redeemed_minor)
    assert spent == used
    assert committed + spent + available == 5000
    assert committed in (0, 800 - used)
    assert released >= 0
    shop.engine.dispose()
