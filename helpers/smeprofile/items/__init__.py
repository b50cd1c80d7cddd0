"""Test items: templates, the two parallel forms made of them, marking, gaps and learning paths."""

from smeprofile.items.blueprint import Blueprint, Topic, blueprint
from smeprofile.items.item import N_VARIANTS, VERDICTS, Item, Variant, is_right, variants
from smeprofile.items.learners import simulate_responses
from smeprofile.items.mark import GAPS, STATES, TOLD, Marked, Response, gap_of, mark, tell, told
from smeprofile.items.paper import (
    FOLDER,
    FORMS,
    Keys,
    Paper,
    Question,
    answers_of,
    bank,
    load_paper,
    make_paper,
    seat_of,
    variant_at,
    write_papers,
)
from smeprofile.items.path import LearningPath, Stop, learning_path, read_gap_map

__all__ = [
    "FOLDER",
    "FORMS",
    "GAPS",
    "N_VARIANTS",
    "STATES",
    "TOLD",
    "VERDICTS",
    "Blueprint",
    "Item",
    "Keys",
    "LearningPath",
    "Marked",
    "Paper",
    "Question",
    "Response",
    "Stop",
    "Topic",
    "Variant",
    "answers_of",
    "bank",
    "blueprint",
    "gap_of",
    "is_right",
    "learning_path",
    "load_paper",
    "make_paper",
    "mark",
    "read_gap_map",
    "seat_of",
    "simulate_responses",
    "tell",
    "told",
    "variant_at",
    "variants",
    "write_papers",
]
