// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A service extension a server can announce in its answer to EHLO; the raw value is its keyword.
///
/// - SeeAlso: RFC 5321 §2.2
package enum ServiceExtension: String, Hashable, Sendable, CaseIterable {
    /// RFC 2920.
    case pipelining = "PIPELINING"
    /// RFC 6152.
    case eightBitMIME = "8BITMIME"
    /// RFC 3030 §2.
    case chunking = "CHUNKING"
    /// RFC 3030 §3.
    case binaryMIME = "BINARYMIME"
    /// RFC 1870.
    case size = "SIZE"
    /// RFC 3207.
    case startTLS = "STARTTLS"
    /// RFC 4954.
    case authentication = "AUTH"
    /// RFC 3461.
    case deliveryStatusNotifications = "DSN"
    /// RFC 2034.
    case enhancedStatusCodes = "ENHANCEDSTATUSCODES"
    /// RFC 6531.
    case smtpUTF8 = "SMTPUTF8"
    /// RFC 6710.
    case priority = "MT-PRIORITY"
    /// RFC 4865.
    case futureRelease = "FUTURERELEASE"
    /// RFC 2852.
    case deliverBy = "DELIVERBY"
    /// RFC 9422.
    case limits = "LIMITS"
    /// RFC 8689.
    case requireTLS = "REQUIRETLS"
}
