"""The needs survey of module 00: role, work, what hurts, and how sure one feels of each module."""

from smeprofile.ask.question import Shown
from smeprofile.ask.survey import pick, rating, text, tick
from smeprofile.items import blueprint

MOST_TASKS, MOST_PAINS = 3, 3
_NOTE_CHARS = 200


def needs_questions() -> list[str]:
    """Return the names of the survey's questions, in order.

    >>> needs_questions()[:5]
    ['role', 'tasks', 'coding', 'pains', 'skill_01']
    """
    skills = [f"skill_{topic.number}" for topic in blueprint().topics[:-1]]
    return ["role", "tasks", "coding", "pains", *skills, "needs_note"]


def needs_survey() -> Shown:
    """Return the survey's questions.

    >>> [item.name for item in needs_survey().children][:6]
    ['role', 'tasks', 'coding', 'pains', 'skill_01', 'skill_02']
    """
    plan = blueprint()
    skills = [
        rating(f"skill_{t.number}", f"{t.number} {t.title}：有多大把握？", "没有", "能教别人")
        for t in plan.topics[:-1]
    ]
    return Shown(
        "needs",
        [
            pick("role", "你的岗位最接近哪一个？", plan.roles),
            tick("tasks", "平时花时间最多的是哪几件事？", plan.tasks, MOST_TASKS),
            rating("coding", "你会写 Python 或 SQL 吗？", "不会", "天天写"),
            tick("pains", "工作里最头疼的是什么？", plan.pains, MOST_PAINS),
            *skills,
            text(
                "needs_note",
                "还想学什么？（可空。请不要写姓名、客户名称和账号）",
                max_chars=_NOTE_CHARS,
            ),
        ],
    )
