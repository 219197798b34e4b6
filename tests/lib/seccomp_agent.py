# SPDX-License-Identifier: Apache-2.0
"""Who is notified of system calls: the other side of linux.seccomp.listenerPath.

    seccomp_agent.py SOCKET OUTPUT COUNT [DELAY]

Listens at SOCKET for COUNT connections. From each it takes what a runtime
says, appends that to OUTPUT as one line, and from then on answers all that
the filter asks: getppid(2) gives 4242, mkdir(2) of everything fails with
ENAMETOOLONG, any other call goes on. DELAY: seconds between a connection and
its first answer. Ends when no process has the filters any more.
"""
import array
import ctypes
import errno
import fcntl
import json
import os
import select
import socket
import sys
import time

NR_MKDIR, NR_MKDIRAT, NR_GETPPID = 83, 258, 110
IOCTL_RECV, IOCTL_SEND = 0xC0502100, 0xC0182101
CONTINUE = 1


class Notification(ctypes.Structure):
    """struct seccomp_notif"""
    _fields_ = [
        ("id", ctypes.c_uint64), ("pid", ctypes.c_uint32),
        ("flags", ctypes.c_uint32), ("nr", ctypes.c_int),
        ("arch", ctypes.c_uint32), ("ip", ctypes.c_uint64),
        ("args", ctypes.c_uint64 * 6)]


class Answer(ctypes.Structure):
    """struct seccomp_notif_resp"""
    _fields_ = [
        ("id", ctypes.c_uint64), ("val", ctypes.c_int64),
        ("error", ctypes.c_int32), ("flags", ctypes.c_uint32)]


def receive(listener, output):
    """One connection: what is said in one message, then its end."""
    connection, _ = listener.accept()
    fds = array.array("i")
    text, control, _, _ = connection.recvmsg(
        65536, socket.CMSG_LEN(4 * fds.itemsize))
    for level, kind, data in control:
        assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        fds.frombytes(data)
    said = json.loads(text)
    assert len(fds) == len(said["fds"]) == 1, (fds, said)
    assert connection.recv(1) == b"", "more than one message"
    with open(output, "a", encoding="utf-8") as file:
        file.write(json.dumps(said) + "\n")
    return fds[0]


def answer(fd):
    """One notification."""
    asked = Notification()
    try:
        fcntl.ioctl(fd, IOCTL_RECV, asked)
        reply = Answer(id=asked.id)
        if asked.nr == NR_GETPPID:
            reply.val = 4242
        elif asked.nr in (NR_MKDIR, NR_MKDIRAT):
            reply.error = -errno.ENAMETOOLONG
        else:
            reply.flags = CONTINUE
        fcntl.ioctl(fd, IOCTL_SEND, reply)
    except OSError as error:
        # Whoever asked is gone.
        assert error.errno == errno.ENOENT, error


def main():
    path, output, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    delay = float(sys.argv[4]) if len(sys.argv) > 4 else 0
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # A path may be longer than an address: by the directory then.
    os.chdir(os.path.dirname(path))
    listener.bind(os.path.basename(path))
    listener.listen(8)
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    held = set()
    while count or held:
        for fd, events in poll.poll(20000) or sys.exit("nothing to do"):
            if fd == listener.fileno():
                held.add(receive(listener, output))
                count -= 1
                time.sleep(delay)
                for one in held:
                    poll.register(one, select.POLLIN)
                if not count:
                    poll.unregister(listener)
            elif events & select.POLLIN:
                answer(fd)
            else:
                poll.unregister(fd)
                held.remove(fd)
                os.close(fd)


main()
