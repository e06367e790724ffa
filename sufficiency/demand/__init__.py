"""Who will need what kind of home: episodes become spells, stays, rates and projected children."""
