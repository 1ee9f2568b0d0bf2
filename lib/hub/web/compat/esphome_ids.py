"""What ESPHome calls things in its ids."""


def slug(name):
    """Return a name as it stands in ids."""
    letters = [c if c.isalpha() or c.isdigit() else "_" for c in name.lower()]
    return "".join(letters)
