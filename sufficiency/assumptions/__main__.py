"""Print the page of input columns and assumptions: ``python -m sufficiency.assumptions > docs/assumptions.md``."""

import sys

from sufficiency.assumptions.pages import markdown

sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
sys.stdout.write(markdown())
