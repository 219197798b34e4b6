#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Packets that have broken user-mode networks, or should get nowhere.

net_attacks.py groups                   names of the groups
net_attacks.py send INTERFACE GROUP...  sends them, from a container with raw
                                        sockets, by its interface of either kind
net_attacks.py reach                    tries the host's loopback and link-local
                                        addresses by ordinary sockets, and prints
                                        those for which something went out
net_attacks.py ask SOCKET               requests to the API; prints those that
                                        were not answered
net_attacks.py talk ADDRESS             says what libslirp's protocol helpers
                                        fell to, over TCP; it has to come back
                                        as it was
net_attacks.py serve PORT...            whoever is reached says so: prints to
                                        what address and port, and gives back
                                        what it gets
net_attacks.py seeds TARGET DIRECTORY   the same packets for a fuzz target, and
                                        requests to the API for that one

Whoever is outside and is reached by a packet from here was reached by
b"leaked". Names of groups begin with the CVE where there is one.
"""
import itertools
import json
import os
import socket
import struct
import subprocess
import sys
import threading

GUEST, GATEWAY, NAMESERVER = "10.0.2.100", "10.0.2.2", "10.0.2.3"
GUEST6, GATEWAY6, NAMESERVER6 = "fd00::100", "fd00::2", "fd00::3"
OUTSIDE, OUTSIDE6 = "192.0.2.1", "2001:db8::1"
GUEST_ETHER = bytes.fromhex("52550a000264")
GATEWAY_ETHER = bytes.fromhex("52550a000202")
OTHER_ETHER = bytes.fromhex("52550a0002ff")
PORT = 7000
FORGED_PORT = 7001  # of what comes from somebody else
TCP, UDP, ICMP, ICMP6, FRAGMENT = 6, 17, 1, 58, 44
SYN, ACK, URG = 2, 16, 32


# Packets, by layers. Whatever is given by name replaces what would be right.

def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def ip4(dst, protocol, payload, src=GUEST, options=b"", version=4, ihl=None,
        total=None, ident=1, fragment=0, hops=64):
    head = 20 + len(options)
    ihl = head // 4 if ihl is None else ihl
    total = head + len(payload) if total is None else total
    start = struct.pack(">BBHHHBBH4s4s", version << 4 | ihl, 0, total & 0xFFFF, ident,
                        fragment, hops, protocol, 0, address(src), address(dst)) + options
    return start[:10] + struct.pack(">H", checksum(start)) + start[12:] + payload


def ip6(dst, protocol, payload, src=GUEST6, length=None, hops=255, version=6):
    length = len(payload) if length is None else length
    return struct.pack(">IHBB16s16s", version << 28, length, protocol, hops,
                       address(src), address(dst)) + payload


def ip(dst, protocol, payload, **how):
    make = ip6 if ":" in dst else ip4
    return make(dst, protocol, payload, **how)


def summed(dst, protocol, segment, at, src=None):
    """The segment with its checksum at its place."""
    if protocol == ICMP:
        pseudo = b""
    elif ":" in dst:
        pseudo = address(src or GUEST6) + address(dst) + struct.pack(">IHBB", len(segment), 0, 0, protocol)
    else:
        pseudo = address(src or GUEST) + address(dst) + struct.pack(">BBH", 0, protocol, len(segment))
    return segment[:at] + struct.pack(">H", checksum(pseudo + segment)) + segment[at + 2:]


def udp(dst, port, payload=b"leaked", length=None, src=None, sport=40000, **how):
    length = 8 + len(payload) if length is None else length
    segment = struct.pack(">HHHH", sport, port, length & 0xFFFF, 0) + payload
    if src:
        how["src"] = src
    return ip(dst, UDP, summed(dst, UDP, segment, 6, src), **how)


def tcp(dst, port, flags=SYN, payload=b"", offset=5, urgent=0, src=None, sport=40000, seq=1, ack=1, **how):
    segment = struct.pack(">HHIIBBHHH", sport, port, seq, ack, offset << 4, flags, 1024, 0, urgent) + payload
    if src:
        how["src"] = src
    return ip(dst, TCP, summed(dst, TCP, segment, 16, src), **how)


def icmp(dst, kind, code=0, body=b"\0\1\0\1leaked", src=None, **how):
    protocol = ICMP6 if ":" in dst else ICMP
    if src:
        how["src"] = src
    return ip(dst, protocol, summed(dst, protocol, struct.pack(">BBH", kind, code, 0) + body, 2, src), **how)


def echo(dst, body=b"\0\1\0\1leaked", **how):
    return icmp(dst, 128 if ":" in dst else 8, 0, body, **how)


def pieces(dst, protocol, whole, cuts, ident=1):
    """Fragments: cuts are (first byte, behind the last, more follow)."""
    for first, end, more in cuts:
        if ":" in dst:
            own = struct.pack(">BBHI", protocol, 0, first | more, ident)
            yield ip6(dst, FRAGMENT, own + whole[first:end])
        else:
            yield ip4(dst, protocol, whole[first:end], ident=ident,
                      fragment=(0x2000 if more else 0) | first // 8)


def frame(kind, payload, src=GUEST_ETHER, dst=GATEWAY_ETHER):
    """A whole Ethernet frame: a tuple, which is no packet."""
    return (dst, src, kind, payload)


def arp(op, sender, sender_ether, target, size=28):
    packet = struct.pack(">HHBBH6s4s6s4s", 1, 0x800, 6, 4, op, sender_ether,
                         address(sender), GATEWAY_ETHER, address(target))
    return frame(0x806, packet[:size], sender_ether)


# The groups.

BOTH = [(OUTSIDE, GATEWAY, NAMESERVER), (OUTSIDE6, GATEWAY6, NAMESERVER6)]
EVERYWHERE = [dst for family in BOTH for dst in family]
LOOPBACK = ["127.0.0.1", "127.0.0.53", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::",
            "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "::ffff:10.0.2.2",
            "::ffff:192.0.2.1", "::ffff:0:127.0.0.1", "fe80::1", "fe80::2", "febf::1",
            "ff01::1", "ff02::1", "224.0.0.1", "255.255.255.255", "10.0.2.255"]
UDP_WHOLE = struct.pack(">HHHH", 40000, PORT, 2008, 0) + b"x" * 2000


def lengths4():
    sound = udp(OUTSIDE, PORT, b"x" * 100)
    yield from (sound[:size] for size in range(1, 40))
    yield from (udp(OUTSIDE, PORT, total=total) for total in (0, 19, 20, 27, 35, 1500, 65535))
    yield from (udp(OUTSIDE, PORT, ihl=ihl) for ihl in (0, 1, 4, 6, 15))
    yield from (udp(OUTSIDE, PORT, version=version) for version in (0, 3, 5, 15))
    yield udp(OUTSIDE, PORT, hops=0)


def lengths6():
    sound = udp(OUTSIDE6, PORT, b"x" * 100)
    yield from (sound[:size] for size in range(1, 60))
    yield from (udp(OUTSIDE6, PORT, **{"length": length}) for length in (0, 7, 13, 15, 1500, 65535))
    yield ip6(OUTSIDE6, UDP, struct.pack(">HHHH", 40000, PORT, 14, 0) + b"leaked", length=0)
    yield ip6(OUTSIDE6, TCP, b"x" * 19)
    yield udp(OUTSIDE6, PORT, hops=0)


def lengths_of_segments():
    for dst in EVERYWHERE:
        yield from (udp(dst, 53, length=length) for length in (0, 7, 8, 13, 15, 65535))
        yield from (ip(dst, UDP, b"x" * size) for size in range(9))
        yield from (ip(dst, TCP, b"x" * size) for size in range(21))
        yield from (tcp(dst, 53, offset=offset) for offset in range(16))
        yield from (ip(dst, protocol, b"x" * size) for size in range(9) for protocol in (ICMP, ICMP6))


def dns():
    head = struct.pack(">HHHHHH", 7, 0x100, 1, 0, 0, 0)
    for dst in (NAMESERVER, NAMESERVER6):
        yield from (udp(dst, 53, head[:size]) for size in range(13))
        yield from (udp(dst, 53, head + label) for label in (
            b"\xc0\x0c\0\1\0\1", b"\x3f" + b"a" * 10, b"\x40" * 70, b"\1a" * 130 + b"\0\0\1\0\1",
            b"\0", b"\0\0\1", b"\1a\0\0\1\0", b"\xff" * 500, (b"\x3f" + b"a" * 63) * 4 + b"\0\0\1\0\1"))
        yield udp(dst, 53, struct.pack(">HHHHHH", 7, 0x100, 65535, 65535, 65535, 65535) + b"\1a\0\0\1\0\1")
        yield udp(dst, 53, head + b"\1a\0\0\1\0\1" + b"x" * 3000)


def floods_of_fragments():
    for dst, _, _ in BOTH:
        for ident in range(300):
            yield from pieces(dst, UDP, UDP_WHOLE, [(0, 1000, 1)], ident)
        for ident in range(100):
            yield from pieces(dst, UDP, UDP_WHOLE, [(1000, 2008, 0)], 1000 + ident)


def overlaps():
    for dst, _, _ in BOTH:
        for ident, cuts in enumerate([
                [(0, 1000, 1), (504, 1504, 1), (1504, 2008, 0)],  # teardrop
                [(0, 1000, 1), (496, 504, 0)],
                [(0, 1000, 1), (0, 1000, 1), (1000, 2008, 0)],
                [(1000, 2008, 0), (0, 1000, 1), (0, 8, 1)],
                [(1000, 2008, 0), (1200, 2008, 0), (0, 1000, 1)],
                [(1504, 2008, 0), (1000, 2000, 1), (0, 1000, 1)],
                [(8, 16, 1), (0, 2008, 0)],
                [(0, 2008, 1), (0, 2008, 0)]]):
            yield from pieces(dst, UDP, UDP_WHOLE, cuts, 500 + ident)


def fragments_beyond():
    """Of datagrams that end behind the largest there may be."""
    for dst, _, _ in BOTH:
        for ident, offset in enumerate((65528, 65512, 65504, 65496, 64000)):
            tail = b"x" * 2008
            more = offset & 0xFFF8
            if ":" in dst:
                yield ip6(dst, FRAGMENT, struct.pack(">BBHI", UDP, 0, more, 700 + ident) + tail)
            else:
                yield ip4(dst, UDP, tail, ident=700 + ident, fragment=more // 8)
            yield from pieces(dst, UDP, UDP_WHOLE, [(0, 1000, 1)], 700 + ident)


def fragments_odd():
    for dst, _, _ in BOTH:
        yield from pieces(dst, UDP, UDP_WHOLE, [(0, 0, 1), (0, 0, 0), (8, 8, 0), (0, 1, 1), (0, 7, 1)], 800)
        yield from pieces(dst, UDP, UDP_WHOLE, [(1000, 2008, 0), (0, 1000, 1)], 801)  # last one first
        yield from pieces(dst, UDP, UDP_WHOLE, [(0, 2008, 0)], 802)  # the only one
        yield from pieces(dst, TCP, tcp(dst, PORT)[-20:] + b"x" * 100, [(0, 8, 1), (8, 120, 0)], 803)
        yield from pieces(dst, ICMP6 if ":" in dst else ICMP, b"\x08\0\0\0" + b"x" * 2000,
                          [(0, 1000, 1), (1000, 2004, 0)], 804)
        yield from pieces(dst, 47, UDP_WHOLE, [(0, 1000, 1), (1000, 2008, 0)], 805)
    yield ip6(OUTSIDE6, FRAGMENT, b"\x11\0\0\0")
    yield ip6(OUTSIDE6, FRAGMENT, struct.pack(">BBHI", FRAGMENT, 0, 0, 9) + struct.pack(">BBHI", UDP, 0, 0, 9))
    yield ip4(OUTSIDE, UDP, UDP_WHOLE, fragment=0xA000)
    yield ip4(OUTSIDE, UDP, UDP_WHOLE, fragment=0x6000)


def boot():
    for dst, port in itertools.product((GATEWAY, NAMESERVER, "255.255.255.255", OUTSIDE), (67, 68)):
        yield from (udp(dst, port, b"\1\1\6\0" + b"\0" * size, sport=68) for size in (0, 1, 32, 100, 236, 300, 544))
        yield udp(dst, port, b"", sport=68)
        # An option that is longer than what is left.
        yield udp(dst, port, b"\1\1\6\0" + b"\0" * 232 + b"\x63\x82\x53\x63\x35\xff\x01", sport=68)
    for dst in (GATEWAY6, "ff02::1:2", NAMESERVER6):
        for port in (546, 547):
            yield from (udp(dst, port, b"\x0b\1\2\3" + struct.pack(">HH", 1, size) + b"x" * 1200, sport=546)
                        for size in (0, 8, 1200, 65535))
            yield from (udp(dst, port, b"\x0b\1\2\3"[:size], sport=546) for size in range(5))


def tftp():
    for dst in EVERYWHERE:
        yield from (udp(dst, 69, b"\0\1/etc/passwd\0octet\0blksize\0%d\0" % size) for size in (0, 8, 65464, 10**12))
        yield from (udp(dst, 69, b"\0\1a\0octet\0"[:size]) for size in range(10))
        yield udp(dst, 69, b"\0\1" + b"../" * 100 + b"\0octet\0")


def urgent():
    for dst in EVERYWHERE:
        yield from (tcp(dst, 53, flags, b"x" * size, urgent=at) for flags in (URG | SYN, URG | ACK, URG | ACK | 8)
                    for at in (0, 1, 5, 65535) for size in (0, 5))


def flags():
    for dst in EVERYWHERE:
        yield from (tcp(dst, 53, bits, b"x" * size) for bits in range(256) for size in (0, 3))


def options():
    for text in (b"\x83\x07\x04" + socket.inet_aton("127.0.0.1") + b"\0",  # loose source route
                 b"\x89\x07\x04" + socket.inet_aton("10.0.2.2") + b"\0",  # strict
                 b"\x07\x27\x04" + b"\0" * 37,  # record route
                 b"\x44\x28\x05\x01" + b"\0" * 36,  # timestamps
                 b"\x94\x04\0\0", b"\x83\0\0\0", b"\x83\xff\xff\xff", b"\x01" * 40, b"\0" * 4):
        yield udp(OUTSIDE, PORT, options=text)
        yield tcp(OUTSIDE, PORT, options=text)
        yield echo(GATEWAY, options=text)


def extension_headers():
    inner = udp(OUTSIDE6, PORT)[40:]
    padding = b"\1\4\0\0\0\0"
    for kind in (0, 60, 43, 51, 135, 139, 140):
        yield ip6(OUTSIDE6, kind, bytes([UDP, 0]) + padding + inner)
        yield ip6(OUTSIDE6, kind, bytes([UDP, 255]) + padding + inner)
        yield ip6(OUTSIDE6, kind, bytes([kind, 0]) * 4)
        yield ip6(OUTSIDE6, kind, (bytes([kind, 0]) + padding) * 100 + bytes([UDP, 0]) + padding + inner)
    yield ip6(OUTSIDE6, 43, bytes([UDP, 2, 0, 1, 0, 0, 0, 0]) + address("::1") + inner)  # routing, type 0
    yield ip6(OUTSIDE6, 50, b"x" * 40)
    yield ip6(OUTSIDE6, 59, b"x" * 40)
    yield ip6(OUTSIDE6, 0, bytes([59, 0, 0xC2, 4]) + struct.pack(">I", 70000), length=0)  # jumbogram


def discovery():
    """Who is where, and who is the router."""
    link = b"\1\1" + OTHER_ETHER
    target = b"\2\1" + OTHER_ETHER
    for src in (GUEST6, "fe80::1", "::", GATEWAY6):
        for dst in ("ff02::1", GATEWAY6, OUTSIDE6):
            yield icmp(dst, 134, 0, struct.pack(">BBHII", 64, 0xC0, 9000, 0, 0) + link, src=src)
            yield icmp(dst, 133, 0, b"\0" * 4 + link, src=src)
            yield from (icmp(dst, kind, 0, b"\xe0\0\0\0" + address(who) + target, src=src)
                        for kind in (135, 136) for who in (GUEST6, GATEWAY6, NAMESERVER6, "fd00::103", "::1", OUTSIDE6))
            yield icmp(dst, 137, 0, b"\0" * 4 + address(OUTSIDE6) + address(GATEWAY6), src=src)
            yield icmp(dst, 135, 0, b"\0" * 4 + address(GUEST6) + b"\1\0" + OTHER_ETHER, src=src)
            yield icmp(dst, 135, 0, b"\0" * 4, src=src)
            yield icmp(dst, 143, 0, b"\0\0\0\1\4\0\0\0" + address("ff02::1"), src=src)
    # More of them than there is room for.
    yield from (icmp(GATEWAY6, 136, 0, b"\xe0\0\0\0" + address(f"fd00::{n + 1000:x}") + target) for n in range(64))


def arp_forgeries():
    for who in (GATEWAY, NAMESERVER, GUEST, "10.0.2.103", "10.0.2.55", "127.0.0.1", "0.0.0.0", OUTSIDE):
        for op in (1, 2, 3, 8):
            yield arp(op, who, OTHER_ETHER, GUEST)
            yield arp(op, who, GUEST_ETHER, who)
    yield from (arp(1, f"10.0.2.{n}", GUEST_ETHER, f"10.0.2.{n}") for n in range(110, 180))


def arp_short():
    yield from (arp(1, GUEST, GUEST_ETHER, GATEWAY, size) for size in range(28))


def ncsi():
    yield from (frame(0x88F8, b"\0\1\0\1" + b"x" * size) for size in (0, 1, 12, 60))
    yield from (frame(kind, udp(OUTSIDE, PORT)) for kind in (0, 0x5DC, 0x8100, 0x88A8, 0x8863, 0x86DD))


def senders():
    for src in ("127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "10.0.2.255", GATEWAY, NAMESERVER,
                "10.0.2.103", "10.0.2.104", "10.0.2.55", OUTSIDE, "192.0.2.7"):
        for dst in (OUTSIDE, GATEWAY, NAMESERVER, GUEST):
            yield udp(dst, FORGED_PORT, src=src)
            yield tcp(dst, FORGED_PORT, src=src)
            yield echo(dst, src=src)
    for src in ("::1", "::", "ff02::1", "fe80::1", "::ffff:127.0.0.1", GATEWAY6, NAMESERVER6, "fd00::103",
                "fd00::55", OUTSIDE6):
        for dst in (OUTSIDE6, GATEWAY6, NAMESERVER6, GUEST6):
            yield udp(dst, FORGED_PORT, src=src)
            yield tcp(dst, FORGED_PORT, src=src)
            yield echo(dst, src=src)
    # From oneself to oneself, from one port.
    yield tcp(GUEST, FORGED_PORT, sport=FORGED_PORT)
    yield tcp(GUEST6, FORGED_PORT, sport=FORGED_PORT)


def loopback():
    for dst in LOOPBACK:
        yield from (tcp(dst, PORT, sport=41000 + n) for n in range(2))
        yield udp(dst, PORT)
        yield echo(dst)
        whole = udp(dst, PORT, b"leaked" * 100)[40 if ":" in dst else 20:]
        yield from pieces(dst, UDP, whole, [(0, 304, 1), (304, 608, 0)], 900)
    yield udp(GATEWAY, PORT)
    yield tcp(GATEWAY, PORT)
    yield udp(GATEWAY6, PORT)
    yield tcp(GATEWAY6, PORT)


def echo_lengths():
    for dst in EVERYWHERE:
        yield from (echo(dst, b"x" * size) for size in range(5))
    for dst in (GATEWAY6, OUTSIDE6):
        yield from (echo(dst, length=length) for length in (0, 4, 7, 100, 1240, 65535))
    for dst in (GATEWAY, OUTSIDE):
        yield from (echo(dst, total=total) for total in (20, 27, 100, 1240, 65535))


def messages():
    """ICMP that nobody asked for, quoting what isn't there."""
    quote = udp(GUEST, 1)[:28]
    quote6 = udp(GUEST6, 1)[:48]
    for kind in range(256):
        yield icmp(OUTSIDE, kind, 4, b"\0\0\0\1" + quote)
        yield icmp(OUTSIDE6, kind, 4, b"\0\0\0\1" + quote6)
    for size in range(0, 28, 3):
        yield icmp(GATEWAY, 3, 3, b"\0\0\0\0" + quote[:size])
        yield icmp(GATEWAY6, 1, 4, b"\0\0\0\0" + quote6[:size])


