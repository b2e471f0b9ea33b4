"""The fields of a customer, declared once.

`CUSTOMER_FIELDS` determines the flags of `customer add` and `customer set`, the columns of an import, what a
merge copies, what an erasure keeps, and the documents that show a customer. To add a field, declare it here,
add its column to `store/tables/people.py`, and write the migration.
"""

from dataclasses import dataclass

from followup.domain.shared.word import Word


class FieldForm(Word):
    """The format of a field: how it is parsed and stored."""

    LINE = "line", "A line of text"
    SLUG = "slug", "A short name, such as late-delivery"
    ADDRESS = "address", "An email address, which no other customer has"
    LOCALE = "locale", "A language with a country, such as en-GB"
    TIMEZONE = "timezone", "A time zone of IANA, such as Europe/London"
    REGION = "region", "A country or its part, such as GB-ENG"
    MONEY = "money", "An amount in the workspace's currency, stored in minor units"
    CONSENT = "consent", "What somebody agreed to be sent, stored as yes or no"


class WhenErased(Word):
    """What happens to a field when its customer is erased."""

    REPLACED = "replaced", "What names nobody stands in its place"
    RESET = "reset", "It is what the workspace has by default"
    REMOVED = "removed", "Nothing is left of it"
    KEPT = "kept", "It stays as it was"


class WhenMerged(Word):
    """What happens to a field of the remaining record when another one is merged into it."""

    UNCHANGED = "unchanged", "It stays as it was"
    FILLED_IN = "filled_in", "Where it is empty, that of the other record is taken over"
    BOTH_AGREE = "both_agree", "It is yes only where both records say so"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerField:
    """A field of a customer.

    `name` is its flag and its column in an import file; `column` is its column in the table; `label` names it
    in messages and, with underscores, in documents. Fields with `needed` are never empty; if they have no
    `setting`, a value must be given. `setting` is the workspace's setting that supplies a missing value.
    `help_to_change` is the help text in `customer set`, if it differs from `help`. `listed`: `customer list`
    shows the field. A field that is KEPT at erasure gives the reason.
    """

    name: str
    column: str
    label: str
    form: FieldForm
    help: str
    help_to_change: str | None = None
    needed: bool = False
    setting: str | None = None
    listed: bool = False
    when_erased: WhenErased
    kept_because: str | None = None
    when_merged: WhenMerged

    @property
    def must_be_given(self) -> bool:
        """Whether a customer cannot be created without it."""
        return self.needed and self.setting is None

    @property
    def key(self) -> str:
        """Its key in documents."""
        return self.label.replace(" ", "_")


CUSTOMER_FIELDS = (
    CustomerField(
        name="name",
        column="name",
        label="name",
        form=FieldForm.LINE,
        help="As we write to them.",
        needed=True,
        listed=True,
        when_erased=WhenErased.REPLACED,
        when_merged=WhenMerged.UNCHANGED,
    ),
    CustomerField(
        name="email",
        column="email",
        label="email",
        form=FieldForm.ADDRESS,
        help="Where we write to.",
        help_to_change="Their new address.",
        needed=True,
        listed=True,
        when_erased=WhenErased.REPLACED,
        when_merged=WhenMerged.UNCHANGED,
    ),
    CustomerField(
        name="locale",
        column="locale",
        label="locale",
        form=FieldForm.LOCALE,
        help="Their language and country, as en-GB.",
        needed=True,
        setting="locale",
        listed=True,
        when_erased=WhenErased.RESET,
        when_merged=WhenMerged.UNCHANGED,
    ),
    CustomerField(
        name="timezone",
        column="timezone",
        label="timezone",
        form=FieldForm.TIMEZONE,
        help="Where their clock is, as Europe/London.",
        needed=True,
        setting="timezone",
        listed=True,
        when_erased=WhenErased.RESET,
        when_merged=WhenMerged.UNCHANGED,
    ),
    CustomerField(
        name="region",
        column="region",
        label="region",
        form=FieldForm.REGION,
        help="Whose public holidays they have, as GB-ENG.",
        needed=True,
        setting="country",
        listed=True,
        when_erased=WhenErased.RESET,
        when_merged=WhenMerged.UNCHANGED,
    ),
    CustomerField(
        name="segment",
        column="segment",
        label="segment",
        form=FieldForm.SLUG,
        help="A group that rules or reports tell apart.",
        listed=True,
        when_erased=WhenErased.KEPT,
        kept_because="a group that reports count by",
        when_merged=WhenMerged.FILLED_IN,
    ),
    CustomerField(
        name="value",
        column="value_minor",
        label="value",
        form=FieldForm.MONEY,
        help="What they bought so far.",
        listed=True,
        when_erased=WhenErased.REMOVED,
        when_merged=WhenMerged.FILLED_IN,
    ),
    CustomerField(
        name="phone",
        column="phone",
        label="phone",
        form=FieldForm.LINE,
        help="Where we call them.",
        when_erased=WhenErased.REMOVED,
        when_merged=WhenMerged.FILLED_IN,
    ),
    CustomerField(
        name="address",
        column="postal_address",
        label="postal address",
        form=FieldForm.LINE,
        help="Where letters and parcels reach them.",
        when_erased=WhenErased.REMOVED,
        when_merged=WhenMerged.FILLED_IN,
    ),
    CustomerField(
        name="consent",
        column="marketing_consent",
        label="consent",
        form=FieldForm.CONSENT,
        help="What they agreed to receive.",
        help_to_change="What they agree to receive.",
        when_erased=WhenErased.REMOVED,
        when_merged=WhenMerged.BOTH_AGREE,
    ),
)

TOLD_FIELDS = {field.name: field for field in CUSTOMER_FIELDS if field.form is not FieldForm.CONSENT}
"""The fields that are given as a text, by name. Consent is given as yes or no."""

IMPORTED_FIELDS = {
    field.name: field
    for field in sorted(CUSTOMER_FIELDS, key=lambda field: field.form is not FieldForm.ADDRESS)
}
"""The fields by name, in the order in which an import checks them: the one that identifies a row comes
first.
"""
