#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What can be reached? For the network tests; a line for each that is tried.

net_reach.py WHAT...     tcp4/HOST/PORT, tcp6/..., udp4/..., udp6/HOST/PORT[/SIZE]
                         (there is an echo to be expected), ping/HOST
"""
import errno
import socket
import subprocess
import sys
import time

KINDS = {
    "tcp4": (socket.AF_INET, socket.SOCK_STREAM),
    "tcp6": (socket.AF_INET6, socket.SOCK_STREAM),
    "udp4": (socket.AF_INET, socket.SOCK_DGRAM),
    "udp6": (socket.AF_INET6, socket.SOCK_DGRAM),
}


def ping(host):
    result = subprocess.run(["ping", "-n", "-c1", "-W3", host], capture_output=True, check=False)
    if result.returncode == 0:
        return "works"
    told = b"filtered" in result.stdout or b"prohibited" in result.stdout
    return "is filtered" if told else "no answer"


def echo(kind, host, port, size="5"):
    family, way = KINDS[kind]
    sent = b"x" * int(size)
    where = socket.getaddrinfo(host, int(port), family, way)[0][4]
    with socket.socket(family, way) as sock:
        sock.settimeout(4)
        sock.connect(where)
        sock.sendall(sent)
        received = sock.recv(65536)
    return "works" if received == sent else f"{len(received)} bytes"


def attempt(kind, *rest):
    begin = time.monotonic()
    try:
        result = ping(*rest) if kind == "ping" else echo(kind, *rest)
    except socket.gaierror as error:
        result = "has no such name" if error.errno == socket.EAI_NONAME else "isn't named"
    except TimeoutError:
        result = "timeout"
    except OSError as error:
        result = errno.errorcode[error.errno]
    return result + " late" * (result != "timeout" and time.monotonic() - begin > 2)


for what in sys.argv[1:]:
    print(f"{what} {attempt(*what.split('/'))}", flush=True)