def unreachable():
    """What is answered by an error must not be quoted further than it is."""
    for dst in ("198.51.100.1", GATEWAY):
        yield from (udp(dst, 9, b"x" * 8, total=total) for total in (28, 36, 576, 1500, 65535))
        yield udp(dst, 9, b"x" * 1000)
        yield udp(dst, 9, b"", hops=1)
    yield from (udp("2001:db8:1::1", 9, b"x" * 8, length=length) for length in (8, 16, 576, 65535))


def large():
    for dst, size in itertools.product(EVERYWHERE, (65535, 65520, 65519)):
        room = size - (40 if ":" in dst else 20)
        yield udp(dst, 53, b"x" * (room - 8))
        yield tcp(dst, 53, ACK, b"x" * (room - 20))
        yield echo(dst, b"\0\1\0\1" + b"x" * (room - 8))


def burst():
    """Small segments to a port that is served first, faster than they go."""
    yield from (tcp(OUTSIDE, port, SYN, sport=1024 + n) for n in range(2000) for port in (22, 23))


GROUPS = {
    "CVE-2019-14378 fragments that overlap": overlaps,
    "CVE-2019-15890 fragments without end": floods_of_fragments,
    "CVE-2020-1983 fragments beyond the end": fragments_beyond,
    "fragments of other kinds": fragments_odd,
    "CVE-2020-10756 echo requests of a wrong size": echo_lengths,
    "CVE-2020-29129 frames that aren't IP": ncsi,
    "CVE-2020-29130 ARP cut short": arp_short,
    "CVE-2021-3592 BOOTP and DHCPv6": boot,
    "CVE-2021-3593 segments of a wrong size": lengths_of_segments,
    "CVE-2021-3594 IPv4 packets of a wrong size": lengths4,
    "IPv6 packets of a wrong size": lengths6,
    "CVE-2021-3595 TFTP": tftp,
    "CVE-2026-9539 urgent data": urgent,
    "CVE-2026-120830 errors that quote too much": unreachable,
    "CVE-2026-120831 a burst": burst,
    "CVE-2020-10749 router and neighbour messages": discovery,
    "ARP in other names": arp_forgeries,
    "other senders": senders,
    "loopback and link-local destinations": loopback,
    "combinations of TCP flags": flags,
    "IP options": options,
    "IPv6 extension headers": extension_headers,
    "ICMP that nobody asked for": messages,
    "packets as large as can be": large,
    "DNS queries": dns,
}


