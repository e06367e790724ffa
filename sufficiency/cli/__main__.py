"""So that ``python -m sufficiency.cli`` works where scripts are not on the path."""

from sufficiency.cli import main

if __name__ == "__main__":  # processes of a sweep load this module again
    main()
