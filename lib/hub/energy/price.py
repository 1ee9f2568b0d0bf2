"""The component "energy": what a kWh costs. The page reckons with it."""

SCHEMA = (("price", "price", ...), ("currency", "text", ""))


def build(hub, item, config):
    """Return what is told to the page: {"price" of a kWh, "currency"}."""
    return item
