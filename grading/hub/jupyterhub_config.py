"""JupyterHub's settings for a class on one machine; ``smeprofile hub`` starts it with them.

Root runs this file: keep it writable for root only. What a bank may want to change stands first.
"""

import os
import sys
from pathlib import Path

from smeprofile.hub.place import from_environment
from smeprofile.hub.spawner import ClassLogin, LearnerSpawner
from smeprofile.learner import ACCOUNTS_VARIABLE, LEARNER_VARIABLE
from smeprofile.params import class_secret
from smeprofile.paths import HOME_VARIABLE
from smeprofile.submit import EXCHANGE_VARIABLE

c = get_config()  # noqa: F821  (JupyterHub provides it)
place = from_environment()
key, certificate = place.root / "tls.key", place.root / "tls.crt"

# -- for the bank to choose -------------------------------------------------------------------
c.Spawner.mem_limit = os.environ.get("SMEPROFILE_HUB_MEMORY", "2G")  # a learner's, at most
idle_seconds = int(os.environ.get("SMEPROFILE_HUB_IDLE", "3600"))  # then the server is stopped
c.JupyterHub.concurrent_spawn_limit = 2 * (os.cpu_count() or 1)  # the others queue
c.Spawner.start_timeout = c.Spawner.http_timeout = 180

# -- the door: encrypted and for everybody with a certificate, else for this machine only ---------
if certificate.exists():
    c.JupyterHub.ssl_key, c.JupyterHub.ssl_cert = str(key), str(certificate)
    c.JupyterHub.bind_url = f"https://:{place.port}"
else:
    c.JupyterHub.bind_url = f"http://127.0.0.1:{place.port}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{place.port + 1}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{place.port + 2}"

# -- who may come in: the class list and the instructors; nobody rules the Hub itself --------------
c.JupyterHub.authenticator_class = ClassLogin
c.ClassLogin.prefix = place.prefix
c.Authenticator.allowed_users = {*place.learners, *place.teachers}
learners, teachers = f"nbgrader-{place.cohort_id}", f"formgrade-{place.cohort_id}"
c.JupyterHub.load_groups = {
    learners: {"users": sorted(place.learners)},
    teachers: {"users": sorted(place.teachers)},
}

# -- a learner's own server ---------------------------------------------------------------------
c.JupyterHub.spawner_class = LearnerSpawner
c.Spawner.cmd = [str(place.python), "-P", "-m", "smeprofile.hub.server"]
c.Spawner.default_url = "/lab"
common = {EXCHANGE_VARIABLE: str(place.exchange), "LANG": "C.UTF-8", "PATH": os.defpath}
c.Spawner.environment = common | {
    HOME_VARIABLE: str(place.course),
    LEARNER_VARIABLE: lambda spawner: place.learners.get(spawner.user.name, spawner.user.name),
}

# -- the instructors' desk (formgrader and the commands), as the account that owns the gradebook ---
secret = class_secret()
desk = {
    "name": "desk",
    "display": True,
    "url": f"http://127.0.0.1:{place.port + 3}",
    "user": place.owner,
    "cwd": str(place.staff),
    "command": [str(place.python), "-P", "-m", "smeprofile.hub.server", "desk"],
    "environment": common
    | ({"SMEPROFILE_SECRET": secret} if secret else {})
    | {
        HOME_VARIABLE: str(place.staff),
        ACCOUNTS_VARIABLE: place.prefix,
        "JUPYTERHUB_DEFAULT_URL": "/formgrader",
    },
    "api_token": Path(place.state, "desk_token").read_text(encoding="ascii"),
    "oauth_no_confirm": True,
    "timeout": 180,  # the Hub ends if it is not there by then
}
idle = {
    "name": "idle",
    "display": False,
    "command": [
        *("setpriv", "--pdeathsig", "TERM"),  # it ends with the Hub, even one that is killed
        *(sys.executable, "-P", "-m", "jupyterhub_idle_culler"),
        f"--timeout={idle_seconds}",
        f"--cull-every={min(60, idle_seconds)}",
    ],
}
c.JupyterHub.services = [desk, idle]
c.JupyterHub.load_roles = [
    {"name": "desk", "groups": [teachers], "scopes": ["access:services!service=desk"]},
    {
        "name": "idle",
        "services": ["idle"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]

# -- what outlives the Hub: learners' servers, who is logged in, where everything runs --------------
c.JupyterHub.cleanup_servers = False
c.JupyterHub.db_url = f"sqlite:///{place.state}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(place.state / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(place.state / "proxy.pid")

# -- pages: ours, in Chinese, without a script -----------------------------------------------------
c.JupyterHub.template_paths = [str(Path(__file__).resolve().parent / "templates")]
c.JupyterHub.template_vars = {
    "desk": "/services/desk/",
    "teachers": place.teachers,
    "prefix": place.prefix,
}
c.JupyterHub.default_url = lambda handler: (
    "/hub/home" if handler.current_user.name in place.teachers else "/hub/spawn"
)
c.JupyterHub.tornado_settings = {
    "headers": {
        "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    }
}
