"""Rights: what the roles of a workspace may do. How much money a role may give is the policy's authority."""

from collections.abc import Mapping
from types import MappingProxyType

from followup.domain.people.agent import Role
from followup.domain.shared.word import Word


class Right(Word):
    """What an agent may do."""

    CASES = "cases", "Log cases, request gestures within one's authority, and work on both"
    APPROVALS = "approvals", "Decide the requests of others"
    BUDGETS = "budgets", "Create and change budgets"
    TEXTS = "texts", "Let a text go to a customer that the gate caught"
    SCHEDULES = "schedules", "Let reports be sent by themselves"
    HANDOVER = "handover", "Hand over the cases of others"
    CORRECTIONS = (
        "corrections",
        "Correct what colleagues recorded, and take back their cases and what was paid",
    )
    PERSONAL_DATA = "personal_data", "Erase customers, and lift a suppression after a complaint"
    AGENTS = "agents", "Add and change agents, up to one's own role"
    MANAGERS = "managers", "Take a manager's role or access away"


LOWEST_ROLE: Mapping[Right, Role] = MappingProxyType(
    {
        Right.CASES: Role.AGENT,
        Right.APPROVALS: Role.SENIOR,
        Right.BUDGETS: Role.MANAGER,
        Right.TEXTS: Role.SENIOR,
        Right.SCHEDULES: Role.MANAGER,
        Right.HANDOVER: Role.MANAGER,
        Right.CORRECTIONS: Role.MANAGER,
        Right.PERSONAL_DATA: Role.MANAGER,
        Right.AGENTS: Role.MANAGER,
        Right.MANAGERS: Role.DIRECTOR,
    }
)
"""The lowest role that has a right; every later role has it too."""

FOUNDER_ROLE = Role.MANAGER
"""The role whose rights the first agent of a workspace has, whatever their own, until somebody gives them
another: somebody has to add the rest. The authority to give money stays that of their own role."""

BY_OWN_ROLE = frozenset({Right.PERSONAL_DATA})
"""Rights that the first agent has by their own role alone: they act on people, not on the workspace."""

OPEN_UNTIL_HELD = frozenset({Right.TEXTS, Right.BUDGETS, Right.HANDOVER, Right.AGENTS, Right.MANAGERS})
"""Rights that everybody has while no active agent has them, so that a workspace without a manager, or one
that lost its only director, can get another."""

WITHIN: Mapping[Right, Right] = MappingProxyType({Right.MANAGERS: Right.AGENTS})
"""Rights that nobody can use without another."""


def rights_role(role: Role, *, is_founder: bool) -> Role:
    """The role whose rights an agent has, save for those in BY_OWN_ROLE."""
    return max(role, FOUNDER_ROLE, key=lambda one: one.rank) if is_founder else role


def has_right(right: Right, role: Role, *, is_founder: bool) -> bool:
    """Whether an agent of a role has a right."""
    counts = role if right in BY_OWN_ROLE else rights_role(role, is_founder=is_founder)
    return counts.rank >= LOWEST_ROLE[right].rank
