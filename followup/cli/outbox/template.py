"""followup template."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.nouns import app_of
from followup.errors import InvalidFile, WrongUsage

if TYPE_CHECKING:
    from followup.application.outbox.templates import TemplateLintDocument
    from followup.services.documents.documents import FindingDocument, PreviewDocument

app = app_of("template")
Reference = Annotated[str, typer.Argument(metavar="CASE", help="The reference of the case, such as C-0012.")]
Step = Annotated[
    int | None, typer.Option(min=1, max=99, help="The step of the sequence; the default is the next.")
]
Name = Annotated[str | None, typer.Option("--template", metavar="NAME", help="The name of a template.")]
_LOOK_AGAIN_SECONDS = 0.5


@command(app, "list", example="followup template list")
def list_(call: Call) -> None:
    """List the templates, their languages, and the steps that use them."""
    from followup.application.outbox import template_list

    call.table(
        template_list.list_templates(call.caller),
        ("template", "for", "class", "languages", "used by"),
        lambda row: (
            row["name"],
            row["for"],
            row["class"],
            ", ".join(row["locales"]),
            ", ".join(row["used_by"]),
        ),
        empty="The folder templates/ has none. Copy the shipped ones: followup init /tmp/new",
    )


@command(
    app,
    "preview",
    example="""
    followup template preview C-0012
    followup template preview C-0012 --step 2 --html step-2.html
    """,
)
def preview(
    call: Call,
    case: Reference,
    step: Step = None,
    template: Name = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the HTML part to this file, to view in a browser."),
    ] = None,
) -> None:
    """Show an email of a case as it would be written now, with the sincerity lint's findings. Sends nothing.

    The email is the next to be sent, unless --step or --template names another. For a case without a gesture,
    the recommended one is shown as if it were issued."""
    from followup.application.outbox import templates

    document = templates.preview(call.caller, case, step=step, template=template)
    if html is not None:
        _write(html, document["html"])
    call.answer(document, lambda: _show_preview(document, html))


def _show_preview(document: "PreviewDocument", html: Path | None) -> None:
    if document["as_if"]:
        output.say(f"As if {document['as_if']}.")
    if document["fallback"]:
        output.say(
            f"Written in {document['locale']}: "
            f"{document['template']} has no variant in the customer's language, so it is held."
        )
    output.lines(f"Subject: {output.plain(document['subject'])}\n")
    output.lines(output.passage(document["text"]))
    if html is not None:
        output.say(f"The HTML part is in {html}.")
    show_findings(document["findings"])


def show_findings(findings: "list[FindingDocument]") -> None:
    """Print the lint's findings, each with its sentence and a better wording."""
    if not findings:
        output.lines("── The lint finds nothing.")
        return
    stops = any(finding["level"] == "E" for finding in findings)
    output.lines(
        f"── The lint finds {len(findings)}"
        + ("; those with E hold the email for a person:" if stops else ", none of which holds the email:")
    )
    for finding in findings:
        output.lines(f"{finding['rule']:<4} {output.plain(finding['why'])}")
        if finding["sentence"]:
            output.lines(f"     “{output.plain(finding['sentence'])}”")
        output.lines(f"     → {output.plain(finding['instead'])}")


@command(
    app,
    "lint",
    example="""
    followup template lint
    followup template lint --template apology --watch
    """,
)
def lint(
    call: Call,
    template: Name = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Lint again whenever a template is saved, until Ctrl-C.")
    ] = False,
) -> None:
    """Lint every template in use against every open case, and against invented cases of every feeling,
    gesture and reason.

    Exits with code 5 if an email could not be written, or would be held for a person."""
    if watch and call.json:
        raise WrongUsage(
            "--watch is for people, --json for programs.", hint="Give one of them.", code="watch_as_json"
        )
    if watch:
        _watch(call, template)
        return
    document = _lint(call, template)
    call.answer(document, lambda: _show_lint(document))
    if document["stops"]:
        raise InvalidFile(
            f"{document['stops']} of {document['checked']} emails would not go out by themselves.",
            hint="Mend the templates, or the cases: followup template preview CASE shows one email.",
            code="insincere",
        )


def _lint(call: Call, template: str | None) -> "TemplateLintDocument":
    from followup.application.outbox import templates

    with output.progress("Reading emails", quiet=call.json) as on_progress:
        return templates.lint_templates(call.caller, template=template, on_progress=on_progress)


def _show_lint(document: "TemplateLintDocument") -> None:
    for group in document["findings"]:
        times = f", {group['times']} times" if group["times"] > 1 else ""
        output.lines(f"{group['template']}  {group['rule']}  {output.plain(group['why'])}")
        if group["sentence"]:
            output.lines(f"     “{output.plain(group['sentence'])}”")
        output.lines(f"     → {output.plain(group['instead'])}")
        output.lines(f"     in {'; '.join(group['cases'])}{times}")
    if document["unused"]:
        output.say(f"Not read, because nothing uses them: {', '.join(document['unused'])}.")
    found = len(document["findings"])
    output.lines(f"{document['checked']} emails read, {found} findings, {document['stops']} would be held.")


def _watch(call: Call, template: str | None) -> None:
    """Lint again whenever a file of the templates has changed."""
    folder = call.workspace.templates_dir
    seen: dict[Path, int] = {}
    output.say(f"Watching {folder}; Ctrl-C ends it.")
    try:
        while True:
            now = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
            if now != seen:
                seen = now
                _show_lint(_lint(call, template))
                output.say("")
            time.sleep(_LOOK_AGAIN_SECONDS)
    except KeyboardInterrupt:
        output.say("")


@command(
    app,
    "test",
    example="""
    followup template test --to ana@harbour.example
    followup template test C-0012 --step 2 --to ana@harbour.example
    """,
)
def send_test(
    call: Call,
    to: Annotated[str, typer.Option(metavar="EMAIL", help="Your own address.")],
    case: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help="The reference of a case; the default is an invented case."),
    ] = None,
    step: Step = None,
    template: Name = None,
) -> None:
    """Send one email to yourself through the real transport, and see how your mail program shows it.

    Nothing is recorded, and no customer is written to."""
    from followup.application.outbox import specimen

    document = specimen.send_specimen(call.caller, to, case=case, step=step, template=template)

    def people() -> None:
        output.lines(f"{document['template']} went to {document['to']}: {output.plain(document['subject'])}")
        output.say(document["detail"])
        for problem in document["problems"]:
            output.say(f"! {problem}")

    call.answer(document, people)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongUsage(
            f"{path} cannot be written: {error.strerror}.",
            hint="Name another file: --html FILE",
            code="html_not_written",
        ) from error
