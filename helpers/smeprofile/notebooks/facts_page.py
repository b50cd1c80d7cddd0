"""``datasets/FACTS.md``: every fact of the register, and which lessons cite it, for an audit."""

import re
from collections.abc import Mapping

from smeprofile import facts as known
from smeprofile.facts import STATUSES

_CITED = re.compile(r"""\b(?:fact|cite|fact_number)\(["'](\w+)["']\)""")
_HEAD = """# 事实登记

课程里引用的数字和规定都在这里，按键引用；供业务专家逐条核对。**{count} 条**：{statuses}。
只有“已核实”和“由已核实的数推算”的可以作为事实引用，并写明年份和来源；“未核实”的引用了就不能生成课程。
“复核期限”过了的须重新核对。本页由 `smeprofile build` 生成；要改，请改 `helpers/smeprofile/facts/facts.yml`。

"""


def cited(text: str) -> set[str]:
    """Return the keys of the facts that a source's ``text`` cites, in prose or code."""
    return set(_CITED.findall(text))


def facts_page(texts: Mapping[str, str]) -> str:
    """Return the page as Markdown; ``texts`` are all sources of the course, by name."""
    used: dict[str, list[str]] = {}
    for name, text in texts.items():
        for key in cited(text):
            used.setdefault(key, []).append(name)
    facts = list(known.register().values())
    counts = {name: sum(f.status == status for f in facts) for status, name in STATUSES.items()}
    parts = [
        _HEAD.format(count=len(facts), statuses="，".join(f"{n} {c}" for n, c in counts.items()))
    ]
    for status, name in STATUSES.items():
        parts.append(
            f"## {name}\n\n| 键 | 说的是 | 值 | 时点 | 来源 | 核对 | 复核期限 | 引用 |\n|---|---|---|---|---|---|---|---|\n"
        )
        for f in (f for f in facts if f.status == status):
            source = f"{f.source}；推算：{f.derived}" if f.derived else f.source
            says = f"{f.says}。注意：{f.note}" if f.note else f.says
            cells = (f"`{f.key}`", says, f.shown, f.period, source, f.checked_on or "—",
                     f.expires_on or "—", "、".join(sorted(used.get(f.key, []))) or "—")  # fmt: skip
            parts.append("| " + " | ".join(str(cell).replace("|", "｜") for cell in cells) + " |\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"
