"""`plughub fleet`: all hubs on a broker, and their devices."""
