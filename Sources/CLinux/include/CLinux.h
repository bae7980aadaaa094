// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory
//
// The Linux calls and constants that Swift's Glibc module does not show: they hide behind _GNU_SOURCE or are macros.
// Each returns 0, or an errno value.

#ifndef CLINUX_H
#define CLINUX_H

/// renameat2(2) with RENAME_NOREPLACE.
int clinux_rename_noreplace(int directory, const char *from, const char *to);

/// Whether a file is open for writing somewhere, asked with a read lease (fcntl(2), F_SETLEASE), which is given back at once.
/// 0 when no writer has it open, EAGAIN when one has, else another errno value: EACCES when the caller
/// neither owns the file nor has CAP_LEASE, EINVAL when the file system has no leases.
int clinux_probe_writer(int descriptor);

/// Sets access and modification time of a name in a directory to now, without following a symbolic link.
int clinux_touch(int directory, const char *name);

/// syncfs(2): writes back the whole file system that holds the file.
int clinux_sync_file_system(int descriptor);

/// dup3(2): makes `descriptor` refer to what `with` refers to, in one step for all threads that use it.
int clinux_replace_descriptor(int descriptor, int with);

#endif
