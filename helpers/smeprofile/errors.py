"""The one kind of error that a person is meant to read."""


class UserError(Exception):
    """What is wrong and what to do, in one line of Chinese; the command line prints it and exits 1.

    >>> str(UserError("找不到文件 a.csv。请检查路径。"))
    '找不到文件 a.csv。请检查路径。'
    """
