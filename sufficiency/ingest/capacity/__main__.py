"""Print the page of finding codes: ``python -m sufficiency.ingest.capacity > docs/findings-capacity.md``."""

import sys

from sufficiency.ingest.capacity.rules import markdown

sys.stdout.buffer.write(markdown().encode("utf-8"))
