"""Which channels the conversions are owed to: credit by rules, and by what journeys show."""
