"""Print the page of input columns and assumptions: ``python -m sufficiency.assumptions > docs/assumptions.md``."""

import sys

from sufficiency.assumptions.pages import markdown

sys.stdout.buffer.write(markdown().encode("utf-8"))
