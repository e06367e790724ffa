"""Who will need what kind of home: episodes become spells, stays, rates and projected children.

In the order of the walk:

1. :mod:`.spells`, :mod:`.siblings`, :mod:`.exposure`, :mod:`.ages`, :mod:`.days`: what happened, as time in care.
2. :mod:`.rates` with :mod:`.shrinkage`, :mod:`.entries`, :mod:`.destinations`, :mod:`.england`: how often children
   enter, leave and move, and how much was borrowed for it; :mod:`.drift`: how far that wanders from year to year;
   :mod:`.tables` and :mod:`.leavers` show it.
3. :mod:`.needs`, :mod:`.zones`: who needs what, and from where.
4. :mod:`.cohort` with :mod:`.departures`, :mod:`.projection`, :mod:`.inflow`, :mod:`.start`: the expected face.
5. :mod:`.sampled` with :mod:`.parameters`, :mod:`.people`, :mod:`.arrivals`, :mod:`.happening`, :mod:`.sample`,
   :mod:`.trace`: the sampled face, futures drawn one by one.
6. :mod:`.changes`, :mod:`.filters`, :mod:`.population`: what-ifs on flows, parts of the children, the child population.
7. :mod:`.history`, :mod:`.scores`, :mod:`.backtest`, :mod:`.choice`: how far it held before, and the window to count.
8. :mod:`.forecast`: all of it in one call; :mod:`.external` with :mod:`.external_file`, and :mod:`.following`: other
   people's projections instead.
"""
