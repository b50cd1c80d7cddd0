"""Whom the bank contacts, and who applies, asked or unasked."""

from typing import TYPE_CHECKING

import numpy as np

from smeprofile.simulate import assumptions as a
from smeprofile.simulate import granting

if TYPE_CHECKING:
    from smeprofile.simulate.lending import Lending

CHANNELS = tuple(a.CHANNELS.values())
CONTACT_CHANNELS = np.flatnonzero([c.is_contact for c in CHANNELS])
_LIFT = np.array([c.lift for c in CHANNELS])
EXPERIMENT_SHARE, TREATED_SHARE = 0.25, 0.70
# Fit of product to stage of life (初创 … 转型): how much more a contact about it moves [P].
FIT = np.array(
    [
        [1.6, 1.2, 0.8, 0.9, 0.7],
        [1.0, 1.3, 1.1, 0.9, 0.9],
        [0.3, 0.8, 1.3, 1.0, 1.1],
        [0.8, 1.1, 0.9, 1.0, 0.9],
        [0.4, 1.2, 0.9, 0.4, 1.4],
    ]
)  # product × stage


def play(w: "Lending") -> None:
    """Play one month: contacts, applications, decisions, new facilities and first loans."""
    able = (
        w.on_books & (w.facility == granting.NONE) & (w.blocked_until <= w.k) & ~w.barred
        & (w.age > 0.25) & (w.distress == 0) & (w.life.exit_at > w.k)
    )  # fmt: skip
    p0 = chance_unasked(w) * able
    contact = _contacts(w, able)
    p1 = chance_asked(w, p0, w.contacts_lately, contact["product"], contact["channel"])
    p = np.where(contact["treated"], p1, p0)
    u = w.u("apply")
    applies = (u < p) & able
    if w.k == len(w.months) - 1:
        w.book.p0, w.book.asks, w.book.lately = p0, able, w.contacts_lately
    w.contacts_lately = 0.8 * w.contacts_lately + contact["treated"]
    app = granting.apply(w, np.flatnonzero(applies), contact)
    _note_contacts(w, contact, app)


def chance_unasked(w: "Lending") -> np.ndarray:
    """Return each customer's chance to apply this month without being contacted ([P])."""
    need = w.life.need[:, w.k]
    wants = np.clip(need / 60_000, 0, 1) * w.t.takes_credit + 0.05
    young = np.where(w.age < 4, 1.25, 1.0)
    season = 1 + 0.25 * np.isin(w.month % 12, (0, 8, 10, 11))
    busy = np.where(w.elsewhere[:, w.k] > 0, 0.75, 1.0)
    return np.clip(0.080 * wants * young * season * busy * a.UPLIFT_OWN[w.t.uplift], 0, 0.5) * (
        w.operating != 2
    )


def chance_asked(w: "Lending", p0: np.ndarray, lately: np.ndarray, product, channel) -> np.ndarray:
    """Return the chance to apply this month when contacted about ``product`` by ``channel``."""
    return asked_chance(p0, w.life.need[:, w.k], lately, w.t.uplift, w.stage, product, channel)


def asked_chance(p0, need_cny, contacts_lately, uplift, stage, product, channel) -> np.ndarray:
    """Return the chance to apply when contacted, of any customers: ``p0`` is that when not."""
    need = np.clip(need_cny / 60_000, 0.15, 1)
    fatigue = np.exp(-0.35 * contacts_lately)
    tau = a.UPLIFT_TAU[uplift] * _LIFT[channel]
    gain = tau * need * fatigue * FIT[product, stage]
    # Being bothered puts off also those who would have come.
    return np.where(
        p0 > 0, np.clip(np.where(tau < 0, p0 + np.maximum(tau, -0.8 * p0), p0 + gain), 0, 0.9), 0
    )


def _contacts(w: "Lending", able: np.ndarray) -> dict[str, np.ndarray]:
    """Return this month's contacts: a randomised experiment, and the bank's own targeting."""
    may = able & ~w.quiet & (w.operating != 2)
    experiment = may & (w.u("experiment") < EXPERIMENT_SHARE)
    # The bank calls those with large flows through their account: easy to see, not uplift.
    seen = np.clip((np.log(w.flow_seen + 1) - 10.5) / 3, 0, 1)
    targeted = may & ~experiment & (w.u("targeted") < 0.035 * seen)
    product = np.where(
        experiment, w.d.integers("e_product", 0, len(granting.PRODUCTS), w.t.who, w.month),
        granting.fitting_product(w),
    )  # fmt: skip
    channel = np.where(
        experiment,
        CONTACT_CHANNELS[w.d.integers("e_channel", 0, len(CONTACT_CHANNELS), w.t.who, w.month)],
        w.d.choice("t_channel", (0.45, 0.35, 0.08, 0.07, 0.05), w.t.who, w.month),
    )
    treated = np.where(experiment, w.u("arm") < TREATED_SHARE, targeted)
    day = w.firsts[w.k] + w.d.integers("contact_day", 0, 20, w.t.who, w.month)
    return {
        "contacted": experiment | targeted, "experiment": experiment, "treated": treated,
        "product": product, "channel": channel, "day": day,
    }  # fmt: skip


def _note_contacts(w: "Lending", contact: dict, app: np.ndarray) -> None:
    who = np.flatnonzero(contact["contacted"])
    treated = contact["treated"][who]
    opted = treated & (w.u("opt_out", who) < chance_opting_out(w.t.uplift[who]))
    w.quiet[who[opted]] = True
    w.book.add(
        "contacts", who=who, month=np.full(len(who), w.k), day=contact["day"][who],
        product=contact["product"][who], channel=contact["channel"][who],
        experiment=contact["experiment"][who], treated=treated,
        app=app[who], opted_out=opted,
    )  # fmt: skip


def chance_opting_out(uplift: np.ndarray) -> np.ndarray:
    """Return the chance that who is contacted asks not to be again ([P])."""
    return np.where(uplift == 3, 0.03, 0.004)
