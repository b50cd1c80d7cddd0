"""Whose records the messy exports hold: customers of one branch, and what is wrong with them."""

import zlib
from dataclasses import replace

import numpy as np
import pandas as pd

from smeprofile.dictionary import SECURITIES
from smeprofile.params import Cohort
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.terms import Terms
from smeprofile.simulate.traits import customer_ids
from smeprofile.simulate.world import chunks

DAY = pd.Timedelta(days=1)
MENDABLE_FLAWS = ("lower", "spaces", "full_width")
FATAL_FLAWS = ("check_digit", "letter_o", "blank")


def setting(cohort: Cohort) -> Setting:
    """Return the bank that the class of ``cohort`` is taught with."""
    return Setting(
        customers=cohort.n_customers,
        months=cohort.months,
        end=cohort.as_of,
        seed=cohort.seed,
        grain="both",
        place=cohort.place,
        bank=cohort.bank.name,
        fx_rates=tuple(sorted(cohort.fx_rates_cny.items())),
        txn_customers=min(cohort.txn_customers, cohort.n_customers),
        txn_months=min(cohort.txn_months, cohort.months),
        terms=_terms(cohort),
    )


def _terms(cohort: Cohort) -> Terms:
    policy = cohort.policy
    return Terms(
        regions=tuple((region.name, region.share) for region in cohort.regions),
        industries=tuple((industry.code, industry.share) for industry in cohort.industries),
        products=tuple(
            (key, replace(a.PRODUCTS[key], **values))
            for key, values in cohort.products.model_dump().items()
        ),
        cutoffs=tuple(getattr(policy.min_scores, security) for security in SECURITIES),
        random_approval_share=policy.random_approval_share,
        override_share=policy.override_share,
        lpr=tuple((change.date, change.lpr_1y, change.lpr_5y) for change in cohort.lpr),
    )


def stream(cohort: Cohort, name: str) -> np.random.Generator:
    """Return the random stream ``name``: drawing more from one leaves the others as they were."""
    key = (zlib.crc32(name.encode()),)
    return np.random.default_rng(np.random.SeedSequence(cohort.seed, spawn_key=key))


def exported(cohort: Cohort) -> pd.DataFrame:
    """Return one row per exported customer, in order of its number.

    They are ``cohort.n_export`` customers, drawn by lot, of the branch with the most, still
    registered on the last day; fewer if there are fewer. ``flaw`` says what the core system holds
    for the credit code: "" (right), a spelling that can be mended, or a mistake that cannot.
    ``old_id`` is the number of a second record of the same firm.
    """
    s = setting(cohort)
    all_ = pd.concat([_facts(s, *span) for span in chunks(s)], ignore_index=True)
    branch = all_["branch"].value_counts(sort=False).idxmax()
    able = all_[(all_["branch"] == branch) & all_["is_registered"]]
    lots = s.draws.uniform("export", able["number"].to_numpy())
    chosen = able.iloc[np.sort(np.argsort(lots, kind="stable")[: cohort.n_export])]
    return _flawed(cohort, s, chosen.reset_index(drop=True)).drop(
        columns=["branch", "is_registered"]
    )


def future_span(cohort: Cohort) -> tuple[int, int]:
    """Return the chunk of customers who open their account after the last day."""
    n = cohort.n_customers
    return n, n + max(3, min(cohort.n_export, n) // 100)


def unlinked(firms: pd.DataFrame) -> list[str]:
    """Return the ids of ``exported`` customers whose credit code can't be mended."""
    return firms.loc[firms["flaw"].isin(FATAL_FLAWS), "customer_id"].tolist()


def _facts(s: Setting, low: int, high: int) -> pd.DataFrame:
    x = Chunk(s, low, high)
    return pd.DataFrame(
        {
            "number": x.t.who,
            "customer_id": customer_ids(x.t.who),
            "opened_date": x.t.opened.astype("datetime64[D]").astype("datetime64[us]"),
            "do_not_contact": x.t.do_not_contact,
            "branch": x.t.branch,
            "is_registered": x.life.exit_day > s.end_day,
        }
    )


def _flawed(cohort: Cohort, s: Setting, firms: pd.DataFrame) -> pd.DataFrame:
    """Choose codes to spoil (1.5 % each way) and firms recorded twice (4 %), at least three each."""
    n = len(firms)
    n_each, n_twice = max(3, round(0.015 * n)), max(3, round(0.04 * n))
    order = np.argsort(s.draws.uniform("export_flaw", firms["number"].to_numpy()), kind="stable")
    flaw = np.full(n, "", dtype=object)
    flaw[order[:n_each]] = np.resize(FATAL_FLAWS, n_each)
    flaw[order[n_each : 2 * n_each]] = np.resize(MENDABLE_FLAWS, n_each)
    known_long = firms["opened_date"] < pd.Timestamp(cohort.as_of) - 600 * DAY
    able = [i for i in order if known_long[i] and flaw[i] not in FATAL_FLAWS]
    # Some refused to be called: a wish noted under one number must hold for the other.
    refused = [i for i in able if firms["do_not_contact"][i]][:3]
    twice = [*refused, *(i for i in able if i not in refused)][:n_twice]
    old = np.full(n, None, dtype=object)
    # The bank's other numbers are taken: second records come after all of them.
    first = future_span(cohort)[1] + 1
    old[twice] = customer_ids(np.arange(first, first + len(twice)))
    return firms.assign(flaw=flaw, old_id=old)
