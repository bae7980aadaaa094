// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// How a program ends when it could not do what was asked, in the words of sysexits.h.
package enum ExitStatus: Sendable {
    /// Wrong usage (64).
    case usage
    /// The message or address given is wrong (65).
    case badData
    /// An input file cannot be read (66).
    case noInput
    /// An address that can be none (67).
    case noUser
    /// A service is not available (69).
    case unavailable
    /// An output file cannot be created (73).
    case cannotCreate
    /// An error while reading or writing (74).
    case inputOutput
    /// It may work later (75).
    case tryAgain
    /// Permission denied (77).
    case noPermission
    /// The configuration is wrong (78).
    case configuration

    /// The number.
    package var code: Int32 {
        switch self {
        case .usage: EX_USAGE
        case .badData: EX_DATAERR
        case .noInput: EX_NOINPUT
        case .noUser: EX_NOUSER
        case .unavailable: EX_UNAVAILABLE
        case .cannotCreate: EX_CANTCREAT
        case .inputOutput: EX_IOERR
        case .tryAgain: EX_TEMPFAIL
        case .noPermission: EX_NOPERM
        case .configuration: EX_CONFIG
        }
    }
}
