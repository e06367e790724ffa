"""A synthetic council: invented children in a real place, adding up to the published totals of Swindon."""

from sufficiency.synthetic.council import make_council

__all__ = ["make_council"]
