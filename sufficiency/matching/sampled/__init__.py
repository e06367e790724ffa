"""The forward walk on whole children, many futures at once: the same months under two ways of choosing homes.

Read in this order: :mod:`.setup` (everything fixed before the first step), :mod:`.children` (who lives where in every
replication), :mod:`.chance` (every draw, the same under both policies), :mod:`.month` (what happens in one month),
:mod:`.offers` (who may live where: the columns), :mod:`.solving` (best use: exact, and proven),
:mod:`.practice` (what history would have chosen), :mod:`.together` (siblings who ask as one),
:mod:`.reviews` (settled children looked at again), :mod:`.record`,
:mod:`.stays` and :mod:`.plan` (the frames), :mod:`.walking` (all months, all replications), :mod:`.audit` (the check
that trusts none of the above), :mod:`.myopia` (what looking one month ahead costs at most).
"""
