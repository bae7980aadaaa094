# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A disk as one file of a FUSE file system, which writes down each write and each flush in their order.

A program: MOUNT-POINT LOG SIZE. It needs Debian's python3-fusepy and so Debian's Python. The log is read by recording.py.
"""

import errno
import os
import stat
import struct
import sys

from fusepy import FUSE, FuseOSError, Operations

HEAD = struct.Struct("<QI")
FLUSH = (1 << 64) - 1


class RecordingDisk(Operations):
    def __init__(self, log, size):
        self.log, self.content = log, bytearray(size)

    def record(self, offset, data=b""):
        os.write(self.log, HEAD.pack(offset, len(data)) + data)

    def getattr(self, path, fh=None):
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2}
        if path == "/disk":
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": len(self.content)}
        raise FuseOSError(errno.ENOENT)

    def open(self, path, flags):
        return 0

    def truncate(self, path, length, fh=None):
        pass

    def read(self, path, size, offset, fh):
        return bytes(self.content[offset : offset + size])

    def write(self, path, data, offset, fh):
        self.content[offset : offset + len(data)] = data
        self.record(offset, data)
        return len(data)

    def fsync(self, path, datasync, fh):
        self.record(FLUSH)
        return 0


if __name__ == "__main__":
    _, mount_point, log, size = sys.argv
    disk = RecordingDisk(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), int(size))
    FUSE(disk, mount_point, foreground=True, nothreads=True, big_writes=True)
