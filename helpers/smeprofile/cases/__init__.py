"""The cases that the bank plays: what their strategies may set, how they are marked, what is told."""
