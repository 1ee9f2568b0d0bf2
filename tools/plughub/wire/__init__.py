"""What devices and their clients say to each other, made readable.

    capture.py, live.py     packets of a file, packets of an interface
    packets.py              a packet: addresses, TCP or UDP, payload
    traffic.py              which packets belong together
    reassembly.py           one direction of a TCP connection, in order
    cutting.py              its bytes: frames, and what is none
    opening.py              a frame under keys
    conversation.py         both directions: session keys, sequence, who is who
    broadcast.py            datagrams of discovery
    show.py                 for people and for programs
    cli.py                  what the two commands take
    decode.py, proxy.py     what they do; recording.py writes what passed a proxy

Only live.py and proxy.py touch the network. Nothing here raises for what it is given to read.
"""
