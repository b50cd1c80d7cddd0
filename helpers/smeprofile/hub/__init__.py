"""A whole class on one machine: JupyterHub, with an account of the system for each learner.

``smeprofile hub`` makes accounts and folders and starts the Hub; ``grading/hub/`` holds its settings.
"""

from smeprofile.hub.accounts import Account, plan
from smeprofile.hub.launch import run
from smeprofile.hub.place import Place

__all__ = ["Account", "Place", "plan", "run"]
