"""followup customer."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.people.customer_flags import flags_of_a_change, flags_of_a_new_customer
from followup.domain.people.customer_fields import CUSTOMER_FIELDS, FieldForm

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.shared.actors import Actor

app = typer.Typer(name="customer", help="Whom we serve.", no_args_is_help=True)


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
    """Add a customer. What is left out is the workspace's own zone, country and language."""
    from followup.errors import WrongUsage
    from followup.services.documents import serializers
    from followup.services.people import customers

    unknown = set(consent or []) - {"marketing"}
    if unknown:
        raise WrongUsage(f"{unknown.pop()!r} is not a consent.", hint="The only one is marketing.")
    currency = call.workspace.settings.currency
    document = call.write(
        lambda session, actor: serializers.customer(
            customers.add_customer(
                session,
                call.workspace.settings,
                now=call.now,
                actor=actor,
                marketing_consent=bool(consent),
                **told,
            ),
            currency,
        )
    )
    call.answer(
        document,
        lambda: output.lines(output.plain(f"{document['name']} <{document['email']}> is recorded.")),
    )


@command(
    app,
    "set",
    writes=True,
    example="""
    followup customer set priya@example.com --email priya.shah@example.com --consent marketing
    """,
)
@flags_of_a_change
def set_(
    call: Call,
    customer: Annotated[str, typer.Argument(metavar="EMAIL", help="Their address now.")],
    consent: str | None,
    **told: str | None,
) -> None:
    """Correct what is known of a customer. An empty text takes a thing out: --segment ''."""
    from followup.errors import WrongUsage
    from followup.services.documents import serializers
    from followup.services.people import customers

    if consent not in (None, "marketing", "none"):
        raise WrongUsage(f"{consent!r} is not a consent.", hint="Give marketing, or none to withdraw it.")

    def change(session: "Session", actor: "Actor") -> Any:
        changed = customers.change_customer(
            session,
            call.workspace.settings,
            customers.find_customer(session, customer),
            told,
            now=call.now,
            actor=actor,
            marketing_consent=None if consent is None else consent == "marketing",
        )
        return serializers.customer(changed, call.workspace.settings.currency)

    document = call.write(change)
    call.answer(
        document,
        lambda: output.lines(output.plain(f"{document['name']} <{document['email']}> is changed.")),
    )


@command(app, "list", example="followup customer list --search shah")
def list_(
    call: Call,
    search: Annotated[str | None, typer.Option(help="Part of a name or an address.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    due_for_erasure: Annotated[
        bool, typer.Option("--due-for-erasure", help="Those who were kept for retention_days.")
    ] = False,
) -> None:
    """List customers, the newest first."""
    from followup.services.documents import serializers
    from followup.services.people import customers
    from followup.services.privacy import retention

    currency = call.workspace.settings.currency

    def look(session: "Session") -> Any:
        if due_for_erasure:
            found = retention.due(session, call.rules, now=call.now, limit=limit)
        else:
            found = customers.list_customers(session, search=search, limit=limit)
        return [serializers.customer(row, currency) for row in found]

    document = call.read(look)
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
        else "No customer found. Add one: followup customer add --help",
        right=tuple(field.name for field in listed if field.form is FieldForm.MONEY),
    )


@command(app, "show", example="followup customer show priya@example.com")
def show(call: Call, email: Annotated[str, typer.Argument(metavar="EMAIL", help="Their address.")]) -> None:
    """Show a customer and their cases."""
    from followup.services.cases import cases
    from followup.services.documents import serializers
    from followup.services.people import customers

    def look(session: "Session") -> Any:
        person = customers.find_customer(session, email)
        found = cases.list_cases(session, customer=person.email)
        return {
            **serializers.customer(person, call.workspace.settings.currency),
            "cases": [serializers.case(case, customer) for case, customer in found],
        }

    document = call.read(look)

    def people() -> None:
        output.fields((name, value) for name, value in document.items() if name != "cases")
        for case in document["cases"]:
            output.lines(
                f"  {case['ref']}  {case['occurred_on']}  {case['status']:<9} "
                f"{case['severity']:<9} {case['reason']}"
            )

    call.answer(document, people)
