# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What a power cut leaves of a disk: every write up to the last flush, and any of those behind it."""

import os
import random
import struct

HEAD = struct.Struct("<QI")
FLUSH = (1 << 64) - 1
SECTOR = 512


class Recording:
    """The log of a recording disk. Positions are lengths of the log: whoever notes one knows what was written before."""

    def __init__(self, log, size):
        self.log, self.size = log, size

    @property
    def position(self):
        return os.stat(self.log).st_size

    def cuts(self, positions, seed):
        """The disk as cuts at the positions leave it: pairs of position and content."""
        choice, waiting = random.Random(seed), sorted(positions)
        durable, pending = bytearray(self.size), []
        for start, offset, data in self.entries():
            while waiting and waiting[0] <= start:
                yield waiting.pop(0), self.after_cut(durable, pending, choice)
            if offset != FLUSH:
                pending.append((offset, data))
                continue
            for offset, data in pending:
                durable[offset : offset + len(data)] = data
            pending = []

    def entries(self):
        """Where each entry begins, its offset on the disk, its data."""
        with open(self.log, "rb") as log:
            while head := log.read(HEAD.size):
                offset, length = HEAD.unpack(head)
                yield log.tell() - HEAD.size, offset, log.read(length)

    @staticmethod
    def after_cut(durable, pending, choice):
        """None, all or some of the pending writes reach the disk, each torn between two sectors or not."""
        share = choice.choice((0.0, 0.3, 0.7, 1.0))
        content = bytearray(durable)
        for offset, data in pending:
            if choice.random() >= share:
                continue
            if share < 1 and choice.random() < 0.2:
                data = data[: SECTOR * choice.randint(0, len(data) // SECTOR)]
            content[offset : offset + len(data)] = data
        return content
