"""What is wrong with a file that people write, in Chinese."""

import re
from pathlib import Path

from pydantic import ValidationError

_OF_SEVERAL = ("day_too_long", "no_whole", "named_twice", "most_below_least", "too_early",
               "same_form", "too_few_customers", "no_check", "no_derivation")  # fmt: skip
_RULES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个参数，是不是写错了名字",
    "string_pattern_mismatch": "须符合格式 {pattern}",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "至多 {max_length} 个字",
    "greater_than_equal": "须 ≥ {ge}",
    "greater_than": "须 > {gt}",
    "less_than_equal": "须 ≤ {le}",
    "less_than": "须 < {lt}",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "literal_error": "只能是 {expected}",
    "no_whole": "各项 share 合计 {total}，须为 1",
    "named_twice": "{name} 写了两次",
    "most_below_least": "max_line_cny 须 ≥ min_line_cny（{ge}）",
    "same_form": "前测和后测都用 {form} 卷：做过的卷子再做一遍，看不出进步；须一个 A、一个 B",
    "too_early": "{day} 不晚于 {before}；公布过的不用写，其后的按日期从早到晚写",
    "no_time_zone": "没有这个时区；写成 Asia/Shanghai 这样的名字",
    "no_check": "已核实和推算的要写 checked_on",
    "no_derivation": "推算的要写 derived，别的不写",
    "too_few_customers": "{slug} 的数据至少要 {ge} 户，n_customers 只有 {n}；请调大，或从 modules 里去掉它",
    "day_too_long": "各模块 day_minutes 合计 {total}，须 ≤ {le}（一日速成不超过 7 小时）",
}


def in_words(error: ValidationError, path: Path, what: str = "参数文件") -> str:
    """Return the first thing wrong with a file that people write, in Chinese."""
    first = error.errors()[0]
    field = re.sub(r"\.(\d+)", r"[\1]", ".".join(map(str, first["loc"])))
    rule = _RULES.get(first["type"], "应为" + _KINDS.get(first["type"].split("_")[0], "合法的值"))
    context = first.get("ctx", {})
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", "、").replace(", ", "、")
    rule = rule.format(**context)
    value = "" if first["type"] in ("missing", *_OF_SEVERAL) else f"（现为 {first['input']!r}）"
    more = f"（另有 {error.error_count() - 1} 处）" if error.error_count() > 1 else ""
    return f"{what} {path} 的 {field}{value}：{rule}。{more}"


_KINDS = {
    "bool": "true 或 false",
    "int": "整数",
    "float": "数字",
    "string": "文字",
    "date": "日期，如 2025-12-31",
    "list": "列表",
    "dict": "“键: 值”",
    "model": "“键: 值”",
}
