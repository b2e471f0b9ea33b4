from dataclasses import fields
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.letters.thing import Thing
from followup.domain.sequences.closed_days import ClosedDays
from followup.errors import FollowupError, InvalidFile, NotFound
from followup.settings import OnDoubt, Settings, read_settings
from followup.workspace import find_workspace, load_workspace

DAYS_2024_TO_2028 = [date(2024, 1, 1) + timedelta(days=n) for n in range(5 * 365 + 2)]
NAMES = [item.name for item in fields(Settings)]


def read(text: str = "", **environment: str) -> Settings:
    return read_settings(text, "followup.toml", environment)


def refusal(text: str = "", **environment: str) -> FollowupError:
    with pytest.raises(FollowupError) as caught:
        read(text, **environment)
    assert caught.value.hint
    return caught.value


# ---- Where a setting comes from


def test_a_workspace_works_with_no_setting_at_all() -> None:
    settings = read()
    assert settings == Settings()
    assert settings.sends_real_mail is False
    assert (settings.database_url, settings.smtp_url, settings.on_doubt) == (None, None, OnDoubt.HOLD)
    assert settings.send_window == (time(9), time(18))
    assert settings.send_days == {0, 1, 2, 3, 4}


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = 'timezone = "Europe/London"'
    assert read(file).timezone == "Europe/London"
    assert read(file, FOLLOWUP_TIMEZONE="Asia/Tokyo").timezone == "Asia/Tokyo"
    secret = tmp_path / "secret"
    secret.write_text("Europe/Paris\n", encoding="utf-8")
    assert read(file, FOLLOWUP_TIMEZONE_FILE=str(secret)).timezone == "Europe/Paris"
    both = {"FOLLOWUP_TIMEZONE": "Asia/Tokyo", "FOLLOWUP_TIMEZONE_FILE": str(secret)}
    assert read(file, **both).timezone == "Asia/Tokyo"


def test_variables_of_other_programs_and_unknown_ones_are_left_alone() -> None:
    assert read(FOLLOWUP_AGENT="ana@shop.example", FOLLOWUP_WORKSPACE="/x", TZ="Mars/Olympus") == Settings()


def test_what_was_bought_is_known_by_reason_or_for_all() -> None:
    settings = read("""
        thing = "reservation"
        things = { missed-appointment = "Appointment", billing-error = "contract" }
    """)
    assert settings.thing_of("late-delivery") is Thing.BOOKING
    assert settings.thing_of("missed-appointment") is Thing.APPOINTMENT
    assert settings.thing_of("billing-error") is Thing.CONTRACT
    assert read("").thing_of("billing-error") is Thing.ORDER
    assert read(FOLLOWUP_THING="stay").thing_of("billing-error") is Thing.STAY
    assert refusal('things = { billing-error = "parcel" }').message.startswith("followup.toml: things")


def test_the_file_is_taken_as_it_is_written() -> None:
    settings = read(
        """
        business = "Harbour Books"
        sender = "Ana at Harbour Books <ana@harbour.example>"
        reply_to = "care@harbour.example"
        unsubscribe_url = "https://harbour.example/stop?from=email"
        send_window = "00:00-24:00"
        send_days = ["Monday", "sat", "thurs"]
        on_doubt = "resend"
        rehearsal = true
        lock_wait_seconds = 5
        smtp_url = "smtp://mail.example:587"
        [reasons]
        late-delivery = "your order came late"
        """
    )
    assert settings.send_window == (time(0), time(0))  # to the midnight that ends the day
    assert settings.send_days == {0, 5, 3}
    assert (settings.on_doubt, settings.rehearsal, settings.lock_wait_seconds) == (OnDoubt.RESEND, True, 5)
    assert (settings.smtp_url, settings.sends_real_mail) == ("smtp://mail.example:587", False)
    assert settings.unsubscribe_url == "https://harbour.example/stop?from=email"
    assert settings.reason_phrase("late-delivery", "en") == "your order came late"


