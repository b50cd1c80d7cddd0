"""Not a package: the course's code is imported as ``smeprofile``."""

raise ImportError("helpers 只是放代码的目录；请写 import smeprofile。")
