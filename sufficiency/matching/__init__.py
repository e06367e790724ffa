"""Demand x supply x policy -> problems for the solvers -> plans: who could live where, and what is missing.

Read in this order: :mod:`policy` (what the user wants), :mod:`groups` (classes of like children), :mod:`reach` (how far
each place is from each zone), :mod:`columns` (who may live where, and what it costs), :mod:`alone` (one child with all
of a home), :mod:`walk` (month by month) or :mod:`today` (the base date alone), :mod:`plan` (the result), :mod:`audit`
and :mod:`audit_today` (the checks that trust none of the above).
"""
