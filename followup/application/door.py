"""What all functions of the application share: the caller, one transaction, one answer per idempotency key.

`reads` and `writes` turn a function that works inside a transaction into one that a front end calls. They
open and close the transaction, find out who acts, and return the first answer again for a repeated
idempotency key. `works` is for the few functions that need no transaction, or own a sequence of transactions.

Importing this module loads no database library: what only reads files starts without one (tested).
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast, get_type_hints

from followup.domain.people.rights import Right
from followup.workspace import Workspace, load_workspace

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from followup.services.shared.actors import Actor
    from followup.services.shared.configuration import Configuration

Given = ParamSpec("Given")
Document = TypeVar("Document")
Call = TypeVar("Call", bound=Callable[..., Any])


class OpenWorkspace:
    """A workspace in use: its files, and its database, which is opened on first use.

    Make one per command, or one per server, and close it at the end. `database` may pass an engine that is
    open already and at the revision this program needs; whoever opened it closes it. `clock` says whether
    tokens of mail servers have expired; without one no log-in is used."""

    def __init__(
        self,
        workspace: Workspace,
        database: "Engine | None" = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.workspace = workspace
        self.clock = clock
        self._given = database

    @cached_property
    def configuration(self) -> "Configuration":
        """Settings, policy, sequences and calendars, each read on first use."""
        from followup.services.shared.configuration import Configuration

        return Configuration(self.workspace, self.clock)

    @cached_property
    def database(self) -> "Engine":
        """The database engine, whatever the revision of its tables."""
        from followup.store.engine import open_engine

        return self._given or open_engine(
            self.workspace.database_url, lock_wait_seconds=self.workspace.settings.lock_wait_seconds
        )

    @cached_property
    def engine(self) -> "Engine":
        """The database engine, checked to be at the revision that this program needs. Raises as
        `require_current`."""
        from followup.store.engine import reading
        from followup.store.schema import require_current

        if self._given is None:
            with reading(self.database) as session:
                require_current(session)
        return self.database

    def read_anew(self, environment: Mapping[str, str]) -> "OpenWorkspace":
        """A workspace with the same database and freshly read files.

        Raises NotFound or InvalidFile if the files cannot be used."""
        fresh = OpenWorkspace(load_workspace(self.workspace.root, environment), self.engine, self.clock)
        for currency in fresh.workspace.settings.all_currencies:
            fresh.configuration.policy_in(currency)
        _ = fresh.configuration.sequences
        return fresh

    def close(self) -> None:
        """Close the database, unless it was passed in."""
        if self._given is None and "database" in self.__dict__:
            self.database.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, when, and for which workspace. `login` is the operating-system user, `actor_email` the agent
    named with `--as`, `key` the idempotency key of a write."""

    place: OpenWorkspace
    now: datetime
    login: str
    actor_email: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reading function gets. Its session sees one snapshot and changes nothing."""

    session: "Session"
    now: datetime
    place: OpenWorkspace
    caller: Caller

    @property
    def configuration(self) -> "Configuration":
        """The workspace's settings, policy, sequences and calendars."""
        return self.place.configuration

    def acting(self) -> "Actor":
        """The actor, for the few queries that depend on it. Raises as `actors.acting`."""
        from followup.services.shared import actors

        return actors.acting(self.session, self.caller.actor_email, self.caller.login)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing(Reading):
    """What a writing function gets. Its changes are committed together or not at all."""

    actor: "Actor"


@dataclass(frozen=True, slots=True)
class Operation:
    """One function of the application. `name` is its command, such as "gesture request". `function` takes a
    Caller first, or a folder if it creates the workspace. `body` is the function as it was written."""

    name: str
    writes: bool
    function: Callable[..., Any]
    body: Callable[..., Any] = field(compare=False)

    @property
    def document(self) -> Any:
        """The type of its result."""
        return get_type_hints(self.body)["return"]


OPERATIONS: dict[str, Operation] = {}
"""Every imported function of the application, by the name of its command."""


def reads(
    name: str,
) -> Callable[
    [Callable[Concatenate[Reading, Given], Document]], Callable[Concatenate[Caller, Given], Document]
]:
    """Register a reading function under the name of its command, and run it in a transaction that reads."""

    def decorate(
        body: Callable[Concatenate[Reading, Given], Document],
    ) -> Callable[Concatenate[Caller, Given], Document]:
        def call(caller: Caller, /, *args: Given.args, **given: Given.kwargs) -> Document:
            return look_up(caller, lambda work: body(work, *args, **given))

        functools.update_wrapper(call, body)
        return _registered(name, False, call, body)

    return decorate


