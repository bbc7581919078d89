"""One module for each group of operations: what is served where, and its description."""
