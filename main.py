from hub.app import start

start()
