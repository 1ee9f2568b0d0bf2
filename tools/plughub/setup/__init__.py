"""`plughub setup`: from a board out of its box to a hub that switches this home's plugs."""
