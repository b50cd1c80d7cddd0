"""JupyterHub for a class on one server: one system user per learner, nbgrader's exchange.

Start it as root with `jupyterhub -f jupyterhub_config.py`. Set beforehand:

SMEPROFILE_HOME         the instructor's course folder, readable to all but `grading/`
SMEPROFILE_EXCHANGE     the exchange, a folder writable by all (mode 777), not inside the course
SMEPROFILE_INSTRUCTORS  system users of the instructors, with commas between them
"""

import csv
import os
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub provides it)
course = Path(os.environ["SMEPROFILE_HOME"]).resolve()
instructors = set(filter(None, os.environ.get("SMEPROFILE_INSTRUCTORS", "").split(",")))
with (course / "grading" / "roster.csv").open(encoding="utf-8", newline="") as file:
    learners = {row["learner_id"] for row in csv.DictReader(file)}

# Log in by system account: files in the exchange then belong to whom they claim to be from.
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allowed_users = learners | instructors
c.Authenticator.admin_users = instructors
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"


def prepare(spawner) -> None:
    """Tell each server whose it is; instructors work in `grading/`, where formgrader belongs."""
    name = spawner.user.name
    spawner.environment |= {
        "SMEPROFILE_HOME": str(course),
        "SMEPROFILE_EXCHANGE": os.environ["SMEPROFILE_EXCHANGE"],
        "SMEPROFILE_LEARNER": name,
    }
    if name in instructors:
        spawner.notebook_dir = str(course / "grading")


c.Spawner.pre_spawn_hook = prepare
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab"
c.Spawner.mem_limit = "2G"  # needs a spawner that enforces it, such as systemdspawner
c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # behind a proxy that ends TLS
