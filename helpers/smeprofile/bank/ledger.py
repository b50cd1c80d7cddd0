"""Double entry: every movement debits one account and credits another, in whole fen."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

ASSETS = ("现金", "贷款", "应收利息", "待收回款", "待摊办理费")
LIABILITIES = ("内部资金", "应付税费", "应付股东回报", "存续期损失准备")
INCOME = ("利息收入", "存款与结算收益")
EXPENSES = ("资金成本", "增值税及附加", "账户管理费", "进件与审批费", "办理费", "营销费",
            "投诉费", "核销净损失", "存续期预期损失", "由以后期限承担", "资本成本")  # fmt: skip
ACCOUNTS = (*ASSETS, *LIABILITIES, *INCOME, *EXPENSES)
_NO = {name: k for k, name in enumerate(ACCOUNTS)}
# What a unit of debit does to V.
_SIGN = np.array([-1.0 if name in INCOME + EXPENSES else 0.0 for name in ACCOUNTS])


@dataclass
class Ledger:
    """All postings of one year; ``n`` owners (customers, or loans where only loans are played)."""

    n: int
    postings: list[tuple[int, int, int, np.ndarray, np.ndarray]] = field(default_factory=list)

    def post(self, month: int, debit: str, credit: str, who: np.ndarray, fen: np.ndarray) -> None:
        """Post ``fen`` (whole numbers, of each owner) from ``credit`` to ``debit`` in a month, 0–11."""
        if len(who):
            self.postings.append((month, _NO[debit], _NO[credit], who, fen))

    def trial_balance(self) -> pd.DataFrame:
        """Return one row per account: ``debit_fen``, ``credit_fen``, whole numbers."""
        sums = np.zeros((len(ACCOUNTS), 2), np.int64)
        for _, debit, credit, _, fen in self.postings:
            total = int(fen.sum())
            sums[debit, 0] += total
            sums[credit, 1] += total
        return pd.DataFrame(sums, index=list(ACCOUNTS), columns=["debit_fen", "credit_fen"])

    def balance_fen(self, account: str) -> np.ndarray:
        """Return each owner's balance of ``account``, debits less credits."""
        no, total = _NO[account], np.zeros(self.n, np.int64)
        for _, debit, credit, who, fen in self.postings:
            if debit == no:
                np.add.at(total, who, fen)
            if credit == no:
                np.subtract.at(total, who, fen)
        return total

    def value_fen(self) -> np.ndarray:
        """Return each owner's V in fen: income less expenses."""
        total = np.zeros(self.n)
        for _, debit, credit, who, fen in self.postings:
            sign = _SIGN[debit] - _SIGN[credit]
            if sign:  # sums of fen below 2**53 are exact in float64
                total += np.bincount(who, weights=fen * sign, minlength=self.n)
        return total

    def statement(self) -> pd.Series:
        """Return the year's income and expenses by account, yuan; expenses are negative."""
        table = self.trial_balance()
        net = (table["credit_fen"] - table["debit_fen"]) / 100
        return net.loc[[*INCOME, *EXPENSES]]
