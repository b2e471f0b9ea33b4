"""Answers a shell that asks what may follow on a command line.

The scripts of `followup completion` put the words into the environment, separated by a sign that no word
has, and read a line for each value: the value, a tab, and its description.
"""

import shlex
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

from followup.cli.completion import stored_values
from followup.cli.completion.command_tree import Tree, command_tree
from followup.cli.completion.stored_values import KINDS, Values

WORDS = "_FOLLOWUP_WORDS"
BETWEEN_WORDS = "\x1f"
_LONGEST_DESCRIPTION = 60

_BY_METAVAR = {
    "CASE": "case",
    "GESTURE": "gesture",
    "APPROVAL": "approval",
    "MESSAGE": "message",
    "TEAM": "team",
}
_BY_NAME = {
    "as_": "agent",
    "agent": "agent",
    "team": "team",
    "customer": "customer",
    "record": "customer",
    "into": "customer",
    "address": "customer",
    "reason": "reason",
    "segment": "segment",
    "sequence": "sequence",
    "template": "template",
}
_NAME_OF = {"budget": "budget", "sequence": "sequence", "template": "template", "report": "schedule"}
"""What the argument NAME names below a noun."""


def answer(environment: Mapping[str, str]) -> None:
    """Print what may follow. Prints nothing at all if anything goes wrong: a person is typing."""
    try:
        shell = environment.get("_FOLLOWUP_SHELL", "")
        words = _typed(shell, environment)
        lines = [_line(shell, words[-1], found, environment) for found in follows(words, environment)]
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
        sys.stdout.flush()
    except Exception:
        # Not even an error of ours may appear between what somebody types.
        return


def follows(words: list[str], environment: Mapping[str, str]) -> Values:
    """The values that may stand for the last of `words`, of which the first is the program."""
    *before, begun = words[1:] or [""]
    command, path, options, arguments = _place(command_tree(environment), before)
    flag = before[-1] if before else ""
    if flag in command["options"] and command["options"][flag]["takes"]:
        return _values(command["options"][flag], path, begun, options, environment)
    if begun.startswith("--") and "=" in begun:
        flag, _, value = begun.partition("=")
        found = _values(command["options"].get(flag, {}), path, value, options, environment)
        return [(f"{flag}={one}", about) for one, about in found]
    if begun.startswith("-"):
        known = command["options"].items()
        return [(name, one["help"]) for name, one in known if name.startswith(begun) and name not in options]
    if "commands" in command:
        below = command["commands"].items()
        return [(name, one["help"]) for name, one in below if name.startswith(begun)]
    places = command["arguments"]
    if arguments < len(places):
        return _values(places[arguments], path, begun, options, environment)
    return _values(places[-1], path, begun, options, environment) if places and places[-1]["many"] else []


def _place(tree: Tree, before: list[str]) -> tuple[Tree, list[str], dict[str, str], int]:
    """The command that the words lead to, its path, the options given, and how many arguments."""
    path: list[str] = []
    options: dict[str, str] = {}
    arguments = 0
    waiting = ""
    for word in before:
        if waiting:
            options[waiting], waiting = word, ""
        elif word.startswith("--"):
            flag, equals, value = word.partition("=")
            options[flag] = value
            takes = tree["options"].get(flag, {}).get("takes", False)
            waiting = flag if takes and not equals else ""
        elif word in tree.get("commands", {}):
            tree = tree["commands"][word]
            path.append(word)
        else:
            arguments += 1
    return tree, path, options, arguments


def _values(
    parameter: dict[str, Any],
    path: list[str],
    begun: str,
    options: dict[str, str],
    environment: Mapping[str, str],
) -> Values:
    if parameter.get("words"):
        return [(word, meaning) for word, meaning in parameter["words"] if word.startswith(begun)]
    kind = _kind(parameter, path)
    if kind not in KINDS:
        return []
    workspace = stored_values.find_workspace(options.get("--workspace"), environment)
    return [] if workspace is None else stored_values.values(kind, begun, workspace, environment)


def _kind(parameter: dict[str, Any], path: list[str]) -> str:
    """What the value of a parameter is, by its metavar and name and the noun of the command."""
    name, metavar = parameter.get("name", ""), parameter.get("metavar", "")
    noun = path[0] if path else ""
    if metavar in _BY_METAVAR:
        return _BY_METAVAR[metavar]
    if metavar == "EMAIL" and name == "reference":
        return "email"
    if metavar == "EMAIL" and name == "email":
        return "agent" if noun == "agent" else "customer"
    if metavar == "NAME" and name in ("name", "template"):
        return "" if path[-1] in ("create", "add") else _NAME_OF.get(noun if name == "name" else name, "")
    return _BY_NAME.get(name, "")


# ---- What a shell gives and takes


def _typed(shell: str, environment: Mapping[str, str]) -> list[str]:
    if shell != "bash":
        return environment[WORDS].split(BETWEEN_WORDS)
    line = environment[WORDS]
    lexer = shlex.shlex(line, posix=True, punctuation_chars="")
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        # A quotation mark that is still open: what stands behind it is the word.
        words.append(lexer.token)
        return words
    return words if words and not line[-1:].isspace() else [*words, ""]


def _line(shell: str, begun: str, found: tuple[str, str], environment: Mapping[str, str]) -> str:
    value, about = _shown(found[0]), _shown(found[1])[:_LONGEST_DESCRIPTION]
    if shell != "bash":
        return f"{value}\t{about}"
    line = environment[WORDS]
    if line.count('"') % 2 or line.count("'") % 2:
        return value
    # Bash replaces only what follows the last sign at which it breaks words.
    breaks = [sign for sign in environment.get("_FOLLOWUP_BREAKS", "") if sign in "@=:"]
    broken = max((begun.rfind(sign) for sign in breaks), default=-1) + 1
    return shlex.quote(value[broken:]) if _is_odd(value[broken:]) else value[broken:]


def _is_odd(value: str) -> bool:
    return any(not (letter.isalnum() or letter in "-_.@=:/+,%") for letter in value)


def _shown(text: str) -> str:
    """A text without what a terminal or a shell would take for a command."""
    spaced = " ".join(text.split())
    return "".join(one for one in spaced if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co"))
