"""``datasets/TAGS.md``: the catalogue of tags, from the definitions the profile is computed by."""

from smeprofile.schemas import SCHEMAS
from smeprofile.tags import DIMENSIONS, TAGS, Tag
from smeprofile.tags.consent import verdict

_HEAD = """# 标签目录

`sp.profile(tables, as_of)` 算出的全部标签，共 {n} 个，四个维度。本页由 `smeprofile build` 从标签的定义生成，请勿手改。

- **观察点**（`as_of`）：之后发生的一概不看；之后才取得的申报、报表、征信报告也不看。画像的 `as_of` 列写明是哪一天。
- **月窗口**：以观察点当天已经过完的最近一个月为止；还没过完的月份不算。
- **未知不是 0**：“缺失”一栏写明什么时候没有值。来源表没给的标签不出现，`sp.coverage` 和 `coverage.json` 写明缺什么。
- **授权**：“授权”一栏是企业客户用于授信审批时的要求；没有授权或已撤回的客户，这个标签为缺失，`consent_…` 列写明原因；企业主本人的同意没有表可查，不核对，使用前须确认。用于营销时要求更严：征信数据一律不用，流水和纳税数据须有约定为营销的授权。
- **有效期**：观察点之后可以用多少天，过期要重算。
- **同业位置**：带“同业”的另有 `标签_peer_rank`，是在同门类、同划型客户中的百分位（0–1），不足 30 户为缺失。
- 门槛和窗口凡写“本课程设定”的都不是行业标准，银行应换成自己的。

完整的授权依据见模块 02 的授权矩阵。
"""
_ROW = "| 标签 | 定义 | 窗口 | 单位 | 缺失 | 来源表 | 授权 | 更新 / 有效期 | 负责人 | 可用于 | 敏感级 |"


def tag_page() -> str:
    """Return the catalogue as Markdown, one section per dimension."""
    parts = [_HEAD.format(n=len(TAGS))]
    for dimension in DIMENSIONS:
        rows = [_row(tag) for tag in TAGS.values() if tag.dimension == dimension]
        parts.append("\n".join([f"## {dimension}", "", _ROW, "|" + " --- |" * 11, *rows, ""]))
    return "\n".join(parts).rstrip() + "\n"


def _row(tag: Tag) -> str:
    name = f"`{tag.name}`<br>{tag.title}" + ("（同业）" if tag.peer else "")
    tables = "、".join(f"{table}（{SCHEMAS[table].title}）" for table in tag.tables)
    cells = (name, tag.definition, tag.window, tag.unit, tag.missing, tables, _authorised(tag),
             f"{tag.update} / {tag.valid_days} 天", tag.owner, "、".join(tag.uses),
             tag.sensitivity)  # fmt: skip
    return "| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |"


def _authorised(tag: Tag) -> str:
    told = [f"{item}：{verdict(item, '授信审批')[0]}" for item in tag.items]
    if tag.personal:
        told.append("企业主个人信息：须本人同意")
    return "；".join(told) or "不需要另行授权"
