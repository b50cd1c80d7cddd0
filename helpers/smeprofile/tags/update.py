"""``sp.update``: a day's rows into the profile's state, and the profile that it makes."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from smeprofile.intake import open_tables
from smeprofile.tags import state
from smeprofile.tags.clock import Clock
from smeprofile.tags.engine import DuckDB
from smeprofile.tags.profile import as_frame, day_of, plan_of


def update(
    folder: Path | str,
    tables: Mapping[str, pd.DataFrame],
    as_of: date | str,
    *,
    use: str = "贷后管理",
) -> pd.DataFrame:
    """Add new rows to the state in ``folder`` and return the profile as of ``as_of``.

    The state is made if there is none; see ``smeprofile profile --state``. ``tables``: name → the rows
    that are new since the last update (of flows, invoices and balances: later ones only; of other
    tables: new or changed ones, of schedules all terms of the loan). The result is that of ``sp.profile`` on all rows ever given. Raises
    ``UserError`` for rows that come late, fewer columns, and an ``as_of`` before the last row; the
    state is then as it was.

    >>> from tempfile import TemporaryDirectory
    >>> rows = pd.DataFrame({"customer_id": ["A"], "date": ["2025-12-30"], "direction": ["in"],
    ...     "amount_cny": [800.0], "summary": ["货款"]})
    >>> with TemporaryDirectory() as place:
    ...     for day in ("2025-12-30", "2025-12-31"):
    ...         told = update(Path(place) / "s", {"flows": rows.assign(date=day)}, day)
    >>> float(told["effective_inflow_cny"][0])
    1600.0
    """
    day = day_of(as_of)
    with open_tables(tables) as intake, state.added(Path(folder), intake, day) as made:
        engine = DuckDB(intake, None)
        return as_frame(engine.to_arrow(plan_of(intake, engine, Clock(day), use, made)), Clock(day))
