#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""DNS queries that dig doesn't make, for the network tests.

net_dns.py udp ADDRESS NAME [SIZE]  ask over UDP, saying that SIZE bytes can be
                                    taken; prints what came: result code, is it
                                    cut, number of answers, at most how many bytes
net_dns.py pipeline ADDRESS NAME    three queries at once over one connection,
                                    with the end of it; prints the ids that came
net_dns.py questions ADDRESS NAME   one query with two questions, over UDP and TCP
net_dns.py bytewise ADDRESS NAME    a query of which each byte comes by itself
net_dns.py slow ADDRESS NAME        others that begin a query and leave it, and
                                    then one that is answered nevertheless
net_dns.py junk ADDRESS             what isn't DNS; prints how that ended
"""
import socket
import struct
import sys

PORT = 53


def query(name, ident=7, size=0, questions=1):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    message = struct.pack(">6H", ident, 0x100, questions, 0, 0, int(size > 0))
    message += (labels + b"\0" + struct.pack(">2H", 1, 1)) * questions
    if size:
        message += b"\0" + struct.pack(">2HIH", 41, size, 0, 0)
    return message


def framed(message):
    return struct.pack(">H", len(message)) + message


def datagram(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.settimeout(8)
    sock.connect((address, PORT))
    return sock


def connection(address):
    return socket.create_connection((address, PORT), 8)


def receive(sock):
    size = struct.unpack(">H", sock.recv(2, socket.MSG_WAITALL))[0]
    return sock.recv(size, socket.MSG_WAITALL)


def describe(reply):
    flags, _, answers = struct.unpack(">3H", reply[2:8])
    return f"rcode {flags & 15}{' cut' * bool(flags & 0x200)}, {answers} answers"


def ask_udp(address, name, size="0"):
    sock = datagram(address)
    sock.send(query(name, size=int(size)))
    reply = sock.recv(65536)
    limit = max(int(size), 512)
    print(describe(reply), "in", "too many bytes" if len(reply) > limit else "as many bytes")


def ask_pipeline(address, name):
    sock = connection(address)
    sock.sendall(b"".join(framed(query(name, ident)) for ident in (1, 2, 3)))
    sock.shutdown(socket.SHUT_WR)
    print(*(struct.unpack(">H", receive(sock)[:2])[0] for _ in range(3)), sock.recv(1))


def ask_questions(address, name):
    message = query(name, questions=2)
    udp = datagram(address)
    udp.send(message)
    print(describe(udp.recv(65536)))
    tcp = connection(address)
    tcp.sendall(framed(message))
    print(describe(receive(tcp)))


def ask_bytewise(address, name):
    sock = connection(address)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in framed(query(name)):
        sock.send(bytes([byte]))
    print(describe(receive(sock)))


def ask_slow(address, name):
    others = [connection(address) for _ in range(100)]
    for sock in others:
        sock.send(b"\0")
    sock = connection(address)
    sock.sendall(framed(query(name)))
    print(describe(receive(sock)))


def ask_junk(address):
    for junk in (b"\0\0", b"\0\5hello", b"GET / HTTP/1.1\r\n\r\n", framed(b"\xff" * 40)):
        sock = connection(address)
        sock.sendall(junk)
        try:
            print(sock.recv(100))
        except ConnectionResetError:
            print(b"")


globals()["ask_" + sys.argv[1]](*sys.argv[2:])