def test_a_phrase_for_a_reason_is_only_ever_one_in_the_readers_language() -> None:
    file = """
        locale = "en-GB"
        [reasons]
        late-delivery = "your order came late"
        long-wait = "you waited"
        [reasons.de]
        late-delivery = "Ihre Bestellung kam zu spät"
        [reasons.en]
        long-wait = "we kept you waiting"
        """
    settings = read(file)
    assert settings.reason_phrase("late-delivery", "de-AT") == "Ihre Bestellung kam zu spät"
    assert settings.reason_phrase("long-wait", "de") is None
    assert settings.reason_phrase("late-delivery", "fr") is None
    assert settings.reason_phrase("late-delivery", "en-US") == "your order came late"
    # What is named for a language comes before what is named for none.
    assert settings.reason_phrase("long-wait", "en") == "we kept you waiting"
    assert settings.reason_phrase("nobody-knows", "en") is None
    assert settings.known_reasons == ("late-delivery", "long-wait")
    # The same file in a workspace that is German by itself.
    german = read(file, FOLLOWUP_LOCALE="de-DE")
    assert german.reason_phrase("long-wait", "de") == "you waited"
    assert german.reason_phrase("late-delivery", "en") is None


def test_quiet_hours_and_closed_days_are_lists_in_the_file() -> None:
    settings = read(
        """
        quiet_hours = ["12:30-13:30", "22:00-07:00"]
        closed_days = ["2026-12-24", "12-31", 2027-01-04, "02-29"]
        most_emails = 2
        most_emails_days = 30
        least_gap_hours = 48
        """
    )
    assert settings.quiet_hours == ((time(12, 30), time(13, 30)), (time(22), time(7)))
    closed = [day for day in DAYS_2024_TO_2028 if day in settings.closed_days]
    assert [day.isoformat() for day in closed] == [
        *("2024-02-29", "2024-12-31", "2025-12-31", "2026-12-24", "2026-12-31", "2027-01-04"),
        *("2027-12-31", "2028-02-29", "2028-12-31"),
    ]
    assert (settings.most_emails, settings.most_emails_days, settings.least_gap_hours) == (2, 30, 48)


def test_quiet_hours_and_closed_days_are_one_text_in_the_environment() -> None:
    settings = read(FOLLOWUP_QUIET_HOURS="12:30-13:30, 17:00-24:00", FOLLOWUP_CLOSED_DAYS="12-24,2026-06-05,")
    assert settings.quiet_hours == ((time(12, 30), time(13, 30)), (time(17), time(0)))
    assert settings.closed_days.days == {(12, 24), date(2026, 6, 5)}
    file = 'quiet_hours = ["12:30-13:30"]\nclosed_days = ["12-24"]'
    assert read(file, FOLLOWUP_QUIET_HOURS="", FOLLOWUP_CLOSED_DAYS="") == Settings()


def test_customers_are_left_in_peace_without_any_setting() -> None:
    settings = read()
    assert (settings.quiet_hours, settings.closed_days) == ((), ClosedDays())
    assert (settings.most_emails, settings.most_emails_days, settings.least_gap_hours) == (3, 14, 24)


@pytest.mark.parametrize(
    ("written", "meant"), [("yes", True), ("1", True), ("TRUE", True), ("no", False), ("0", False)]
)
def test_the_environment_says_yes_and_no_in_words(written: str, meant: bool) -> None:
    settings = read(FOLLOWUP_SMTP_URL="smtp://mail.example", FOLLOWUP_REHEARSAL=written)
    assert settings.rehearsal is meant
    assert settings.sends_real_mail is not meant


def test_an_empty_variable_takes_a_server_out_again() -> None:
    file = 'smtp_url = "smtp://mail.example"\ndatabase_url = "postgresql://localhost/x"'
    settings = read(file, FOLLOWUP_SMTP_URL="", FOLLOWUP_DATABASE_URL="")
    assert (settings.smtp_url, settings.database_url) == (None, None)


