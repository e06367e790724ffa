"""So that ``python -m sufficiency.cli`` works where scripts are not on the path."""

from sufficiency.cli import main

main()
