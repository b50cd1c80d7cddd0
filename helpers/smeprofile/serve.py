"""JupyterLab as ``smeprofile lab`` starts it: ``python -m smeprofile.serve``."""

if __name__ == "__main__":
    import smeprofile.quick  # noqa: F401, I001 — before anything of Jupyter
    from jupyterlab.labapp import main

    main()
