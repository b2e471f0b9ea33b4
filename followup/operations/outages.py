"""Current outages, so that each is logged once, and its end too."""

from dataclasses import dataclass, field

from followup.operations import logs


@dataclass(slots=True)
class Outages:
    """The parts of a daemon's work that currently fail, by name, with the kind and number of failures."""

    _present: dict[str, tuple[str, int]] = field(default_factory=dict)

    def failed(self, part: str, error: Exception) -> None:
        """A part of the work failed. It is logged unless it failed in the same way the last time."""
        kind = logs.name_of(error)
        before, times = self._present.get(part, ("", 0))
        self._present[part] = (kind, times + 1)
        if kind != before:
            logs.fault(part, error)

    def works(self, part: str) -> None:
        """A part of the work succeeded. It is logged if it failed the last time."""
        _, times = self._present.pop(part, ("", 0))
        if times:
            logs.recovered(part, times)
