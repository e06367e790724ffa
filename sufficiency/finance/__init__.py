"""Plans and stays x prices -> spend: exact by day, whole pence, adding up both ways.

Read in this order. *Prices*: :mod:`prices`, :mod:`price_reading`, :mod:`placement_costs`, and the dear end of the
market in :mod:`spot` and :mod:`tail`. *Spend*: :mod:`spend` (a plan), :mod:`stays` (what happened), :mod:`drawn` and
:mod:`average` (many futures), :mod:`areas`, :mod:`voids`, :mod:`commitments`, :mod:`income`. *What finance makes of
it*: :mod:`mtfs`, :mod:`bridge`, :mod:`effects`, :mod:`monitor`, :mod:`savings`, :mod:`dear`, :mod:`backcast`,
:mod:`ledger`, :mod:`unit_costs`. One rounding rule (:mod:`rounding`) and one week (:mod:`weeks`) hold everywhere.
"""
