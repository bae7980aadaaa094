// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-id128.h>
