"""The interview of `case open`: asks for missing values, and for the facts that the policy uses."""

import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import typer

from followup.cli import output
from followup.cli.asking import questions, terminal_input
from followup.cli.cases import customer_history
from followup.domain.cases.case import Channel, Feeling, Severity
from followup.domain.letters.needed import answer_wanted
from followup.domain.shared.word import Word, listed, parse_word
from followup.errors import FollowupError

if TYPE_CHECKING:
    from followup.application.cases.interview import InterviewAnswers, InterviewDocument
    from followup.cli.call import Call

Recorded = TypeVar("Recorded")
_BACK = "<"


class _Question(NamedTuple):
    """A question about a parameter of `case open`, or about a fact of the policy."""

    name: str
    is_fact: bool = False

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")


class _GoBack(Exception):
    """The person wants to change the answer before."""


def is_needless(flags: Mapping[str, str | None]) -> bool:
    """Whether the flags hold all required values, so that only the name of a new customer is asked for."""
    return bool(flags["customer"] and flags["reason"] and flags["severity"])


def hold(
    call: "Call",
    flags: Mapping[str, str | None],
    fact: list[str],
    others: Mapping[str, object],
    record: "Callable[[InterviewAnswers, str | None], Recorded]",
) -> "Recorded":
    """Hold an interview and `record` its answers, with the reason why a case is logged that looks recorded.

    After a refusal the answers are kept, and the one that is named is asked for again."""
    asking = Interview(call, flags, fact, others)
    answers = asking.hold()
    while True:
        try:
            return record(answers, asking.why_again)
        except FollowupError as error:
            answers = asking.mend(error)