def writes(
    name: str,
    *,
    right: Right = Right.CASES,
    beside_content: tuple[str, ...] = (),
    keyed_as: str | None = None,
    added: tuple[str, ...] = (),
) -> Callable[
    [Callable[Concatenate[Writing, Given], Document]], Callable[Concatenate[Caller, Given], Document]
]:
    """Register a writing function under the name of its command, and run it in a transaction that writes, if
    the actor has the `right` to it.

    With an idempotency key in the Caller the change is made once. The same key returns the first document
    again, and raises Refused if it was used with other arguments. All arguments count except those named in
    `beside_content`, such as a progress callback. Those in `added` came in a later release: they count unless
    they have their default, so that a key of before still gives its first answer. Keys are stored under
    `name`, or under `keyed_as`."""

    def decorate(
        body: Callable[Concatenate[Writing, Given], Document],
    ) -> Callable[Concatenate[Caller, Given], Document]:
        signature = inspect.signature(body)

        def call(caller: Caller, /, *args: Given.args, **given: Given.kwargs) -> Document:
            content = _asked(signature.bind(None, *args, **given)) if caller.key else {}
            for argument in beside_content:
                content.pop(argument, None)
            for argument in added:
                if content.get(argument) == signature.parameters[argument].default:
                    content.pop(argument, None)
            return change_once(
                caller, keyed_as or name, content, lambda work: body(work, *args, **given), right=right
            )

        functools.update_wrapper(call, body)
        return _registered(name, True, call, body)

    return decorate


def works(name: str, *, changes: bool = False) -> Callable[[Call], Call]:
    """Register a function that runs outside `reads` and `writes` under the name of its command: it needs no
    database, or owns a sequence of transactions, such as a delivery. `changes` says whether it changes
    anything."""

    def decorate(body: Call) -> Call:
        return _registered(name, changes, body, body)

    return decorate


def look_up(caller: Caller, look: Callable[[Reading], Document]) -> Document:
    """Run `look` in a reading transaction of its own, for a function of `works`."""
    from followup.store.engine import reading

    with reading(caller.place.engine) as session:
        return look(Reading(session=session, now=caller.now, place=caller.place, caller=caller))


def change_once(
    caller: Caller,
    name: str,
    content: Mapping[str, Any],
    change: Callable[[Writing], Document],
    *,
    right: Right = Right.CASES,
) -> Document:
    """Run `change` in a writing transaction of its own, for a function of `works`. The right and an
    idempotency key in the Caller are handled as by `writes`; the key stands for the command `name` with this
    `content`."""
    from followup.services.people import rights
    from followup.services.shared import actors, parse_input
    from followup.store.engine import writing

    if caller.key:
        parse_input.line("key", caller.key)
    with writing(caller.place.engine) as session:
        actor = actors.acting(session, caller.actor_email, caller.login)
        rights.require(session, actor, right)
        work = Writing(session=session, now=caller.now, place=caller.place, caller=caller, actor=actor)
        if not caller.key:
            return change(work)
        return cast("Document", _first_answer_or(work, caller.key, name, content, lambda: change(work)))


def _first_answer_or(
    work: Writing, key: str, name: str, content: Mapping[str, Any], change: Callable[[], Any]
) -> dict[str, Any]:
    """The first answer to this key, or else the answer of `change`, which is stored without voucher codes."""
    from followup.services.documents import serializers
    from followup.services.shared import idempotency

    content = {**content, "as": work.actor.name}
    answered = idempotency.first_answer(work.session, key, name, content)
    if answered is not None:
        return serializers.with_codes(work.session, answered, work.configuration)
    document: dict[str, Any] = change()
    kept = serializers.without_codes(document)
    idempotency.remember(work.session, key, name, content, kept, now=work.now)
    return document


def _asked(bound: inspect.BoundArguments) -> dict[str, Any]:
    """The arguments of a function except the first, by name, with those of `**more` merged in."""
    bound.apply_defaults()
    (_, *parameters) = bound.signature.parameters.values()
    content: dict[str, Any] = {}
    for parameter in parameters:
        value = bound.arguments[parameter.name]
        content |= value if parameter.kind is parameter.VAR_KEYWORD else {parameter.name: value}
    return content


def _registered(name: str, is_write: bool, call: Call, body: Callable[..., Any]) -> Call:
    assert name not in OPERATIONS, f"two functions are called {name}"
    OPERATIONS[name] = Operation(name, is_write, call, body)
    return call
