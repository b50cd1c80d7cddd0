"""What the start page's buttons do; each returns the sentence that the trainee is told."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from smeprofile.disk import in_words
from smeprofile.errors import UserError
from smeprofile.learner import learner_name
from smeprofile.params import Cohort, load_cohort
from smeprofile.paths import home
from smeprofile.start.choices import WAYS, modules_of, read_choices, save_choices
from smeprofile.start.hand_in import is_waiting
from smeprofile.start.returned import newest_page, read_returned
from smeprofile.submit import exchange_root, exchange_step, submit


@dataclass(frozen=True)
class Desk:
    """A trainee's place: the course, the workspace, the cohort, and where nbgrader's words go."""

    base: Path
    workspace: Path
    cohort: Cohort
    log: logging.Logger

    @property
    def exchange(self) -> Path | None:
        """The folder work is exchanged through, if there is one."""
        return exchange_root(self.base)

    def is_released(self, slug: str) -> bool:
        """Return whether the instructor has handed a module out."""
        root = self.exchange
        return bool(root) and (root / self.cohort.cohort_id / "outbound" / slug).is_dir()


def act(asked: object, workspace: Path, log: logging.Logger) -> str:
    """Do what a button asks, ``{"action": …, "module": …, "value": …}``; return what to say.

    Raises ``UserError`` if it can't be done, or if no button of ours asks it.

    >>> act({"action": "dance"}, Path("工作区"), logging.getLogger())
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 首页没有这个按钮。请刷新页面再试。
    """
    asked = asked if isinstance(asked, dict) else {}
    name = asked.get("action")
    if name not in ("path", *_OF_A_MODULE):
        raise UserError("首页没有这个按钮。请刷新页面再试。")
    desk = Desk(base := home(), workspace, load_cohort(root=base), log)
    if name == "path":
        return _choose(desk, asked.get("value"))
    return _OF_A_MODULE[name](desk, desk.cohort.module(asked.get("module")).slug)


def _named(desk: Desk, slug: str) -> str:
    return f"「{slug[:2]} {desk.cohort.module(slug).title}」"


def _fetch(desk: Desk, slug: str) -> str:
    from nbgrader.exchange.default import ExchangeFetchAssignment

    if not desk.is_released(slug):
        raise UserError(f"老师还没有发放{_named(desk, slug)}。")
    if not _exchange(desk, ExchangeFetchAssignment, slug, replace_missing_files=True):
        raise UserError(f"没有领到{_named(desk, slug)}，详情见 .smeprofile/lab.log。请联系老师。")
    return f"已领取{_named(desk, slug)}，可以开始了。"


def _submit(desk: Desk, slug: str) -> str:
    """Hand in by the exchange or, where it can't be, leave a zip in the workspace."""
    if desk.is_released(slug):
        return str(submit(slug, workspace=desk.workspace))
    return str(submit(slug, zip_path=desk.workspace, workspace=desk.workspace))


def _feedback(desk: Desk, slug: str) -> str:
    from nbgrader.exchange.default import ExchangeFetchFeedback

    if not is_waiting(desk.exchange, desk.workspace, desk.cohort.cohort_id, slug):
        raise UserError(f"{_named(desk, slug)}没有新的反馈。")
    if not _exchange(desk, ExchangeFetchFeedback, slug):
        raise UserError(
            f"没有取回{_named(desk, slug)}的反馈，详情见 .smeprofile/lab.log。请联系老师。"
        )
    return f"取回了{_named(desk, slug)}的反馈，点“查看”打开。"


def _review(desk: Desk, slug: str) -> str:
    """Note that the feedback was gone through, so that it isn't next any more."""
    page = newest_page(desk.workspace, slug)
    if page is None:
        raise UserError(f"{_named(desk, slug)}还没有反馈。")
    choices = read_choices(desk.workspace, desk.cohort)
    digests = {**choices.reviewed, slug: read_returned(page).digest}
    _save(desk, replace(choices, reviewed=digests))
    return f"{_named(desk, slug)}的反馈记为看过了。来了新的反馈会再列出来。"


_OF_A_MODULE: dict[str, Callable[[Desk, str], str]] = {
    "fetch": _fetch,
    "submit": _submit,
    "feedback": _feedback,
    "reviewed": _review,
}


def _choose(desk: Desk, way: object) -> str:
    choices = read_choices(desk.workspace, desk.cohort)
    if way not in list(WAYS) or not modules_of(desk.cohort, way, choices.own):
        raise UserError("没有这条学习路径。请刷新页面再试。")
    _save(desk, replace(choices, way=way))
    return f"学习路径换成了“{WAYS[way]}”。"


def _save(desk: Desk, choices: object) -> None:
    try:
        save_choices(desk.workspace, choices)
    except OSError as error:
        raise UserError(f"没有记下来：{in_words(error)}。请检查工作区文件夹。") from None


def _exchange(desk: Desk, step: type, slug: str, **options: object) -> bool:
    return exchange_step(
        step, slug, workspace=desk.workspace, cohort_id=desk.cohort.cohort_id,
        exchange=desk.exchange, learner_id=learner_name(), log=desk.log, **options,
    ) is not None  # fmt: skip
