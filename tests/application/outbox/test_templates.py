import pytest

from followup.application.outbox import template_list, templates
from followup.domain.goodwill.gesture import GestureKind
from followup.errors import NotFound
from tests.application.conftest import NewCaller
from tests.shop import Shop


def test_templates_are_listed_without_a_database(new_caller: NewCaller) -> None:
    caller = new_caller()
    listed = {template["name"]: template["for"] for template in template_list.list_templates(caller)}
    assert listed["apology"] == "customers"
    assert "database" not in vars(caller.place)


def test_an_email_is_previewed_as_if_what_is_recommended_were_issued(
    shop: Shop, new_caller: NewCaller
) -> None:
    shop.open_case()
    before = shop.stored()
    preview = templates.preview(new_caller(), "C-0001")
    assert preview["as_if"]
    assert "Priya" in preview["text"]
    assert shop.stored() == before


def test_a_finding_is_told_once_with_some_of_its_cases(shop: Shop, new_caller: NewCaller) -> None:
    template = shop.own_templates() / "en" / "apology.md"
    text = template.read_text(encoding="utf-8")
    template.write_text(text + "\n\nWe apologise for any inconvenience caused.\n", encoding="utf-8")
    parts: list[float] = []
    for customer in ("a", "b", "c", "d"):
        shop.open_case(f"{customer}@example.com")
    found = templates.lint_templates(new_caller(), template="apology", on_progress=parts.append)
    first = found["findings"][0]
    assert (first["template"], first["level"]) == ("apology", "E")
    assert len(first["cases"]) == 3
    assert first["times"] > 4
    assert 0 < found["stops"] <= found["checked"]
    assert parts[-1] == 1.0
    with pytest.raises(NotFound):
        templates.lint_templates(new_caller(), template="nothing")


@pytest.mark.parametrize("kind", [kind.value for kind in GestureKind if kind.has_code])
def test_the_reminder_of_a_code_is_read_for_every_kind_that_has_one(
    shop: Shop, new_caller: NewCaller, kind: str
) -> None:
    def times_found() -> int:
        found = templates.lint_templates(new_caller(), template="voucher-expiring")["findings"]
        return sum(one["times"] for one in found if (one["rule"], one["sentence"]) == ("E1", insincere))

    template = shop.own_templates() / "en" / "voucher-expiring.md"
    insincere = "We apologise for any inconvenience caused."
    only = f'\n\n{{% if gesture.kind == "{kind}" %}}{insincere}{{% endif %}}\n'
    assert templates.lint_templates(new_caller(), template="voucher-expiring")["findings"] == []
    template.write_text(template.read_text(encoding="utf-8") + only, encoding="utf-8")
    of_samples = times_found()
    assert of_samples > 0

    # And for a case whose customer was given one.
    shop.request(shop.open_case(), kind, "5.00")
    assert times_found() == of_samples + 1
