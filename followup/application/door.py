"""What every function of the application has in common: who calls, one transaction, one answer per key.

`reads` and `writes` turn a function that works inside a transaction into one that a front end calls. They
own what the function must not care about: opening and closing the transaction, finding out who acts, and
giving the first answer again where an idempotency key was used before. `works` is for the few functions that
need no transaction, or a sequence of them that they own themselves.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Engine
from sqlmodel import Session

from followup.services.shared import actors, idempotency, parse_input
from followup.services.shared.actors import Actor
from followup.store.engine import open_engine, reading, writing
from followup.store.schema import require_current
from followup.workspace import Workspace, load_workspace

if TYPE_CHECKING:
    from followup.services.shared.configuration import Configuration

Given = ParamSpec("Given")
Document = TypeVar("Document")
Call = TypeVar("Call", bound=Callable[..., Any])


class OpenWorkspace:
    """A workspace in use: its files, and its database, which is opened when it is first asked for.

    It is made once per command, or once per server, and closed at the end. A `database` may be given that is
    open already and of the version that this program needs; whoever opened it closes it."""

    def __init__(self, workspace: Workspace, database: Engine | None = None) -> None:
        self.workspace = workspace
        self._given = database

    @cached_property
    def configuration(self) -> "Configuration":
        """Settings, policy, sequences and calendars, each read when it is first asked for."""
        from followup.services.shared.configuration import Configuration

        return Configuration(self.workspace)

    @cached_property
    def database(self) -> Engine:
        """The database, of whatever version."""
        return self._given or open_engine(
            self.workspace.database_url, lock_wait_seconds=self.workspace.settings.lock_wait_seconds
        )

    @cached_property
    def engine(self) -> Engine:
        """The database, checked to be of the version that this program needs. Raises what
        `require_current` raises where it is not."""
        if self._given is None:
            with reading(self.database) as session:
                require_current(session)
        return self.database

    def read_anew(self, environment: Mapping[str, str]) -> "OpenWorkspace":
        """The same database with the files of the workspace as they are now.

        Raises NotFound or InvalidFile where they cannot be used."""
        fresh = OpenWorkspace(load_workspace(self.workspace.root, environment), self.engine)
        _ = fresh.configuration.policy, fresh.configuration.sequences
        return fresh

    def close(self) -> None:
        """Close the database, if it was opened here."""
        if self._given is None and "database" in self.__dict__:
            self.database.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, when, and for which workspace. `login` is the operating-system user, `actor_email` the
    agent they say they are (`--as`), `key` the idempotency key of a write."""

    place: OpenWorkspace
    now: datetime
    login: str
    actor_email: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a function that reads works with. Its session sees one moment and changes nothing."""

    session: Session
    now: datetime
    place: OpenWorkspace
    caller: Caller

    @property
    def configuration(self) -> "Configuration":
        """The workspace's settings, policy, sequences and calendars."""
        return self.place.configuration

    def acting(self) -> Actor:
        """Who acts, for the few questions whose answer depends on it. Raises as `actors.acting` does."""
        return actors.acting(self.session, self.caller.actor_email, self.caller.login)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing(Reading):
    """What a function that changes something works with: all of it is kept, or nothing."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Operation:
    """One function of the application. `name` is that of its command, as "gesture request"; `function` takes
    a Caller first, or a folder where it makes the workspace; `document` is the type of what it returns."""

    name: str
    writes: bool
    function: Callable[..., Any]
    document: Any = field(compare=False)


OPERATIONS: dict[str, Operation] = {}
"""Every function of the application that was imported, by the name of its command."""


def reads(
    name: str,
) -> Callable[
    [Callable[Concatenate[Reading, Given], Document]], Callable[Concatenate[Caller, Given], Document]
]:
    """Make a function that reads one that a front end calls, under the name of its command."""

    def decorate(
        body: Callable[Concatenate[Reading, Given], Document],
    ) -> Callable[Concatenate[Caller, Given], Document]:
        def call(caller: Caller, /, *args: Given.args, **given: Given.kwargs) -> Document:
            return look_up(caller, lambda work: body(work, *args, **given))

        functools.update_wrapper(call, body)
        return _registered(name, False, call, body)

    return decorate


def writes(
    name: str, *, beside_content: tuple[str, ...] = (), keyed_as: str | None = None
) -> Callable[
    [Callable[Concatenate[Writing, Given], Document]], Callable[Concatenate[Caller, Given], Document]
]:
    """Make a function that changes something one that a front end calls, under the name of its command.

    With a key in the Caller the change is made once: the same key gives the first document again, and
    Refused where it was used for something else. What was asked is all the arguments but those named in
    `beside_content`, such as what draws a progress bar. Keys are kept under the name, or `keyed_as`."""

    def decorate(
        body: Callable[Concatenate[Writing, Given], Document],
    ) -> Callable[Concatenate[Caller, Given], Document]:
        signature = inspect.signature(body)

        def call(caller: Caller, /, *args: Given.args, **given: Given.kwargs) -> Document:
            content = _asked(signature.bind(None, *args, **given)) if caller.key else {}
            for argument in beside_content:
                content.pop(argument, None)
            return change_once(caller, keyed_as or name, content, lambda work: body(work, *args, **given))

        functools.update_wrapper(call, body)
        return _registered(name, True, call, body)

    return decorate


def works(name: str, *, changes: bool = False) -> Callable[[Call], Call]:
    """Offer a function that has no transaction of its own under the name of its command: it needs no
    database, or owns a sequence of transactions, such as a delivery. With `changes` it changes something."""

    def decorate(body: Call) -> Call:
        return _registered(name, changes, body, body)

    return decorate


def look_up(caller: Caller, look: Callable[[Reading], Document]) -> Document:
    """Look something up in a transaction of its own, for a function of `works`."""
    with reading(caller.place.engine) as session:
        return look(Reading(session=session, now=caller.now, place=caller.place, caller=caller))


def change_once(
    caller: Caller, name: str, content: Mapping[str, Any], change: Callable[[Writing], Document]
) -> Document:
    """Change something in a transaction of its own, for a function of `works`. With a key in the Caller it is
    done once, as by `writes`; the key stands for the command `name` with this `content`."""
    if caller.key:
        parse_input.line("key", caller.key)
    with writing(caller.place.engine) as session:
        actor = actors.acting(session, caller.actor_email, caller.login)
        work = Writing(session=session, now=caller.now, place=caller.place, caller=caller, actor=actor)
        if not caller.key:
            return change(work)
        return cast("Document", _first_answer_or(work, caller.key, name, content, lambda: change(work)))


def _first_answer_or(
    work: Writing, key: str, name: str, content: Mapping[str, Any], change: Callable[[], Any]
) -> dict[str, Any]:
    """The first answer to this key, or the change and its answer, which is kept without codes in clear."""
    from followup.services.documents import serializers

    content = {**content, "as": work.actor.name}
    answered = idempotency.first_answer(work.session, key, name, content)
    if answered is not None:
        return serializers.with_codes(work.session, answered, work.configuration)
    document: dict[str, Any] = change()
    kept = serializers.without_codes(document)
    idempotency.remember(work.session, key, name, content, kept, now=work.now)
    return document


def _asked(bound: inspect.BoundArguments) -> dict[str, Any]:
    """The arguments of a function but its first, by name; those of `**more` stand among the others."""
    bound.apply_defaults()
    (_, *parameters) = bound.signature.parameters.values()
    content: dict[str, Any] = {}
    for parameter in parameters:
        value = bound.arguments[parameter.name]
        content |= value if parameter.kind is parameter.VAR_KEYWORD else {parameter.name: value}
    return content


def _registered(name: str, is_write: bool, call: Call, body: Callable[..., Any]) -> Call:
    assert name not in OPERATIONS, f"two functions are called {name}"
    document = inspect.signature(body, eval_str=True).return_annotation
    OPERATIONS[name] = Operation(name, is_write, call, document)
    return call
