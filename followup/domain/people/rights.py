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
    SCHEDULES = "schedules", "Let reports be sent by themselves"
    HANDOVER = "handover", "Hand over the cases of others"
    AGENTS = "agents", "Add and change agents, up to one's own role"
    MANAGERS = "managers", "Take a manager's role or access away"


LOWEST_ROLE: Mapping[Right, Role] = MappingProxyType(
    {
        Right.CASES: Role.AGENT,
        Right.APPROVALS: Role.SENIOR,
        Right.BUDGETS: Role.MANAGER,
        Right.SCHEDULES: Role.MANAGER,
        Right.HANDOVER: Role.MANAGER,
        Right.AGENTS: Role.MANAGER,
        Right.MANAGERS: Role.DIRECTOR,
    }
)
"""The lowest role that has a right; every later role has it too."""

FOUNDER_ROLE = Role.MANAGER
"""The role whose rights the first agent of a workspace has, whatever their own, until somebody gives them
another: somebody has to add the rest. The authority to give money stays that of their own role."""


def rights_role(role: Role, *, is_founder: bool) -> Role:
    """The role whose rights an agent has."""
    return max(role, FOUNDER_ROLE, key=lambda one: one.rank) if is_founder else role
