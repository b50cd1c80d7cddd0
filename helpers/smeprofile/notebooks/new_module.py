"""``smeprofile new-module``: a module that passes its tests, to be rewritten piece by piece."""

import json
import re
from pathlib import Path

import yaml
from pydantic import ValidationError

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.params import Cohort, in_words, load_cohort
from smeprofile.paths import MARKER, solutions

_TEMPLATES = Path(__file__).with_name("templates")
_MINUTES = 60


def new_module(slug: str, title: str) -> list[Path]:
    """Write the sources of a new module and list it in ``cohort.yml``; return the files.

    Raises ``UserError`` for a wrong or known name, or a title that can't be one; nothing is written
    then.
    """
    root = solutions().parent  # an edition has no sources
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", slug):
        raise UserError(f"模块名 {slug} 须是两位编号、下划线和小写英文，如 15_visits。")
    known = [module.slug for module in load_cohort(root=root).modules]
    folder = root / "solutions" / slug
    if taken := [name for name in known if name[:2] == slug[:2]]:
        raise UserError(f"编号 {slug[:2]} 已有模块 {taken[0]}。请换一个编号。")
    if folder.exists():
        raise UserError(f"{folder} 已存在。请换一个名字，或先把它移走。")
    if title.splitlines() != [title]:  # a second line would be one of the notebook's code
        raise UserError("标题须是一行文字。")
    if found := re.search(r"\{[{%#]", title):
        raise UserError(f"标题里不能有 {found[0]}：在课程文本里，它后面是要算的式子。")
    readme = root / "README.md"
    listed = _listed((root / MARKER).read_text(encoding="utf-8"), slug, title)
    try:
        Cohort.model_validate(yaml.safe_load(listed))
    except ValidationError as error:
        raise UserError(f"没有写新模块：{in_words(error, MARKER)}") from None
    made = []
    for stem in ("lesson", "practice"):
        text = (_TEMPLATES / f"{stem}.py.txt").read_text(encoding="utf-8")
        for word, said in (("NUMBER", slug[:2]), ("TITLE", title), ("MINUTES", _MINUTES)):
            text = text.replace(word, str(said))
        made.append(folder / f"{stem}.py")
        write_file(made[-1], text.encode())
    write_file(root / MARKER, listed.encode())
    if readme.is_file():
        write_file(readme, _in_table(readme.read_text(encoding="utf-8"), slug, title).encode())
    return [*made, root / MARKER]


def _in_table(text: str, slug: str, title: str) -> str:
    """Return the README with the module in its table of modules."""
    cell = title.replace("|", r"\|")
    row = f"| {slug[:2]} | {cell} | {_MINUTES} + {_MINUTES} min | draft |\n"
    rows = list(re.finditer(r"^\| (\d\d) \|.*\n", text, flags=re.MULTILINE))
    before = [found.end() for found in rows if found[1] < slug[:2]]
    at = before[-1] if before else rows[0].start() if rows else len(text)
    return text[:at] + row + text[at:]


def _listed(text: str, slug: str, title: str) -> str:
    """Return ``cohort.yml`` with the module added in its place; everything else stays as it is."""
    places = list(re.finditer(r"^( *)- slug: (\w+)$", text, flags=re.MULTILINE))
    if not places:
        raise UserError(
            f"{MARKER} 的 modules 不是一行一项写的，程序不敢改。请照着已有的手工加一项。"
        )
    indent = places[0][1]
    entry = (
        f"{indent}- slug: {slug}\n{indent}  title: {_scalar(title)}\n"
        f"{indent}  lesson_minutes: {_MINUTES}\n{indent}  practice_minutes: {_MINUTES}\n"
    )
    text = text.rstrip("\n") + "\n"
    after = [place.start() for place in places if place[2] > slug]
    last = re.compile(rf"(?:.*\n)(?:{indent}  .*\n)*").match(text, places[-1].start())
    at = after[0] if after else last.end()
    return text[:at] + entry + text[at:]


def _scalar(text: str) -> str:
    """Return ``text`` as YAML has it: as it is where that reads back the same, else quoted."""
    try:
        is_plain = yaml.safe_load(f"title: {text}") == {"title": text}
    except yaml.YAMLError:
        is_plain = False
    return text if is_plain else json.dumps(text, ensure_ascii=False)
