#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Both ends of TCP connections for the network tests.

net_peer.py serve ADDRESS PORT   a server; prints "ready" when it listens
net_peer.py WHAT ADDRESS PORT    a client that asks it for WHAT, see below, and
                                 prints what it saw

A client's first byte says what the server does with the connection.
"""
import contextlib
import errno
import socket
import struct
import sys
import threading
import time

CHUNK = b"0123456789abcdef" * 4096


def receive_all(sock):
    size = 0
    while data := sock.recv(1 << 16):
        size += len(data)
    return size


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


# What the server does.

def do_echo(sock):
    while data := sock.recv(1 << 16):
        sock.sendall(data)


def do_count(sock):
    """Say how much came, after the end of it."""
    sock.sendall(str(receive_all(sock)).encode())


def do_last_word(sock):
    """End first, then hear the rest and tell it to who comes next."""
    sock.shutdown(socket.SHUT_WR)
    LAST_WORDS.append(sock.recv(100))


def do_tell(sock):
    while not LAST_WORDS:
        time.sleep(0.01)
    sock.sendall(LAST_WORDS.pop())


def do_names(sock):
    sock.sendall(f"{sock.getpeername()[0]}".encode())


def do_say_how_it_ended(sock):
    try:
        sock.recv(1)
        LAST_WORDS.append(b"orderly")
    except OSError as error:
        LAST_WORDS.append(errno.errorcode[error.errno].encode())


LAST_WORDS = []
DEEDS = {
    b"e": do_echo,
    b"c": do_count,
    b"l": do_last_word,
    b"t": do_tell,
    b"n": do_names,
    b"h": do_say_how_it_ended,
    b"r": reset,
}


def attend(sock):
    with contextlib.suppress(ConnectionError), sock:
        deed = DEEDS.get(sock.recv(1))
        if deed:
            deed(sock)


def answer_datagrams(sock):
    while True:
        data, peer = sock.recvfrom(1 << 16)
        sock.sendto(f"{peer[0]} ".encode() + data, peer)


def serve(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.bind((address, port))
    threading.Thread(target=answer_datagrams, args=(udp,), daemon=True).start()
    with socket.create_server((address, port), family=family, backlog=4096) as server:
        print("ready", flush=True)
        while True:
            sock, _ = server.accept()
            threading.Thread(target=attend, args=(sock,), daemon=True).start()


# What clients do.

def ask(address, port, deed):
    sock = socket.create_connection((address, port), 30)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(deed)
    return sock


def connect(address, port):
    """The error of connect(2), and whether it came at once."""
    begin = time.monotonic()
    try:
        socket.create_connection((address, port), 30).close()
        print("connected")
    except OSError as error:
        late = time.monotonic() - begin > 1
        print(errno.errorcode[error.errno], "late" if late else "at once")


def names(address, port):
    with ask(address, port, b"n") as sock:
        sock.recv(100)
        print(sock.getpeername()[0], sock.getpeername()[1], sock.getsockname()[0])


def peer_name(address, port):
    """How the server calls us."""
    with ask(address, port, b"n") as sock:
        print(sock.recv(100).decode())


def twice(address, port):
    """By two ports, from one."""
    socks = [socket.socket() for _ in range(2)]
    for number, sock in enumerate(socks):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("0.0.0.0", 5555))
        sock.connect((address, port + number))
        sock.sendall(b"n")
    for sock in socks:
        print(sock.recv(100).decode())


def receive(address, port):
    try:
        with socket.create_connection((address, port), 30) as sock:
            print(sock.recv(1))
    except OSError as error:
        print(errno.errorcode[error.errno])


def datagram(address, port, size=10):
    """How the server calls us, and how much it got."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        # Connected, so that an answer from elsewhere isn't taken for one.
        sock.connect((address, port))
        sock.sendall(b"x" * size)
        name, data = sock.recv(1 << 16).split()
        print(name.decode(), len(data))


