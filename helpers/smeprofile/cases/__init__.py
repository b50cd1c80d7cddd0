"""The three cases: what their strategies may set, how they are played, what is told beside V."""
