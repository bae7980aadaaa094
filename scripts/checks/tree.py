# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The files of a source tree."""

import functools
import json
import os
import pathlib
import subprocess

# Build products and version control, at any depth.
SKIPPED = {".git", "__pycache__", ".swiftpm"}


class Tree:
    """A folder with sources. `manifest` stands in for the package description where there is no package."""

    def __init__(self, root, manifest=None):
        self.root = pathlib.Path(root)
        self._manifest = manifest

    def files(self, *folders, suffixes=()):
        """The files under `folders` (all without), as paths relative to the root, sorted."""
        found = []
        for top in folders or (".",):
            for folder, names, files in os.walk(self.root / top):
                names[:] = sorted(name for name in names if name not in SKIPPED and not name.startswith(".build"))
                for name in files:
                    path = (pathlib.Path(folder) / name).relative_to(self.root)
                    if path.is_symlink() or (suffixes and path.suffix not in suffixes):
                        continue
                    found.append(path)
        return sorted(set(found))

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        """The text of a file; None when it is not text."""
        data = (self.root / path).read_bytes()
        if b"\0" in data:
            return None
        try:
            return data.decode()
        except UnicodeDecodeError:
            return None

    def is_executable(self, path):
        return os.access(self.root / path, os.X_OK)

    def scripts(self):
        """The programs in scripts/ and .ci/: files with an interpreter line."""
        return [path for path in self.files("scripts", ".ci") if (self.text(path) or "").startswith("#!")]

    def manifest(self):
        """Package.swift as `swift package dump-package` tells it."""
        if self._manifest is None:
            dump = subprocess.run(
                ["swift", "package", "--package-path", self.root, "dump-package"], capture_output=True, text=True
            )
            if dump.returncode != 0:
                raise SystemExit(f"Package.swift cannot be read:\n{dump.stderr}")
            self._manifest = json.loads(dump.stdout)
        return self._manifest
