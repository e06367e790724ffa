"""Usable places by month: in-house carers, homes, contracts and the market; and who lives in them on the base date."""

from sufficiency.supply.build import Supply, build_places

__all__ = ["Supply", "build_places"]
