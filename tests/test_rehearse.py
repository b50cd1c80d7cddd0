"""A simulated class goes the whole way and every score is as foretold."""
