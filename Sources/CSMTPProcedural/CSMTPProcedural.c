// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// The header is all there is: it is written by hand, and SMTPProcedural implements it.
#include "smtp_component.h"
