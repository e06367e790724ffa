"""How a plan is found: arrays in, arrays out, and nothing known of who the members are or what the places stand for.

A solver takes a frozen :class:`~solvers.allocation.problem.Problem` and a stopping rule and gives back an
:class:`~solvers.allocation.answer.Answer`, which says what was chosen, what it costs, how good anything else could
possibly be, and why the search ended. Every answer passes through :mod:`solvers.certificate` before it is returned.
"""
