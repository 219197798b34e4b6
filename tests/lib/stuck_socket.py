# SPDX-License-Identifier: Apache-2.0
"""A listening socket at PATH that takes nobody in: whoever connects waits.

    stuck_socket.py PATH

The file PATH.full appears once it is so. Until it is killed.
"""
import signal
import socket
import sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(0)
waiting = []
while True:
    waiting.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    waiting[-1].setblocking(False)
    try:
        waiting[-1].connect(sys.argv[1])
    except BlockingIOError:
        break
with open(sys.argv[1] + ".full", "w", encoding="ascii"):
    pass
signal.pause()
