"""Puts servers of this machine at a distance: whoever connects to 10.98.0.N reaches this machine's own port N milliseconds away.

Every packet goes through a TUN device, waits for half of N and is given back with source and destination exchanged
(checksums are sums, so they stay right): the kernel then takes it for the other end's. What travels are the real TCP's packets
of at most 1500 octets, with its handshakes, acknowledgements, windows and slow start; nothing is lost, nothing limits the rate.

A line on standard input is answered with what was counted since the last one, and is the only way to end this: at the end of
standard input. A turn is one time that a client had to wait for the server: the server's first packet with SYN or data after the
client had sent SYN, an acknowledgement of the handshake, or data, and had not closed the connection.
"""

import fcntl
import json
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
FIN, SYN, RST = 1, 2, 4


def main():
    ports = {int(word) for word in sys.argv[1:]}
    # A distance does not wait for a processor.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"distance", IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "address", "add", "10.98.0.1/16", "dev", "distance"], check=True)
    subprocess.run(["ip", "link", "set", "distance", "up", "txqueuelen", "20000"], check=True)
    print("ready", flush=True)
    waiting = {}  # milliseconds -> deque of (when, packet): one for each distance, so each is in order
    counts = Counts()
    while True:
        now = time.monotonic()
        due = min((queue[0][0] for queue in waiting.values() if queue), default=None)
        readable, _, _ = select.select([tun, 0], [], [], None if due is None else max(0, due - now))
        if 0 in readable:
            if not os.read(0, 4096):
                return
            print(json.dumps(counts.take()), flush=True)
        if tun in readable:
            take_in(tun, waiting, counts, ports)
        give_back(tun, waiting, counts, ports)


def take_in(tun, waiting, counts, ports):
    for _ in range(64):
        try:
            packet = os.read(tun, 65536)
        except BlockingIOError:
            return
        if packet[0] >> 4 != 4 or packet[9] != 6:
            continue
        now = time.monotonic()
        distance = packet[18] * 256 + packet[19]
        if is_to_server(packet, ports):
            counts.client_sent(packet)
        turned = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
        waiting.setdefault(distance, deque()).append((now + distance / 2000, turned))


def give_back(tun, waiting, counts, ports):
    now = time.monotonic()
    for queue in waiting.values():
        while queue and queue[0][0] <= now:
            packet = queue.popleft()[1]
            os.write(tun, packet)
            if not is_to_server(packet, ports):
                counts.client_gets(packet)


def is_to_server(packet, ports):
    start = (packet[0] & 15) * 4
    return packet[start + 2] * 256 + packet[start + 3] in ports


class Counts:
    def __init__(self):
        self.take()

    def take(self):
        """Gives the counts and starts anew."""
        found = vars(self).copy()
        found.pop("asking", None)
        self.turns = self.connections = self.packets = self.octets = 0
        self.asking = {}
        return found

    def client_sent(self, packet):
        port, flags, size = described(packet, 0)
        self.packets += 1
        self.octets += size
        if flags & SYN:
            self.connections += 1
        if flags & SYN or size:
            self.asking[port] = True
        if flags & (FIN | RST):
            self.asking[port] = False  # what still comes is not waited for

    def client_gets(self, packet):
        port, flags, size = described(packet, 2)
        self.packets += 1
        if not (flags & SYN or size) or not self.asking.get(port):
            return
        self.turns += 1
        # The client's acknowledgement of SYN is what a greeting waits for.
        self.asking[port] = bool(flags & SYN)


def described(packet, side):
    """The client's port, the flags, and how many octets of data there are."""
    start = (packet[0] & 15) * 4
    port = packet[start + side] * 256 + packet[start + side + 1]
    size = packet[2] * 256 + packet[3] - start - (packet[start + 12] >> 4) * 4
    return port, packet[start + 13], size


main()
