"""Import this first to start two seconds sooner.

jsonschema, which Jupyter imports everywhere, builds a whole grammar at import when the package
``rfc3987_syntax`` is there, only to check IRIs, which no notebook holds. Without it jsonschema
skips that one check.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # None makes its import raise ImportError
