"""What a hub tells Home Assistant over MQTT: shown, sent and taken back from a PC."""
