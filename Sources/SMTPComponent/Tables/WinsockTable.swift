// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// The numbers of the network's errors: the same on every platform, those of Winsock.
///
/// ```
/// ECONNREFUSED                10061
/// a host name without address 11001
/// ```
package enum WinsockTable {
    /// The host is not known.
    package static let hostNotFound = 11001
    /// The name server did not answer.
    package static let tryAgain = 11002
    /// The name server cannot answer.
    package static let nonRecoverable = 11003
    /// The name is known and has no address.
    package static let noData = 11004

    private static let numbers: [CInt: Int] = [
        EINTR: 10004, EBADF: 10009, EACCES: 10013, EPERM: 10013, EFAULT: 10014, EINVAL: 10022, EMFILE: 10024,
        ENFILE: 10024, EWOULDBLOCK: 10035, EINPROGRESS: 10036, EALREADY: 10037, ENOTSOCK: 10038,
        EDESTADDRREQ: 10039, EMSGSIZE: 10040, EPROTOTYPE: 10041, ENOPROTOOPT: 10042, EPROTONOSUPPORT: 10043,
        ESOCKTNOSUPPORT: 10044, EOPNOTSUPP: 10045, EPFNOSUPPORT: 10046, EAFNOSUPPORT: 10047,
        EADDRINUSE: 10048, EADDRNOTAVAIL: 10049, ENETDOWN: 10050, ENETUNREACH: 10051, ENETRESET: 10052,
        ECONNABORTED: 10053, ECONNRESET: 10054, EPIPE: 10054, ENOBUFS: 10055, ENOMEM: 10055, EISCONN: 10056,
        ENOTCONN: 10057, ESHUTDOWN: 10058, ETOOMANYREFS: 10059, ETIMEDOUT: 10060, ECONNREFUSED: 10061,
        ELOOP: 10062, ENAMETOOLONG: 10063, EHOSTDOWN: 10064, EHOSTUNREACH: 10065, ENOTEMPTY: 10066,
        EUSERS: 10068, EDQUOT: 10069, ESTALE: 10070, EREMOTE: 10071,
    ]

    /// The number of a system error; nil when it has none.
    package static func number(ofErrorNumber number: CInt) -> Int? { numbers[number] }

    /// The number of a code of getaddrinfo.
    package static func number(ofResolverCode code: CInt) -> Int {
        switch code {
        case EAI_AGAIN: tryAgain
        case EAI_FAIL: nonRecoverable
        case noAddressCode: noData
        default: hostNotFound
        }
    }

    /// `EAI_NODATA`, which the headers show to C alone.
    private static let noAddressCode: CInt = -5
}