# Sending.

def link(interface):
    # Not from /sys, which may be of another network namespace.
    text = subprocess.run(["ip", "-j", "-s", "link", "show", interface], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(text)[0]


def kind_of(packet):
    return 0x86DD if packet[0] >> 4 == 6 else 0x800


def send(interface, *groups):
    ethernet = link(interface)["link_type"] == "ether"
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW if ethernet else socket.SOCK_DGRAM, 0)
    sent = 0
    for packet in itertools.chain.from_iterable(GROUPS[name]() for name in groups):
        if not isinstance(packet, tuple):
            packet = frame(kind_of(packet), packet)
        dst, src, kind, payload = packet
        try:
            if ethernet:
                sock.sendto(dst + src + struct.pack(">H", kind) + payload, (interface, kind))
            elif payload:
                sock.sendto(payload, (interface, kind, 0, 0, b""))
            sent += 1
        except OSError:  # this kernel sends no such thing
            pass
    print("sent" if sent else "nothing could be sent")


# Addresses that stand for the host itself, or would if they were let through.
HOST = LOOPBACK[:11] + [GATEWAY, NAMESERVER, GATEWAY6, NAMESERVER6, "fe80::1%tap0", "fe80::aa%tap0"]


def packets_out():
    return link("tap0")["stats64"]["tx"]["packets"]


