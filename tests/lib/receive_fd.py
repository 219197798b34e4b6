# SPDX-License-Identifier: Apache-2.0
"""The other side of --console-socket and --pidfd-socket.

    receive_fd.py SOCKET tty|pidfd [OUTPUT]

Listens at SOCKET, takes one message with one descriptor, and prints what it
said. A terminal is read until its other side is gone; a pidfd is waited for.
Everything goes to OUTPUT, written at the end, but for the pid.
"""
import array
import os
import select
import socket
import sys


def receive(path):
    """One message: its text and the one descriptor."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # A path may be longer than an address: by the directory then.
    os.chdir(os.path.dirname(path))
    listener.bind(os.path.basename(path))
    listener.listen(1)
    listener.settimeout(20)
    connection, _ = listener.accept()
    connection.settimeout(20)
    fds = array.array("i")
    text, control, _, _ = connection.recvmsg(
        4096, socket.CMSG_LEN(4 * fds.itemsize))
    for level, kind, data in control:
        assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        fds.frombytes(data)
    assert len(fds) == 1, fds
    return text.decode(), fds[0]


def read_all(fd):
    """What a terminal shows until nobody has its other side."""
    seen = b""
    while True:
        try:
            chunk = os.read(fd, 4096)
        except OSError:
            chunk = b""
        if not chunk:
            return seen.decode().replace("\r\n", "\n")
        seen += chunk


def main():
    path, kind = sys.argv[1], sys.argv[2]
    text, fd = receive(path)
    report = ""
    if kind == "tty":
        report = f"name {text}\n{read_all(fd)}"
    else:
        with open(f"/proc/self/fdinfo/{fd}", encoding="ascii") as info:
            pid = [line.split()[1] for line in info if line.startswith("Pid:")]
        with open(sys.argv[3], "w", encoding="utf-8") as output:
            output.write(f"pid {pid[0]}\n")
        ready, _, _ = select.select([fd], [], [], 20)
        report = "ended\n" if ready else "runs\n"
    with open(sys.argv[3], "a", encoding="utf-8") as output:
        output.write(report)


main()
