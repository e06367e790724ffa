"""Print the page of finding codes: ``python -m sufficiency.ingest.capacity > docs/findings-capacity.md``."""

import sys

from sufficiency.ingest.capacity.rules import markdown

sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
sys.stdout.write(markdown())