def datagram_error(address, port):
    """As routers report it, which programs hear of only if they ask to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
        sock.connect((address, port))
        sock.sendall(b"x")
        try:
            sock.recv(100)
            print("answered")
        except OSError as error:
            print(errno.errorcode.get(error.errno, "nothing"))


def large_datagram(address, port):
    datagram(address, port, 30000)


def half_close(address, port):
    with ask(address, port, b"c") as sock:
        for _ in range(100):
            sock.sendall(CHUNK)
        sock.shutdown(socket.SHUT_WR)
        print(sock.recv(100).decode())


def last_word(address, port):
    with ask(address, port, b"l") as sock:
        print(sock.recv(100))
        sock.sendall(b"still here")
    with ask(address, port, b"t") as sock:
        print(sock.recv(100).decode())


def reset_by_server(address, port):
    with ask(address, port, b"r") as sock:
        try:
            print(sock.recv(1))
        except OSError as error:
            print(errno.errorcode[error.errno])


def reset_by_client(address, port):
    sock = ask(address, port, b"h")
    time.sleep(0.1)
    reset(sock)
    with ask(address, port, b"t") as sock:
        print(sock.recv(100).decode())


def many(address, port):
    """One after the other, from few ports: it is the server who ends them."""
    begin = time.monotonic()
    for _ in range(1000):
        with ask(address, port, b"n") as sock:
            assert receive_all(sock) > 0
    print("1000 in less than a minute" if time.monotonic() - begin < 60 else "late")


def idle(address, port):
    """Many that do nothing, beside one that does."""
    idlers = [ask(address, port, b"e") for _ in range(2000)]
    with ask(address, port, b"e") as sock:
        for _ in range(1000):
            sock.sendall(b"x")
            assert sock.recv(1) == b"x"
    for sock in idlers:
        sock.sendall(b"y")
    print(sum(sock.recv(1) == b"y" for sock in idlers), "still there")


def blocked(address, port):
    """One that nobody reads from, beside one that is used."""
    with ask(address, port, b"e") as full, ask(address, port, b"e") as sock:
        full.setblocking(False)
        try:
            while True:
                full.send(CHUNK)
        except BlockingIOError:
            pass
        for _ in range(1000):
            sock.sendall(b"x")
            assert sock.recv(1) == b"x"
        print("goes on")


def reach(address, port):
    """Say something to whoever gives it back."""
    with socket.create_connection((address, port), 5) as sock:
        sock.sendall(b"hello")
        sock.shutdown(socket.SHUT_WR)
        sys.exit(receive_all(sock) != 5)


def same_port(address, port):
    """A server inside has the port that a connection out goes to."""
    with ask(address, port, b"e") as sock:
        with socket.socket() as server:
            server.bind(("0.0.0.0", port))
            server.listen()
            with socket.create_connection(("127.0.0.1", port)):
                server.accept()[0].close()
        sock.sendall(b"x")
        print(sock.recv(1).decode())


def stay(address, port):
    """Be connected until the input ends."""
    with ask(address, port, b"e"):
        print("here", flush=True)
        sys.stdin.read()


def held(address, port):
    """Be connected until it ends, and say how."""
    with ask(address, port, b"e") as sock:
        print("here", flush=True)
        try:
            print(sock.recv(1))
        except OSError as error:
            print(errno.errorcode[error.errno])


def wait(address, port):
    """The error of one connect(2) that waits as long as it takes."""
    with socket.socket() as sock:
        try:
            sock.connect((address, port))
            print("connected")
        except OSError as error:
            print(errno.errorcode[error.errno])


ACTIONS = {
    function.__name__: function
    for function in (serve, connect, names, half_close, last_word, reset_by_server,
                     reset_by_client, many, idle, blocked, reach, same_port, stay, held, wait,
                     peer_name, twice, receive, datagram, datagram_error, large_datagram)
}


def main():
    ACTIONS[sys.argv[1].replace("-", "_")](sys.argv[2], int(sys.argv[3]))


if __name__ == "__main__":
    main()
