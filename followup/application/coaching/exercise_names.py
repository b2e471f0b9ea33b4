"""The names of the exercises, for the shell to complete: what is needed for that is loaded quickly."""

from pathlib import Path

from followup.services.coaching import exercises


def exercise_names(templates: Path) -> list[str]:
    """The names of the exercises of a workspace, by its folder of templates."""
    return list(exercises.files_in(exercises.folders_of(templates)))