def reach():
    went = []
    for host in HOST:
        before = packets_out()
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                *_, where = socket.getaddrinfo(host, PORT, type=kind)[0]
                with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as sock:
                    sock.settimeout(0.2)
                    sock.connect(where)
                    sock.send(b"leaked")
                    if kind == socket.SOCK_STREAM:
                        print("connected to", host)
            except OSError:
                pass
        if packets_out() > before:
            went.append(host)
    print("went out:", *went)


def ask(path):
    unanswered = []
    for number, request in enumerate(REQUESTS + [b"x" * 4095, b"x" * 4096, b" " * 4097, b'{"a":"' + b"x" * 5000]):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(10)
            sock.connect(path)
            try:
                for at in range(0, len(request), 700):
                    sock.sendall(request[at:at + 700])
                sock.shutdown(socket.SHUT_WR)
            except OSError:  # it has heard enough
                pass
            answer = b""
            try:
                while data := sock.recv(1 << 16):
                    answer += data
            except ConnectionResetError:
                pass
        wants = bool(request)
        if wants != bool(answer) or (answer and not set(json.loads(answer)) & {"return", "error"}):
            unanswered.append(f"{number}: {request[:60]!r} {answer!r}")
    print("\n".join(unanswered) if unanswered else "all were answered")


# What libslirp's helpers of old protocols took to be theirs.
TALKS = {
    113: b"1,1\r\n" + b"113 , 7000\r\n" * 600,
    21: b"PORT 10,0,2,100,4,1\r\n" + b"227 Entering Passive Mode (10,0,2,100,4,1)\r\n" * 40,
    6667: b"PRIVMSG a :\1DCC CHAT chat 167772516 1025\1\r\n" + b"DCC SEND a 167772516 1025 1\n" * 60 +
          b"DCC MOVE " + b"9" * 500 + b" 1\n",
    514: b"1023\0user\0user\0" + b"x" * 3000 + b"\0",
    544: b"1023\0" + b"x" * 100,
    7070: b"\x50\x4e\x41\0" * 1000,
    517: b"\1" * 84,
    23: b"\xff\xfd\1" * 500,
}


