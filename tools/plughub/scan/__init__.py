"""`plughub scan`: what devices there are on the network."""
