"""From percent text to notebooks: read the source, make its editions, run them, build the course."""

from smeprofile.notebooks.editions import answered, as_trainee, master, solved_with
from smeprofile.notebooks.source import Exercise, Sample, Source, read_module, read_source

__all__ = [
    "Exercise",
    "Sample",
    "Source",
    "answered",
    "as_trainee",
    "master",
    "read_module",
    "read_source",
    "solved_with",
]
