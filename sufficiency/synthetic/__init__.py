"""A synthetic council: invented children in a real place, adding up to the published totals of Swindon."""