class Interview:
    """One interview. `flags` are the values that the command line holds, by parameter; `fact` are its facts;
    `others` are its further options, for the command line that repeats the interview."""

    def __init__(
        self, call: "Call", flags: Mapping[str, str | None], fact: list[str], others: Mapping[str, object]
    ) -> None:
        self._call, self._flags, self._fact, self._others = call, flags, fact, others
        self.why_again: str | None = None
        """Why the case is logged although it may be recorded already."""
        self._told: dict[str, str] = {}
        self._facts: dict[str, str] = {}
        self._seen: dict[tuple[str | None, ...], InterviewDocument] = {}
        call.at_the_end.callback(terminal_input.drop_typed_ahead)

    def hold(self) -> "InterviewAnswers":
        """Ask for the values that the flags of `case open` leave out, and for the facts that a rule for the
        reason uses. Each answer is checked at once; an invalid one is asked for again.

        Raises Exit, with the command line that goes on from here, where the person stops."""
        self._look_up()
        if not is_needless(self._flags):
            output.say(f"{_BACK} goes back one question, Ctrl-C stops. Nothing is recorded until the end.")
        answered: list[_Question] = []
        try:
            while True:
                waiting = next((asked for asked in self._questions() if asked not in answered), None)
                if waiting is None:
                    self._ask_about_similar_cases()
                    return self._answers()
                try:
                    self._kept(waiting)[waiting.name] = self._asked(waiting)
                    answered.append(waiting)
                except _GoBack:
                    if answered:
                        answered.pop()
                        output.say("What you type takes the place of the answer; an arrow key edits it.")
        except (KeyboardInterrupt, EOFError):
            self._stop()
            raise typer.Exit(130) from None

    def mend(self, error: FollowupError) -> "InterviewAnswers":
        """After a refusal of the whole case: ask which answer to change, and for that one again.

        Raises the error, after printing the command line that repeats the interview, if none is named."""
        output.say(f"{output.plain(error.message)} {output.plain(error.hint)}")
        labels = {asked.label: asked for asked in self._questions()}
        try:
            while labels:
                said = questions.text(f"Change which answer ({', '.join(labels)}; Enter to stop)")
                if not said:
                    break
                if said in labels:
                    again = labels[said]
                    self._kept(again)[again.name] = self._asked(again)
                    return self._answers()
        except (KeyboardInterrupt, EOFError, _GoBack):
            pass
        self._stop()
        raise error

    def _ask_about_similar_cases(self) -> None:
        """Show the cases that this one may repeat, before it is saved. Raises Exit if it is one of them."""
        alike = self._look_up()["similar_cases"]
        if not alike or self._others.get("again"):
            return
        customer_history.say_similar(alike)
        if not questions.yes_or_no("Log another case nevertheless?", default=False):
            output.say(f"Nothing was recorded. See the case: followup case show {alike[0]['ref']}")
            raise typer.Exit
        while not self.why_again:
            self.why_again = questions.text("Why is it another case")

    def _stop(self) -> None:
        terminal_input.drop_typed_ahead()
        output.say("\nStopped; nothing was recorded.")
        if any(self._told.values()):
            output.say(f"To go on from here: {output.plain(self.command_line())}")

    def command_line(self) -> str:
        """The command line that holds the answers until now."""
        answers = self._answers()
        parts = ["followup", "case", "open"]
        told = {name: flag or answers["told"].get(name) for name, flag in self._flags.items()}
        given = {**told, **self._others}
        for name, value in given.items():
            flag = f"--{name.replace('_', '-')}"
            if value is True:
                parts.append(flag)
            elif value:
                parts += [flag, str(value)]
        for pair in (*self._fact, *(f"{name}={value}" for name, value in answers["facts"].items())):
            parts += ["--fact", pair]
        return shlex.join(parts)

    def _answers(self) -> "InterviewAnswers":
        asked = self._questions()
        return {
            "told": {name: text for name, text in self._told.items() if _Question(name) in asked},
            "facts": {
                name: text
                for name, text in self._facts.items()
                if text and _Question(name, is_fact=True) in asked
            },
        }

    def _kept(self, question: _Question) -> dict[str, str]:
        """The answers among which that of a question is kept."""
        return self._facts if question.is_fact else self._told

    def _look_up(self) -> "InterviewDocument":
        """What the application says about the answers until now."""
        from followup.application.cases import interview

        told = tuple(self._value(name) or None for name in _LOOKED_UP)
        if told not in self._seen:
            given = dict(zip(_LOOKED_UP, told, strict=True))
            self._seen[told] = interview.look_up(self._call.caller, fact=self._fact, **given)
        return self._seen[told]

    def _value(self, name: str) -> str:
        return self._flags.get(name) or self._told.get(name, "")

    def _questions(self) -> list[_Question]:
        """The questions that are to be asked after the answers until now, in their order."""
        known = self._look_up() if self._value("customer") else None
        asked = ["customer"]
        if known is not None and not known["customer_is_known"]:
            asked.append("name")
        if not is_needless(self._flags):
            asked += ["reason", "severity", "feeling", "verbatim", "what_happened"]
            if answer_wanted(self._value("feeling")):
                asked.append("answer")
            asked += ["occurred_on", "order"]
            if self._value("order"):
                asked.append("order_value")
            asked += ["promised", "channel"]
            if known is not None and not known["phone_is_known"]:
                asked.append("phone")
            if known is not None and known["locale_meant"]:
                asked.append("locale")
        wanted = [_Question(name) for name in asked if not self._flags.get(name)]
        if not is_needless(self._flags) and self._value("reason"):
            wanted += [_Question(spec["name"], is_fact=True) for spec in self._look_up()["facts"]]
        return wanted

    def _asked(self, question: _Question) -> str:
        """One answer, checked. Raises _GoBack."""
        name = question.name
        if question.is_fact:
            words = {spec["name"]: spec["question"] for spec in self._look_up()["facts"]}
            return self._text(question, words[name], if_none=_LEAVE_OUT)
        if name == "customer":
            return self._customer()
        if name == "reason":
            return self._reason()
        if name == "locale":
            return self._locale()
        if name == "severity":
            return self._word(question, "How bad was it", Severity)
        if name == "feeling":
            return self._word(question, "How do they feel", Feeling, if_none=_LEAVE_OUT)
        if name == "channel":
            return self._channel(question)
        if name == "answer":
            wanted = answer_wanted(self._value("feeling"))
            return self._text(question, f"They need to hear {wanted}", if_none=_LEAVE_OUT)
        text, if_none = _TEXTS[name]
        if name == "order_value":
            text += self._in_which_currency()
        if name == "phone" and self._look_up()["call_is_likely"]:
            text += ", so that somebody can call"
        return self._text(question, text, if_none=if_none, lines=name == "verbatim")

    def _text(
        self,
        question: _Question,
        words: str,
        *,
        if_none: str | None = None,
        lines: bool = False,
        matches: questions.Matches | None = None,
        check: Callable[[str], str] | None = None,
    ) -> str:
        """Ask until the answer passes its check, printing what is wrong each time. The answer may be empty if
        `if_none` says what that means."""
        kept = self._kept(question).get(question.name, "")
        while True:
            answer = questions.text(f"{words}{if_none or ''}", default=kept, lines=lines, matches=matches)
            if answer == _BACK:
                raise _GoBack
            if not answer and if_none is not None:
                return ""
            if not answer:
                output.say(f"The {question.label} is needed, and cannot be left out.")
                continue
            try:
                return check(answer) if check else self._checked(question, answer)
            except FollowupError as error:
                output.say(f"{output.plain(error.message)} {output.plain(error.hint)}")
                kept = ""

    def _checked(self, question: _Question, text: str) -> str:
        from followup.application.cases import interview

        # The sign of an order value may say the currency, so only a flag says it before.
        currency = self._look_up()["currency"] if question.is_fact else self._flags.get("currency")
        interview.check_answer(
            self._call.caller, question.name, text, is_fact=question.is_fact, currency=currency
        )
        return text

    def _customer(self) -> str:
        """Ask for the customer: by address, or by what finds them. Shows what is known of them."""
        question = _Question("customer")
        answer = self._text(
            question,
            "Customer's email address",
            matches=self._matching_customers,
            check=lambda text: self._checked(question, text if "@" in text else self._chosen(text)),
        )
        self._told["customer"] = answer
        meant, hint = self._look_up()["address_meant"], self._look_up()["address_hint"]
        if meant and hint:
            output.say(output.plain(hint))
            if questions.yes_or_no(f"Take {meant}?", default=False, gives=False):
                self._told["customer"] = answer = meant
        customer_history.say(self._look_up()["history"])
        return answer

    def _matching_customers(self, typed: str) -> Iterable[tuple[str, str]]:
        from followup.application.cases import interview

        if len(typed.strip()) > 1:
            for person in interview.matching_customers(self._call.caller, typed):
                yield person["email"], person["name"]

    def _chosen(self, text: str) -> str:
        """The address of the customer meant by a name or a telephone number, or the text itself."""
        found = list(self._matching_customers(text))
        for place, (email, name) in enumerate(found, 1):
            output.say(f"  {place:>2}  {output.plain(name)} <{output.plain(email)}>")
        if not found:
            return text
        number = questions.text("Which of them (a number, or Enter for none)")
        return found[int(number) - 1][0] if number.isdecimal() and 0 < int(number) <= len(found) else text

    def _reason(self) -> str:
        """Ask for a reason. An unknown one is compared with the known reasons."""
        from followup.application.cases import interview

        known = self._look_up()["known_reasons"]
        output.say(f"What went wrong? Known are {', '.join(known)}.")
        given = self._text(
            _Question("reason"),
            "A short name",
            matches=lambda typed: ((name, "") for name in known if typed.strip().lower() in name),
        )
        found = interview.look_up(self._call.caller, reason=given, fact=self._fact)
        near = found["reason_meant"]
        if near is None:
            if found["reason"] and found["reason"] != given:
                output.say(f"Taken as {found['reason']}.")
            return found["reason"] or given
        question = f"No case has the reason {found['reason']}. Did you mean {near}?"
        return near if questions.yes_or_no(question, default=True, gives=False) else given

    def _locale(self) -> str:
        """Ask whether letters go in the locale that a sign speaks for. Enter leaves the usual one."""
        output.say(output.plain(f"{self._look_up()['locale_hint']}."))
        wanted = questions.yes_or_no(
            f"Write to them in {self._look_up()['locale_meant']}?", default=False, gives=False
        )
        return str(self._look_up()["locale_meant"]) if wanted else ""

    def _channel(self, question: _Question) -> str:
        """How the customer reached us; Enter takes the way in which most do."""
        usual = self._look_up()["usual_channel"]
        enter = f" (Enter for {usual.replace('_', ' ')})" if usual else _LEAVE_OUT
        return self._word(question, "How did they reach us", Channel, if_none=enter) or usual or ""

    def _in_which_currency(self) -> str:
        """What to say about the currency of an amount, where there are several."""
        known = self._look_up()
        others = [currency for currency in known["currencies"] if currency != known["currency"]]
        if not others or self._flags.get("currency"):
            return ""
        return f", in {known['currency']} (or with its sign or code, in {listed(others, 'or')})"

    def _word(
        self, question: _Question, heading: str, words: type[Word], *, if_none: str | None = None
    ) -> str:
        """Ask for one of several words, by its number or the word itself. It may be left out if `if_none`
        says what that means."""
        output.say(f"{heading}{if_none or ''}?")
        for place, word in enumerate(words, 1):
            output.say(f"  {place:>2}  {word.value:<18} {word.meaning}")

        def chosen(answer: str) -> str:
            if answer.isdecimal() and 1 <= int(answer) <= len(words):
                return words.values()[int(answer) - 1]
            meant = str(parse_word(question.name, answer, words))
            if meant != answer:
                output.say(f"Taken as {meant}.")
            return meant

        return self._text(
            question,
            "A number or a word",
            if_none=None if if_none is None else "",
            matches=lambda typed: ((word.value, word.meaning) for word in words if word.startswith(typed)),
            check=chosen,
        )


EXAMPLE = "For instance: You rang on Monday and again on Thursday, and nobody came"
_LOOKED_UP = ("customer", "reason", "order", "phone", "verbatim", "currency", "order_value", "feeling")
_LEAVE_OUT = " (Enter to leave out)"
_TEXTS = {
    "name": ("They are new here. Their name", None),
    "what_happened": (f"What happened, as you would tell them. {EXAMPLE}", _LEAVE_OUT),
    "verbatim": ("In their own words", _LEAVE_OUT),
    "occurred_on": ("When did it happen: today, yesterday or a date", " (Enter if nobody knows)"),
    "order": ("Order", _LEAVE_OUT),
    "order_value": ("Order value", _LEAVE_OUT),
    "promised": ("Did you promise anything", " (Enter for no)"),
    "phone": ("Their telephone number", " (Enter if nobody knows)"),
}
"""The question for each answer that is a text, and what Enter means if it may be left out."""
