"""What if: the walk from a council's files to a plan, once or many times with assumptions changed.

Read in this order. *Once*: :mod:`inputs` (files to clean tables), :mod:`windows` and :mod:`demanded` (which history,
whose projection), :mod:`run` (the walk), :mod:`sampling` and :mod:`spread` (the same on whole children), :mod:`today`
and :mod:`desk` (the base date alone), :mod:`forecasting`, :mod:`spending` with its three helpers; each ends in a
record (:mod:`record`) that the store keeps. *What if*: :mod:`lever` and :mod:`levers` (what can be changed, with the
tables of demand, supply and money levers), :mod:`scenario` (a file of changes), :mod:`ground` (what a walk stands
on), :mod:`forward` and :mod:`whole_children` (the walk with levers pulled), :mod:`figures` (what it comes to).
*Many*: :mod:`draws`, :mod:`cells`, :mod:`sweep`, then :mod:`compare`, :mod:`attribution`, :mod:`varied` and
:mod:`robust`, put together in :mod:`comparing`; :mod:`frontier` stands beside them.
"""
