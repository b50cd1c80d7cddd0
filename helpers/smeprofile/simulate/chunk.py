"""Everything about one chunk of customers, worked out once and read by the tables."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from smeprofile.simulate import bureau as bureau_
from smeprofile.simulate import elsewhere as elsewhere_
from smeprofile.simulate import invoices as invoices_
from smeprofile.simulate import life as life_
from smeprofile.simulate import marketing, plans, split, traits
from smeprofile.simulate import money as money_
from smeprofile.simulate.lending import Lending
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import customer_ids, event_ids, running_number

Rows = dict[str, np.ndarray]


@dataclass(frozen=True)
class Chunk:
    """Customers ``low`` + 1 to ``high`` of the bank."""

    setting: Setting
    low: int
    high: int

    @cached_property
    def t(self) -> traits.Traits:
        return traits.traits(self.setting, self.low, self.high)

    @cached_property
    def life(self) -> life_.Life:
        return life_.life(self.setting, self.t)

    @cached_property
    def elsewhere(self) -> elsewhere_.Elsewhere:
        return elsewhere_.elsewhere(self.setting, self.t)

    @cached_property
    def lending(self) -> Lending:
        lending = Lending(self.setting, self.t, self.life, self.elsewhere)
        lending.run()
        return lending

    @cached_property
    def plans(self) -> plans.Plans:
        return plans.plans(self.setting, self.t, self.life, self.lending.book)

    @cached_property
    def bureau(self) -> bureau_.Bureau:
        return bureau_.bureau(
            self.setting, self.t, self.life, self.elsewhere, self.lending.book, self.plans
        )

    @cached_property
    def money(self) -> money_.Money:
        return money_.money(self.setting, self.t, self.life, self.plans)

    @cached_property
    def _split(self):
        return split.entries(self.setting, self.t, self.money)

    @property
    def entries(self) -> split.Entries:
        return self._split[0]

    @property
    def sums(self) -> Rows:
        return self._split[1]

    @cached_property
    def invoices(self) -> invoices_.Invoices:
        return invoices_.invoices(self.setting, self.t, self.life, self.money)

    @cached_property
    def owners(self) -> Rows:
        return marketing.owners(self.setting, self.t)

    # --- ids ---------------------------------------------------------------------------------
    @cached_property
    def ids(self) -> np.ndarray:
        """Customer ids by position."""
        return customer_ids(self.t.who)

    @cached_property
    def names(self) -> np.ndarray:
        return traits.names(self.setting, self.t)

    @cached_property
    def applications(self) -> Rows:
        """Applications with their decisions and ids, up to the last day; ``row`` by ``app``."""
        book = self.lending.book
        apps, decisions = book.all("applications"), book.all("decisions")
        if not apps:
            return {}
        same = decisions["app"].argsort(kind="stable")
        apps = apps | {f"d_{name}": values[same] for name, values in decisions.items()}
        order = np.lexsort((apps["applied"], apps["who"]))
        apps = {name: values[order] for name, values in apps.items()}
        apps["id"] = event_ids("P", self.t.who[apps["who"]], running_number(apps["who"]))
        row = np.full(len(order), -1)
        row[apps["app"]] = np.arange(len(order))
        return apps | {"row": row}

    @cached_property
    def facilities(self) -> Rows:
        """Facilities started by the last day, with ids; ``row`` by number, -1 if not started."""
        fac = self.lending.fac
        if not fac:
            return {}
        told = np.flatnonzero(fac["day"] <= self.setting.end_day)
        order = told[np.lexsort((fac["day"][told], fac["who"][told]))]
        row = np.full(len(fac["day"]), -1)
        row[order] = np.arange(len(order))
        rows = {name: values[order] for name, values in fac.items()}
        firsts = first_day(self.setting.months_all[0] + rows["start"] + rows["tenor"])
        rows["maturity"] = firsts + 20
        rows["id"] = event_ids("K", self.t.who[rows["who"]], running_number(rows["who"]))
        return rows | {"row": row}

    @cached_property
    def loan_order(self) -> np.ndarray:
        """Positions in ``plans.loans``, by customer and day."""
        loans = self.plans.loans
        return (
            np.lexsort((loans["id"], loans["day"], loans["customer"]))
            if loans
            else np.zeros(0, int)
        )

    @cached_property
    def loan_ids(self) -> np.ndarray:
        """Ids of ``plans.loans``, by position."""
        loans, order = self.plans.loans, self.loan_order
        ids = np.empty(len(order), dtype="U12")
        if len(order):
            who = loans["customer"][order]
            ids[order] = event_ids("L", self.t.who[who], running_number(who))
        return ids

    @cached_property
    def contacts(self) -> Rows:
        """Contacts of the shown months up to the last day, with ids; ``of_app`` by application."""
        rows, end = self.lending.book.all("contacts"), self.setting.end_day
        if not rows:
            return {}
        skip = len(self.setting.months_all) - len(self.setting.months_shown)
        told = np.flatnonzero((rows["month"] >= skip) & (rows["day"] <= end))
        order = told[np.lexsort((rows["day"][told], rows["who"][told]))]
        rows = {name: values[order] for name, values in rows.items()}
        rows["id"] = event_ids("T", self.t.who[rows["who"]], running_number(rows["who"]))
        of_app = np.full(len(self.applications["row"]) if self.applications else 0, -1)
        moved = rows["treated"] & (rows["app"] >= 0)
        of_app[rows["app"][moved]] = np.flatnonzero(moved)
        return rows | {"of_app": of_app}

    @cached_property
    def last_year(self) -> Rows:
        """Each customer's true sales of a year and mean balance, over the last twelve months.

        A month that isn't over has no sales yet.
        """
        life, s = self.life, self.setting
        is_over = s.end_day + 1 == first_day(s.months_all[-1] + 1)
        until = np.minimum(life.exit_at, len(s.months_all) - (1 if is_over else 2))
        start = np.maximum(until - 11, 0)
        total = np.concatenate(
            [np.zeros((len(self.t.who), 1)), np.cumsum(life.sales, axis=1)], axis=1
        )
        rows = np.arange(len(self.t.who))
        sales = total[rows, until + 1] - total[rows, start]
        age = np.clip(np.floor(life.age_years[rows, until] * 12) + 1, 1, until - start + 1)
        day_sum, n_days = self.sums["day_sum"][:, -12:].sum(1), self.sums["n_days"][:, -12:].sum(1)
        return {"sales": sales * 12 / age, "balance": day_sum // np.maximum(n_days, 1)}

    @cached_property
    def rolling_year(self) -> np.ndarray:
        """Customers × all months: sales of the twelve months up to each."""
        total = np.cumsum(self.life.sales, axis=1)
        year = total.copy()
        year[:, 12:] -= total[:, :-12]
        return year
