"""The command line: one module a command, no figures of its own. It asks the walk, and prints what comes back.

Exit codes: 0 done (or usable), 1 refused and the user can repair it, 2 nothing can be done (or the command itself was
wrong), 70 a fault in the program, 130 stopped by the user.
"""

import os
import sys

# A second thread in small matrix products costs more than it gives. Set before numpy is loaded; the user may differ.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Run the command line and leave with its exit code."""
    from sufficiency.cli.app import run

    sys.exit(run(sys.argv[1:]))