def talk(host):
    for port, text in TALKS.items():
        for size in (len(text), 7):
            with socket.create_connection((host, port), 10) as sock:
                for at in range(0, len(text), size):
                    sock.sendall(text[at:at + size])
                sock.send(b"!", socket.MSG_OOB)
                sock.shutdown(socket.SHUT_WR)
                back = b"".join(iter(lambda sock=sock: sock.recv(1 << 16), b""))
            if back.replace(b"!", b"") != text.replace(b"!", b""):
                print(f"port {port}: not as it was")
    print("as it was")


def give_back(sock, name):
    print(*name, flush=True)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    try:
        with sock:
            while data := sock.recv(1 << 16):
                sock.sendall(data)
    except OSError:
        pass


def answer_datagrams(sock):
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    while True:
        data, more, _, peer = sock.recvmsg(1 << 16, 256)
        to = socket.inet_ntop(socket.AF_INET6, more[0][2][:16])
        print(to, "udp", data[:6].decode(errors="replace"), flush=True)
        sock.sendto(data, peer)


def attend(port):
    server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=4096)
    while True:
        sock, _ = server.accept()
        threading.Thread(target=give_back, args=(sock, sock.getsockname()[:2]), daemon=True).start()


def serve(*ports):
    for port in map(int, ports):
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(("::", port))
        threading.Thread(target=answer_datagrams, args=(sock,), daemon=True).start()
        threading.Thread(target=attend, args=(port,), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


# Seeds for fuzzing: see tests/fuzz/net_steps.h.

ETHER, SENDER, LENGTHS, SUMS, ACTION = 1, 2, 4, 8, 128
REQUESTS = [
    b"junk", b"", b"{}", b"[]", b"null", b"{" * 4096, b'{"execute":7}', b'{"execute":"no_such"}',
    b'{"execute":"list_hostfwd"}', b'{"execute":"list_hostfwd","arguments":[]}',
    b'{"execute":"add_hostfwd"}', b'{"execute":"add_hostfwd","arguments":{}}',
    b'{"execute":"remove_hostfwd","arguments":{"id":1}}',
    b'{"execute":"remove_hostfwd","arguments":{"id":-1}}',
] + [json.dumps({"execute": "add_hostfwd", "arguments": {
    "proto": proto, "host_addr": host, "host_port": port, "guest_addr": guest, "guest_port": inner}}).encode()
    for proto, host, port, guest, inner in [
        ("tcp", "127.0.0.1", 8080, "10.0.2.100", 80), ("udp", "0.0.0.0", 8080, "", 80),
        ("tcp6", "::1", 8081, "fd00::100", 80), ("udp6", "::", 8082, None, 80), ("tcp", "x" * 300, 1, "", 1),
        (None, None, None, None, None), (7, 7, "7", 7, "7"), ("tcp", "", 65536, "", 1), ("tcp", "", -1, "", 1),
        ("tcp", "", 1.5, "", 1), ("tcp", "fe80::1%lo", 1, "", 1), ("", "", 0, "", 0)]]


def step(flags_, data):
    return struct.pack("<BH", flags_, len(data)) + data


def seeds_of_packets():
    for name, make in GROUPS.items():
        packets = [packet for packet in make() if not isinstance(packet, tuple)]
        # Of large groups a few: a fuzzer finds the others by itself.
        few = packets[::max(1, len(packets) // 12)]
        yield name, b"".join(step(ETHER, packet[:2100]) for packet in few)
    for dst, _, _ in BOTH:
        family = 6 if ":" in dst else 4
        right = ETHER | SENDER | LENGTHS | SUMS
        serve_, ends, resets = (step(ACTION | wish, b"") for wish in (0, 1, 2))

        def segment(bits, seq, ack, payload=b"", dst=dst, right=right):
            return step(right, tcp(dst, PORT, bits, payload, seq=seq, ack=ack))

        # libslirp's numbers begin with 1.
        opened = segment(SYN, 1, 0) + serve_ * 2 + segment(ACK, 2, 2)
        said = segment(ACK | 8, 2, 2, b"hello") + serve_ * 2
        yield f"end {family}", opened + said + segment(ACK, 7, 7) + segment(ACK | 1, 7, 7) + serve_ * 2 + segment(ACK, 8, 8)
        yield f"end by the server {family}", opened + said + ends + segment(ACK, 7, 8) + segment(ACK | 1, 7, 8) + serve_
        yield f"reset {family}", opened + said + segment(4, 7, 7) + serve_
        yield f"reset by the server {family}", opened + said + resets + serve_ + segment(ACK, 7, 7, b"more")
        yield f"in disorder {family}", opened + segment(ACK, 7, 2, b"later") + segment(ACK, 2, 2, b"first") + serve_ + said
        yield f"datagrams {family}", (step(right, udp(dst, PORT)) + serve_) * 3
        yield f"echo {family}", step(right, echo(dst)) + serve_
    yield "resolve", step(ETHER, udp(NAMESERVER, 53, b"\0\7\1\0\0\1\0\0\0\0\0\0\1a\7example\0\0\1\0\1")) + step(
        ETHER, tcp(NAMESERVER, 53)) + step(ACTION, b"")
    # As a server would answer: an alias, and where that is.
    for name in (b"\1a\0", b"\1x\1b\0"):
        answer = struct.pack(">6H", 7, 0x8180, 1, 3, 0, 0) + name + b"\0\1\0\1"
        answer += b"\xc0\x0c\0\5\0\1\0\0\0\5\0\5\1y\1b\0" + b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\xc0\0\2\1"
        answer += b"\1y\1b\0\0\x1c\0\1\0\0\0\5\0\x10\x20\1\x0d\xb8" + bytes(11) + b"\1"
        yield f"answer {len(name)}", step(ETHER | LENGTHS | SUMS, udp(NAMESERVER, 53, answer))


def seeds_of_requests():
    for number, request in enumerate(REQUESTS):
        yield f"request {number}", step(0, request)
        yield f"client {number}", step(ACTION, request[:20]) + step(ACTION | 4, request[20:])
    yield "many", b"".join(step(ACTION | (1 if n % 3 else 2), request) for n, request in enumerate(REQUESTS))


def seeds(target, directory):
    make = seeds_of_requests if target == "net_api" else seeds_of_packets
    for name, data in make():
        with open(os.path.join(directory, name.replace(" ", "-")), "wb") as file:
            file.write(data)


def groups():
    print("\n".join(GROUPS))


if __name__ == "__main__":
    {"groups": groups, "send": send, "reach": reach, "ask": ask, "talk": talk, "serve": serve, "seeds": seeds}[sys.argv[1]](*sys.argv[2:])