@pytest.mark.parametrize("name", ["reply_to", "bounce_to"])
def test_an_address_may_keep_a_place_for_a_token_as_long_as_it_fits(name: str) -> None:
    # 31 letters, a plus and the 32 of a token are the 64 that RFC 5321 allows.
    longest = "a" * 31 + "+{token}@harbour.example"
    assert getattr(read(f'{name} = "{longest}"'), name) == longest


# ---- What cannot be used


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("business", ""),
        ("business", "a\nb"),
        ("sender", "ana@harbour.example"),
        ("sender", "Ana <ana>"),
        ("sender", "Ana <ana@localhost>"),
        ("sender", "Reyes, Ana <ana@harbour.example>"),
        ("sender", "Ana <ana@harbour.example>\nBcc: x@example.com"),
        ("reply_to", "ana"),
        ("reply_to", "ana@{token}.example"),
        ("reply_to", "{token} <ana@harbour.example>"),
        ("reply_to", "{token}ana@harbour.example"),
        ("reply_to", "{token}{token}@harbour.example"),
        ("reply_to", "a" * 32 + "+{token}@harbour.example"),
        ("bounce_to", "a" * 32 + "+{token}@harbour.example"),
        ("sender", "Ana <ana+{token}@harbour.example>"),
        ("unsubscribe_url", "https://harbour.example/{token}"),
        ("unsubscribe_url", "http://harbour.example/stop"),
        ("unsubscribe_url", "https://"),
        ("unsubscribe_url", "https://ana:secret@harbour.example/stop"),
        ("unsubscribe_url", "https://harbour.example/#stop"),
        ("unsubscribe_url", "https://harbour.example/stop here"),
        ("unsubscribe_url", 'https://harbour.example/">'),
        ("unsubscribe_url", "https://bücher.example/stop"),
        ("unsubscribe_url", f"https://harbour.example/{'x' * 800}"),
        ("currency", "Pounds"),
        ("timezone", "Europe/Lundon"),
        ("timezone", "../../../etc/passwd"),
        ("country", "gb"),
        ("country", "GBR"),
        ("locale", "../en"),
        ("locale", "xx-YY"),
        ("locale", "english"),
        ("locale", "en-XX"),
        ("database_url", "followup.db"),
        ("smtp_url", "mail.example"),
        ("smtp_url", "http://mail.example"),
        ("smtp_url", "smtp://"),
        ("smtp_url", "smtp://mail.example:0"),
        ("smtp_url", "smtp://mail.example:99999"),
        ("smtp_url", "smtp://[::1"),
        ("rehearsal", "maybe"),
        ("on_doubt", "ask"),
        ("thing", "parcel"),
        ("send_window", "09:00"),
        ("send_window", "18:00-09:00"),
        ("send_window", "09:00-09:00"),
        ("send_window", "09:00+01:00-18:00"),
        ("send_window", "9 to 5"),
        ("send_days", ""),
        ("send_days", "mo,tu"),
        ("send_days", "monkey"),
        ("send_window", "00:00-00:00"),
        ("quiet_hours", "12:30"),
        ("quiet_hours", "12:30-12:30"),
        ("quiet_hours", "12:30-13:30+01:00"),
        ("quiet_hours", "noon-13:30"),
        ("closed_days", "24.12.2026"),
        ("closed_days", "2026-02-29"),
        ("closed_days", "02-30"),
        ("closed_days", "2026-W52-4"),
        ("closed_days", "12-24-2026"),
        ("closed_days", "１２-24"),
        ("most_emails", "0"),
        ("most_emails_days", "a fortnight"),
        ("least_gap_hours", "-24"),
        ("approval_business_days", "0"),
        ("approval_business_days", "two"),
        ("lock_wait_seconds", "-1"),
        ("lock_wait_seconds", "3601"),
        ("lock_wait_seconds", "1.5"),
        ("voucher_valid_days", "0"),
    ],
)
def test_what_cannot_be_used_is_named_where_it_stands(name: str, written: str) -> None:
    error = refusal(**{f"FOLLOWUP_{name.upper()}": written})
    assert isinstance(error, InvalidFile)
    assert error.code == "bad_setting"
    assert error.message.startswith(f"FOLLOWUP_{name.upper()}: {name}")
    assert error.hint.startswith("Give ")


