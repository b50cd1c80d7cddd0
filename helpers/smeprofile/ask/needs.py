"""The needs survey of module 00: role, work, what hurts, and how sure one feels of each module."""

from collections.abc import Mapping

from smeprofile.answers import Answer
from smeprofile.ask.question import Shown
from smeprofile.ask.survey import pick, rating, text, tick
from smeprofile.items import blueprint

PREFIX = "needs_"  # an exercise of another module may be called "coding"
MOST_TASKS, MOST_PAINS = 3, 3
_NOTE_CHARS = 200


def survey_of(given: Mapping[str, Answer]) -> dict[str, object]:
    """Return question → answer of what ``given`` holds of the survey, names without the prefix.

    >>> survey_of({"needs_role": Answer("rm", None, 0, 0, ()), "coding": Answer(3, None, 0, 0, ())})
    {'role': 'rm'}
    """
    return {
        name.removeprefix(PREFIX): answer.value
        for name, answer in given.items()
        if name.startswith(PREFIX) and answer.value is not None
    }


def needs_survey() -> Shown:
    """Return the survey's questions.

    >>> [item.name for item in needs_survey().children][:6]
    ['needs_role', 'needs_tasks', 'needs_coding', 'needs_pains', 'needs_skill_01', 'needs_skill_02']
    """
    plan = blueprint()
    skills = [
        rating(
            f"{PREFIX}skill_{t.number}", f"{t.number} {t.title}：有多大把握？", "没有", "能教别人"
        )
        for t in plan.topics[:-1]
    ]
    return Shown(
        "needs",
        [
            pick(f"{PREFIX}role", "你的岗位最接近哪一个？", plan.roles),
            tick(f"{PREFIX}tasks", "平时花时间最多的是哪几件事？", plan.tasks, MOST_TASKS),
            rating(f"{PREFIX}coding", "你会写 Python 或 SQL 吗？", "不会", "天天写"),
            tick(f"{PREFIX}pains", "工作里最头疼的是什么？", plan.pains, MOST_PAINS),
            *skills,
            text(
                f"{PREFIX}note",
                "还想学什么？（可空。请不要写姓名、客户名称和账号）",
                max_chars=_NOTE_CHARS,
            ),
        ],
    )
