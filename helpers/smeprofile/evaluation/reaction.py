"""Kirkpatrick's first level: what learners said of each lesson; and practice scores beside it."""

from statistics import median

import pandas as pd

from smeprofile.evaluation.classdata import ClassData

SCALES = {"useful": "有用", "difficulty": "难", "use": "岗位上用得上"}
AT_THE_END = {"satisfied": "对这门课满意", "used": "学到的用得上", "recommend": "会推荐给同事"}
LEAST_SAID = 3  # below this a module's mean is one or two people's opinion


def by_module(data: ClassData) -> pd.DataFrame:
    """Return one row per module of the cohort, in order.

    ``n`` who said something, means of the scales (NaN below three answers), ``minutes`` (median said)
    beside ``planned``, ``minutes_n``, ``useful_n``, ``twice`` (how many took twice as long or more), ``texts``.
    """
    rows = []
    for module in data.cohort.modules:
        mine = data.feedback[data.feedback["assignment"] == module.slug]
        minutes = mine["minutes"].dropna().astype(float)
        row = {"assignment": module.slug, "title": data.title(module.slug), "n": len(mine)}
        row |= {scale: _mean(mine[scale]) for scale in SCALES}
        row["useful_n"] = int(mine["useful"].notna().sum())
        rows.append(
            row
            | {
                "minutes": float(minutes.median()) if len(minutes) else float("nan"),
                "planned": module.lesson_minutes,
                "minutes_n": len(minutes),
                "twice": int((minutes >= 2 * module.lesson_minutes).sum()),
                "texts": sorted(mine["unclear"].dropna()),
            }
        )
    return pd.DataFrame(rows)


def of_course(data: ClassData) -> tuple[dict[str, tuple[float, int]], list[str]]:
    """Return question → (mean, how many) of the whole course, and what they would change."""
    found = {}
    for name in AT_THE_END:
        said = data.feedback[name].dropna().astype(float)
        found[name] = (float(said.mean()) if len(said) else float("nan"), len(said))
    return found, sorted(data.feedback["change"].dropna())


def practice(data: ClassData) -> pd.DataFrame:
    """Return one row per assignment and track: ``n`` graded and the median share of the points."""
    rows, tracks = [], data.tracks
    for assignment, hand_ins in data.book.hand_ins.items():
        shares: dict[str, list[float]] = {}
        for who, hand_in in hand_ins.items():
            if hand_in.marks:
                shares.setdefault(tracks.get(who, "全班"), []).append(max(0.0, hand_in.share))
        for track, of in sorted(shares.items()):
            row = {"assignment": assignment, "title": data.title(assignment), "track": track}
            rows.append(row | {"n": len(of), "median": median(of)})
    return pd.DataFrame(rows, columns=["assignment", "title", "track", "n", "median"])


def _mean(said: pd.Series) -> float:
    said = said.dropna().astype(float)
    return float(said.mean()) if len(said) >= LEAST_SAID else float("nan")