@pytest.mark.parametrize(
    "line",
    [
        "business = 5",
        "lock_wait_seconds = true",
        "lock_wait_seconds = 2.0",
        "rehearsal = 1",
        "send_window = 9",
        "send_days = 5",
        "send_days = []",
        "send_days = [1, 2]",
        "quiet_hours = 12",
        "quiet_hours = [12]",
        "quiet_hours = [12:30:00]",
        "closed_days = 2026-12-24",
        "closed_days = [2026-12-24T10:00:00]",
        "closed_days = [1224]",
        "closed_days = { christmas = '12-25' }",
        "most_emails = '3.5'",
        'reasons = "late"',
        "[reasons]\nlate = 5",
        "[reasons.de]\nlate = 5",
        "[reasons.German]\nlate = 'zu spät'",
        "smtp_url = false",
        "timezone = []",
    ],
)
def test_the_wrong_kind_of_value_is_named_with_the_file(line: str) -> None:
    error = refusal(line)
    assert (error.code, error.exit_code) == ("bad_setting", 5)
    assert error.message.startswith("followup.toml: ")


def test_a_setting_that_was_appended_below_a_table_is_named_with_its_table() -> None:
    text = '[reasons.pt]\nlate-delivery = "atrasou"\nsmtp_url = "smtp://127.0.0.1:2525"\n'
    error = refusal(text)
    assert error.code == "setting_in_table"
    assert error.message.startswith("followup.toml: smtp_url stands below [reasons.pt]")
    assert "above the first line in square brackets" in error.hint


def test_no_error_shows_a_whole_table() -> None:
    error = refusal("[reasons.pt]\n" + "".join(f"r{number} = {number}\n" for number in range(500)))
    assert error.code == "bad_setting"
    assert len(error.message) < 250


def test_of_several_only_the_one_that_cannot_be_used_is_named() -> None:
    error = refusal('closed_days = ["2026-12-24", "31.12."]')
    assert error.message == "followup.toml: closed_days '31.12.' cannot be used."
    assert '["2026-12-24", "12-31"]' in error.hint
    assert "'6-7'" in refusal(FOLLOWUP_QUIET_HOURS="12:30-13:30,6-7").message


def test_quiet_hours_that_leave_nothing_open_are_refused_with_what_to_change() -> None:
    error = refusal('send_window = "09:00-17:00"\nquiet_hours = ["12:00-09:00", "08:00-12:00"]')
    assert error.message.startswith("followup.toml: quiet_hours cannot be used.")
    assert "nothing of the send window" in error.message
    assert "send_window" in error.hint
    assert read('send_window = "09:00-17:00"\nquiet_hours = ["12:00-09:00", "08:00-11:59"]').quiet_hours


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('timezon = "x"', "Did you mean timezone?"),
        ('smtp = "x"', "Did you mean smtp_url?"),
        ('frobnicate = "x"', "The settings are: "),
    ],
)
def test_an_unknown_setting_is_named_with_the_nearest(line: str, hint: str) -> None:
    error = refusal(line)
    assert error.code == "unknown_setting"
    assert error.hint.startswith(hint)


def test_broken_toml_is_named_with_line_and_column() -> None:
    error = refusal('business = "x"\ntimezone = = 1\n')
    assert error.code == "bad_toml"
    assert "line 2, column 12" in error.message


# ---- Secrets


