"""The names of the exercises, for shell completion; imports only what loads quickly."""

from pathlib import Path

from followup.services.coaching import exercises


def exercise_names(templates: Path) -> list[str]:
    """The names of the exercises of a workspace, given its folder of templates."""
    return list(exercises.files_in(exercises.folders_of(templates)))
