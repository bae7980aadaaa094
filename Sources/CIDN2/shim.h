// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

#include <idn2.h>
