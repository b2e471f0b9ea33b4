"""The type of a customer's document has the keys and types that the declared fields make."""

from typing import get_type_hints

from followup.domain.people.customer_fields import CUSTOMER_FIELDS, CustomerField, FieldForm
from followup.services.documents.documents import CustomerDocument


def shown_as(field: CustomerField) -> object:
    if field.form is FieldForm.CONSENT:
        return list[str]
    return str if field.needed else str | None


def test_the_type_says_of_each_field_what_the_document_holds() -> None:
    made = {field.key: shown_as(field) for field in CUSTOMER_FIELDS}
    assert get_type_hints(CustomerDocument) == {**made, "currency": str, "erased_at": str | None}