@pytest.mark.parametrize(
    "line",
    [
        'smtp_url = "smtp://ana:hunter2@mail.example"',
        'database_url = "postgresql://ana:hunter2@localhost/x"',
        'secret_key = "hunter2hunter2hunter2hunter2hunter2"',
    ],
)
def test_a_secret_does_not_belong_into_the_file_and_is_not_repeated(line: str) -> None:
    error = refusal(line)
    assert error.code == "secret_in_file"
    name = line.partition(" ")[0].upper()
    assert f"FOLLOWUP_{name}_FILE" in error.hint
    assert "hunter2" not in error.message + error.hint


@pytest.mark.parametrize("name", ["SMTP_URL", "DATABASE_URL", "SECRET_KEY"])
def test_a_secret_that_cannot_be_used_is_not_shown(name: str) -> None:
    error = refusal(**{f"FOLLOWUP_{name}": "hunter2\x07://ana:hunter2@x"})
    assert "hunter2" not in error.message + error.hint


def test_settings_show_no_secret_when_they_are_printed() -> None:
    settings = read(
        FOLLOWUP_SMTP_URL="smtp://ana:hunter2@mail.example",
        FOLLOWUP_DATABASE_URL="postgresql://ana:hunter2@localhost/x",
        FOLLOWUP_SECRET_KEY="hunter2" * 6,
    )
    assert "hunter2" in str(settings.smtp_url)
    assert "hunter2" not in f"{settings}{settings!r}"


@given(name=st.sampled_from(NAMES), text=st.text(max_size=40))
def test_whatever_a_variable_holds_it_is_a_setting_or_named_as_wrong(name: str, text: str) -> None:
    try:
        settings = read_settings("", "followup.toml", {f"FOLLOWUP_{name.upper()}": text})
    except InvalidFile as error:
        said = f"{error.message} {error.hint}"
    else:
        said = f"{name} is {getattr(settings, name)}"
    assert name in said


# ---- The workspace


def test_a_workspace_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner"
    below = inner / "a" / "b"
    below.mkdir(parents=True)
    for folder in (tmp_path / "outer", inner):
        (folder / "followup.toml").write_text("", encoding="utf-8")
    assert find_workspace(below) == inner
    assert find_workspace(tmp_path / "outer") == tmp_path / "outer"


def test_without_a_workspace_it_says_how_to_make_one(tmp_path: Path) -> None:
    for look in (lambda: find_workspace(tmp_path), lambda: load_workspace(tmp_path, {})):
        with pytest.raises(NotFound) as caught:
            look()
        assert caught.value.code == "no_workspace"
        assert "followup init" in caught.value.hint


def test_the_files_of_a_workspace_are_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "followup.toml").write_text("", encoding="utf-8")
    workspace = load_workspace(tmp_path, {})
    assert workspace.database_url == f"sqlite:///{tmp_path / 'db' / 'followup.db'}"
    assert workspace.outbox_dir == tmp_path / "outbox"
    elsewhere = load_workspace(tmp_path, {"FOLLOWUP_DATABASE_URL": "postgresql://localhost/x"})
    assert elsewhere.database_url == "postgresql://localhost/x"


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "followup.toml").write_bytes(b'business = "\xff"')
    with pytest.raises(InvalidFile, match="not UTF-8"):
        load_workspace(tmp_path, {})


def test_a_key_that_is_too_short_or_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "followup.toml").write_text("", encoding="utf-8")
    with pytest.raises(NotFound):
        load_workspace(tmp_path, {}).secret_key()
    with pytest.raises(InvalidFile) as caught:
        load_workspace(tmp_path, {"FOLLOWUP_SECRET_KEY": "k" * 31}).secret_key()
    assert caught.value.code == "bad_key"
    assert load_workspace(tmp_path, {"FOLLOWUP_SECRET_KEY": "k" * 32}).secret_key() == b"k" * 32
