#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many short connections, one after the other and some at a time.

net_soak.py serve ADDRESS PORT          answers a request and hangs up; prints
                                        "ready" when it listens
net_soak.py ask ADDRESS PORT COUNT AT_A_TIME
                                        asks so many times; prints how many were
                                        answered
"""
import contextlib
import selectors
import socket
import sys

REQUEST = b"GET / HTTP/1.0\r\n\r\n".ljust(100)
ANSWER = b"HTTP/1.0 200 OK\r\n\r\n".ljust(2000, b"x")


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def serve(address, port):
    with selectors.DefaultSelector() as selector, \
            socket.create_server((address, port), family=family(address), backlog=128) as server:
        selector.register(server, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                if key.fileobj is server:
                    selector.register(server.accept()[0], selectors.EVENT_READ)
                    continue
                selector.unregister(key.fileobj)
                with contextlib.suppress(OSError), key.fileobj as sock:
                    if sock.recv(1000):
                        sock.sendall(ANSWER)


def ask(address, port, count, at_a_time):
    answered = asked = 0
    with selectors.DefaultSelector() as selector:
        while asked < count or selector.get_map():
            while asked < count and len(selector.get_map()) < at_a_time:
                sock = socket.create_connection((address, port), 30)
                sock.sendall(REQUEST)
                selector.register(sock, selectors.EVENT_READ, 0)
                asked += 1
            ready = selector.select(30)
            if not ready:
                break
            for key, _ in ready:
                size = 0
                with contextlib.suppress(OSError):
                    size = len(key.fileobj.recv(1 << 16))
                if size:
                    selector.modify(key.fileobj, selectors.EVENT_READ, key.data + size)
                    continue
                answered += key.data == len(ANSWER)
                selector.unregister(key.fileobj)
                key.fileobj.close()
    print(answered)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        ask(sys.argv[2], *map(int, sys.argv[3:6]))
