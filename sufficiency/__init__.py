r"""The planning engine for the sufficiency duty of English children's services.

The walk, one way, each stage a value in and a new value out::

    SSDA903 files  -> ingest -> demand \
                                        matching -> solvers -> plan -> audit -> measures
    capacity files -> ingest -> supply /
    scenarios = the same walk with assumptions changed

Start with :func:`scenarios.run.run`, which is the walk itself, or with the command line (``sufficiency --help``).
"""

__version__ = "0.1.0"
