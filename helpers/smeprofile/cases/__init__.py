"""Cases that the simulated bank judges: one question each, all else of a strategy given."""
