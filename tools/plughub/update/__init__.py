"""Updates of a hub over the air: files of them, signatures, and the way to a board."""
