"""Allocation: who takes which place, at least cost, with a proof of how much better any other choice could be.

Read in this order: :mod:`problem` and :mod:`answer`, :mod:`protocol` and :mod:`solve` (one verb). *Methods*:
:mod:`flow` and :mod:`narrowing` (the plain case), :mod:`mip` (families, whole homes, contracts), :mod:`cp_sat`,
:mod:`greedy`. *Inside the large one*: :mod:`components`; :mod:`prices`, which climbs by :mod:`ascent` over :mod:`dual`
(:mod:`compiled`) and :mod:`partitions`; :mod:`opening` by :mod:`plain` and :mod:`hulls`; :mod:`ground`,
:mod:`neighbourhoods`, :mod:`polish`; then :mod:`model` with :mod:`splits` for :mod:`highs`. *Questions about an
answer*: :mod:`margins`, :mod:`relaxed`, :mod:`limited`. ``docs/allocation.md`` has the mathematics and the
measurements.
"""
