"""A hub's home in one file, and the way back: docs/backup.md has the format.

file.py         makes and opens the file, with the package cryptography
by_serial.py    a board at its prompt
by_page.py      a hub by HTTP
passphrase.py   asks for it
cli.py          what the two commands take; command.py is what they do
"""
