"""The course's home inside JupyterLab: what to do next, how far one is, the printable record."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell the Jupyter server which module loads the routes."""
    return [{"module": "smeprofile.start.handlers"}]
