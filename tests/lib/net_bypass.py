#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What programs in a container with slirp:bypass=true do with their sockets.

net_bypass.py WHAT [ADDRESS PORT]   prints what it saw

Nobody answers at 192.0.2.9.
"""
import contextlib
import errno
import os
import signal
import socket
import struct
import sys
import threading
import time

NOWHERE = ("192.0.2.9", 7000)


def name_of(error):
    return errno.errorcode[error.errno]


def attempt(sock, address):
    try:
        sock.connect(address)
        return "connected"
    except OSError as error:
        return name_of(error)


def parallel(address, port):
    """200 at once, half of them without waiting, from several processes."""
    pids = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if one_of_four(address, port) == 50 else 1)
        pids.append(pid)
    print(sum(os.waitpid(pid, 0)[1] == 0 for pid in pids), "times 50")


def one_of_four(address, port):
    done = []

    def talk(number):
        with socket.socket() as sock:
            if number % 2:
                sock.settimeout(20)
            sock.connect((address, port))
            sock.sendall(b"e" + bytes([number]))
            if sock.recv(1) == bytes([number]):
                done.append(sock.getsockname()[0] == address)

    threads = [threading.Thread(target=talk, args=(i,)) for i in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def slow(address, port):
    """Connections that nobody answers, and one beside them."""
    for _ in range(20):
        threading.Thread(target=attempt, args=(socket.socket(), NOWHERE),
                         daemon=True).start()
    time.sleep(0.2)
    begin = time.monotonic()
    with socket.create_connection((address, port)):
        print("at once" if time.monotonic() - begin < 0.5 else "late")
    sys.stdout.flush()
    os._exit(0)


def interrupted():
    """A handler runs while connect(2) waits, which says so (PEP 475 retries)."""
    begin = time.monotonic()

    def handler(*_):
        raise InterruptedError

    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        socket.socket().connect(NOWHERE)
    except InterruptedError:
        print("interrupted", "at once" if time.monotonic() - begin < 1 else "late")


def patience():
    """SO_SNDTIMEO"""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 300000))
    begin = time.monotonic()
    print(attempt(sock, NOWHERE), "in time" if 0.2 < time.monotonic() - begin < 1 else "not in time")


def local():
    """What stays in the container: its loopback, and sockets that aren't TCP."""
    with socket.create_server(("127.0.0.1", 7001)) as server, \
            socket.create_connection(("127.0.0.1", 7001)) as client:
        client.sendall(b"x")
        print("tcp", server.accept()[0].recv(1))
    sock = socket.socket()
    print("refused", attempt(sock, ("127.0.0.1", 7005)), attempt(sock, ("127.0.0.1", 7005)))
    with socket.create_server(("127.0.0.1", 7005)):
        print("then", attempt(sock, ("127.0.0.1", 7005)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
        one.bind(("127.0.0.1", 7001))
        two.connect(("127.0.0.1", 7001))
        two.send(b"x")
        print("udp", one.recv(1))
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("/tmp/socket")
        server.listen()
        client.connect("/tmp/socket")
        creds = server.accept()[0].getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        print("unix", struct.unpack("iII", creds) == (os.getpid(), os.getuid(), os.getgid()))
    with socket.socket(socket.AF_UNIX) as client:
        print("no path", attempt(client, "/tmp/none"))


def bound(address, port):
    """Who has chosen an address or port keeps it, and so its own socket."""
    with socket.socket() as sock:
        sock.bind(("0.0.0.0", 5555))
        sock.connect((address, port))
        print(sock.getsockname())
    with socket.socket() as sock:
        sock.bind(("10.0.2.100", 0))
        sock.connect((address, port))
        print(sock.getsockname()[0])


def one(address, port):
    """Whose socket it is, if there is a connection."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as sock:
        sock.settimeout(10)
        what = attempt(sock, (address, port))
        print(sock.getsockname()[0] if what == "connected" else what)


def closed():
    """All names that the host's loopback has."""
    for address in ("127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.2.2", "10.0.2.3",
                    "10.0.2.100", "::1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0",
                    "::ffff:10.0.2.2", "::127.0.0.1", "fd00::2", "fd00::3"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        for timeout in (0.5, None):
            with socket.socket(family) as sock:
                sock.settimeout(timeout)
                if timeout is None:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO,
                                    struct.pack("ll", 0, 500000))
                with contextlib.suppress(OSError):
                    sock.connect((address, 7001))
                    print(address, "is open")


def orphaned(address, port):
    """Goes on when its supervisor is gone: what is connected stays so."""
    sock = socket.create_connection((address, port))
    failed = socket.socket()
    failed.setblocking(False)
    attempt(failed, (address, 7002))
    time.sleep(0.2)
    print("ready", flush=True)
    sys.stdin.readline()
    sock.sendall(b"ex")
    print(sock.recv(1))
    for other in (sock, failed, socket.socket()):
        print(attempt(other, ("127.0.0.1", 7001)), attempt(other, (address, port)))
    for call in (lambda: failed.listen(), lambda: failed.bind(("", 7003))):
        try:
            call()
            print("done")
        except OSError as error:
            print(name_of(error))


def greet(address, port):
    """A server on the host that notes that it was reached."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family) as server, \
            open("/run/visits", "a", encoding="ascii") as visits:
        print("ready", flush=True)
        while True:
            sock, _ = server.accept()
            with contextlib.suppress(OSError), sock:
                sock.sendall(b"x")
            print(f"{address} was reached", file=visits, flush=True)


def main():
    arguments = sys.argv[2:]
    if arguments:
        arguments[1] = int(arguments[1])
    globals()[sys.argv[1]](*arguments)


if __name__ == "__main__":
    main()
