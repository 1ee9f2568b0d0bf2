"""The application: plugs, relays, buttons and the page, built on `tuya`."""

VERSION = "0.1.0"
