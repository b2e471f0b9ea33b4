"""Who works here and who is served, and the addresses that must not be written to."""

from datetime import datetime

from sqlalchemy import BigInteger, Text, event, false
from sqlmodel import Field

from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.people.agent import Role
from followup.domain.people.match_keys import address_key, email_key, phone_key
from followup.domain.people.suppression import SuppressionReason
from followup.store.columns import DatabaseTable, WordColumn, one_of


class Agent(DatabaseTable, table=True):
    """Somebody who works here. `is_founder` marks the first, who has a manager's rights until somebody gives
    them a role."""

    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = Field(unique=True)
    role: Role = Field(sa_type=WordColumn(Role))
    team: str | None = None
    login: str | None = Field(default=None, unique=True)
    active: bool = True
    is_founder: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    added_at: datetime


class Customer(DatabaseTable, table=True):
    """Somebody we serve. `email` is kept in lower case.

    The keys, by which the same person is found under another name, follow what they are made from. Of an
    erased person only the row is left, for the money; a merged one points to whoever has its cases now."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    email: str = Field(unique=True)
    locale: str
    timezone: str
    region: str
    segment: str | None = None
    value_minor: int | None = Field(default=None, sa_type=BigInteger)
    phone: str | None = None
    postal_address: str | None = None
    email_key: str = Field(default="", index=True)
    phone_key: str | None = Field(default=None, index=True)
    address_key: str | None = Field(default=None, index=True)
    marketing_consent: bool = False
    added_at: datetime
    erased_at: datetime | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="customer.id", index=True)


@event.listens_for(Customer, "before_insert")
@event.listens_for(Customer, "before_update")
def _keep_keys(_mapper: object, _connection: object, customer: Customer) -> None:
    # Here, so that whoever changes or erases an address cannot leave its key behind.
    customer.email_key = email_key(customer.email)
    customer.phone_key = phone_key(customer.phone)
    customer.address_key = address_key(customer.postal_address)


class Suppression(DatabaseTable, table=True):
    """An address, in lower case, that must not be written to; `customer_id` is whose it is or was last, so
    that it is found when they are erased. Of an erased person's address only a hash is kept. `cause`, of a
    hard bounce, is why email came back."""

    __table_args__ = (one_of("cause", BounceCause), one_of("reason", SuppressionReason))

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    reason: SuppressionReason = Field(sa_type=WordColumn(SuppressionReason))
    cause: BounceCause | None = Field(default=None, sa_type=WordColumn(BounceCause))
    because: str | None = Field(default=None, sa_type=Text)
    since: datetime
    actor: str
