#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Small servers for the network tests; each prints "ready" when it listens.

net_servers.py dns ADDRESS ANSWER [ANSWER6]
                                    nameserver, UDP and TCP, answers A queries
                                    (and AAAA); "alias" is another name of
                                    real.example; a name that begins with "manyN" has N
                                    addresses, of which UDP gets 10; TXT queries
                                    are told what the query was
net_servers.py mute ADDRESS         nameserver that never answers
net_servers.py broken ADDRESS       nameserver that answers SERVFAIL
net_servers.py forge ADDRESS        nameserver whose answers have a wrong id
net_servers.py echo ADDRESS PORT    echo, TCP and UDP
net_servers.py print ADDRESS PORT   prints the lines in each datagram
"""
import contextlib
import selectors
import socket
import struct
import sys


def listen(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.bind((address, port))
    tcp = socket.socket(family, socket.SOCK_STREAM)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    tcp.bind((address, port))
    tcp.listen(16)
    return udp, tcp


def question_end(query):
    at = 12
    while query[at]:
        at += query[at] + 1
    return at + 5


def dns_answer(query, mode, answer, by_tcp):
    end = question_end(query)
    kind = struct.unpack(">H", query[end - 4:end - 2])[0]
    if mode == "broken":
        return query[:2] + b"\x81\x82\0\1\0\0\0\0\0\0" + query[12:end]
    ident = query[:2]
    if mode == "forge":
        ident = bytes([query[0] ^ 0xFF, query[1]])
    if kind == 16:
        seen = query[12:].hex().encode()
        record = b"\xc0\x0c\0\x10\0\1\0\0\0\0" + struct.pack(">HB", len(seen) + 1, len(seen))
        return ident + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:end] + record + seen
    data = {1: answer[0], 28: answer[1]}.get(kind)
    if not data:
        return ident + b"\x81\x80\0\1\0\0\0\0\0\0" + query[12:end]
    count, flags = 1, b"\x81\x80"
    if query[13:17].lower() == b"many":
        count = int(query[17:13 + query[12]])
        count, flags = (count, flags) if by_tcp else (10, b"\x83\x80")
    head = ident + flags + struct.pack(">4H", 1, count, 0, 0)
    data = socket.inet_pton(socket.AF_INET if kind == 1 else socket.AF_INET6, data)
    record = struct.pack(">3HIH", 0xC00C, kind, 1, 5, len(data)) + data
    if query[13:18] == b"alias":
        alias = struct.pack(">3HIH", 0xC00C, 5, 1, 5, 14) + b"\4real\7example\0"
        head = ident + flags + struct.pack(">4H", 1, 2, 0, 0)
        return head + query[12:end] + alias + b"\4real\7example\0" + record[2:]
    return head + query[12:end] + record * count


def serve_dns(mode, address, answer):
    udp, tcp = listen(address, 53)
    kept = []
    with selectors.DefaultSelector() as selector:
        selector.register(udp, selectors.EVENT_READ)
        selector.register(tcp, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                if key.fileobj is udp:
                    query, peer = udp.recvfrom(4096)
                    if mode != "mute":
                        udp.sendto(dns_answer(query, mode, answer, False), peer)
                    continue
                client, _ = tcp.accept()
                if mode == "mute":
                    kept.append(client)
                    continue
                # Who asks nothing gets nothing.
                client.settimeout(1)
                with contextlib.suppress(OSError, struct.error, IndexError), client:
                    size = struct.unpack(">H", client.recv(2, socket.MSG_WAITALL))[0]
                    reply = dns_answer(client.recv(size, socket.MSG_WAITALL), mode, answer, True)
                    client.sendall(struct.pack(">H", len(reply)) + reply)


def serve_echo(address, port):
    udp, tcp = listen(address, port)
    with selectors.DefaultSelector() as selector:
        selector.register(udp, selectors.EVENT_READ)
        selector.register(tcp, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                if key.fileobj is udp:
                    data, peer = udp.recvfrom(65536)
                    udp.sendto(data, peer)
                    continue
                client, _ = tcp.accept()
                while data := client.recv(65536):
                    client.sendall(data)
                client.close()


def serve_print(address, port):
    udp, _ = listen(address, port)
    print("ready", flush=True)
    while True:
        sys.stdout.write(udp.recv(65536).decode())
        sys.stdout.flush()


def main():
    mode, address, *rest = sys.argv[1:]
    if mode == "echo":
        serve_echo(address, int(rest[0]))
    elif mode == "print":
        serve_print(address, int(rest[0]))
    else:
        serve_dns(mode, address, (rest + ["", ""])[:2])


main()
