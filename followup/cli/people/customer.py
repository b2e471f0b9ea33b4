"""followup customer."""

from typing import Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.nouns import app_of
from followup.cli.people import suppression
from followup.cli.people.customer_flags import flags_of_a_change, flags_of_a_new_customer
from followup.domain.people.customer_fields import CUSTOMER_FIELDS, FieldForm

app = app_of("customer")


@command(
    app,
    "add",
    writes=True,
    example="""
    followup customer add --name "Priya Shah" --email priya@example.com --locale en-GB \\
      --timezone Europe/London --region GB-ENG --segment regular --value 1200.00
    """,
)
@flags_of_a_new_customer
def add(call: Call, consent: list[str] | None, **told: str | None) -> None:
    """Add a customer.

    Time zone and holidays are those of the country of their phone number or locale; the answer says what is
    assumed. Where a country has several time zones, and without a sign, they are the workspace's. So is the
    language."""
    from followup.application.people import customers

    document = customers.add_customer(call.caller, consent=consent, **told)

    def people() -> None:
        output.lines(output.plain(f"{document['name']} <{document['email']}> is recorded."))
        # Answers stored for a key by an earlier release have no hints.
        for hint in document.get("hints", []):
            output.say(output.plain(f"Hint: {hint}"))

    call.answer(document, people)


@command(
    app,
    "set",
    writes=True,
    example="""
    followup customer set priya@example.com --email priya.shah@example.com --consent marketing
    followup customer set bia@example.com.br --timezone America/Sao_Paulo
    """,
)
@flags_of_a_change
def set_(
    call: Call,
    customer: Annotated[str, typer.Argument(metavar="EMAIL", help="The customer's present email address.")],
    consent: str | None,
    **told: str | None,
) -> None:
    """Change the given values of a customer. An empty text removes a value: --segment ''.

    A new phone number, locale or region brings the time zone and holidays of its country, where they are
    still the workspace's."""
    from followup.application.people import customers

    document = customers.set_customer(call.caller, customer, consent=consent, **told)

    def people() -> None:
        output.lines(output.plain(f"{document['name']} <{document['email']}> is changed."))
        # Answers stored for a key by an earlier release have none.
        for hint in document.get("hints", []):
            output.say(output.plain(hint))

    call.answer(document, people)


@command(
    app,
    "list",
    example="""
    followup customer list --search shah
    followup customer list --phone "07700 900123"
    followup customer list --segment regular --locale de
    """,
)
def list_(
    call: Call,
    search: Annotated[
        str | None, typer.Option(help="Only customers with this text in their name or email address.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Only customers with this text in their name.")] = None,
    phone: Annotated[
        str | None, typer.Option(help="Only customers with this number, in any notation, or its last digits.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="Only customers with this text in their email or postal address.")
    ] = None,
    segment: Annotated[str | None, typer.Option(help="Only this segment.")] = None,
    locale: Annotated[
        str | None, typer.Option(help="Only this locale, such as de-AT, or this language, such as de.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The maximum number of rows.")] = 50,
    due_for_erasure: Annotated[
        bool, typer.Option("--due-for-erasure", help="Only customers whose retention_days are over.")
    ] = False,
) -> None:
    """List customers, newest first. Case and accents do not count."""
    from followup.application.people import customer_list

    only = {
        "search": search,
        "name": name,
        "phone": phone,
        "address": address,
        "segment": segment,
        "locale": locale,
    }
    document: list[Any] = [
        *customer_list.list_customers(call.caller, limit=limit, due_for_erasure=due_for_erasure, **only)
    ]
    listed = [field for field in CUSTOMER_FIELDS if field.listed]
    call.table(
        document,
        tuple(field.name for field in listed),
        lambda row: tuple(
            output.money(row, field.key) if field.form is FieldForm.MONEY else row[field.key]
            for field in listed
        ),
        empty="Nobody is due."
        if due_for_erasure
        else "No customer found. Try part of a name; add one: followup customer add --help",
        right=tuple(field.name for field in listed if field.form is FieldForm.MONEY),
    )
    if not due_for_erasure:
        call.say_more(document, limit, lambda: customer_list.count_customers(call.caller, **only)["count"])


@command(app, "show", example="followup customer show priya@example.com")
def show(
    call: Call, email: Annotated[str, typer.Argument(metavar="EMAIL", help="The customer's email address.")]
) -> None:
    """Show a customer with their cases."""
    from followup.application.people import customers

    document = customers.show_customer(call.caller, email)

    def people() -> None:
        apart = ("cases", "suppression", "kept")
        output.fields(
            [
                *((name, value) for name, value in document.items() if name not in apart),
                ("suppressed", suppression.why_text(call, document["suppression"])),
            ]
        )
        for kept in document["kept"]:
            output.lines(
                f"  owed: {output.money(kept)} of {output.plain(kept['name'])}, paid out once it comes to "
                f"{kept['minimum']} ({', '.join(kept['gestures'])})"
            )
        for case in document["cases"]:
            output.lines(
                f"  {case['ref']}  {case['occurred_on'] or 'unknown':<10}  {case['status']:<9} "
                f"{case['severity']:<9} {case['reason']}"
            )

    call.answer(document, people)
