// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A domain name as a certificate presents it, perhaps with a wildcard in place of its first label.
///
/// | presented | matches | does not match |
/// |---|---|---|
/// | `mail.example.com` | `mail.example.com`, `MAIL.example.com` | `example.com` |
/// | `*.example.com` | `mail.example.com` | `example.com`, `a.mail.example.com` |
/// | `m*.example.com`, `*.com`, `*` | nothing | |
///
/// - SeeAlso: RFC 9525 §6.3
struct PresentedName {
    private static let dot = UInt8(ascii: ".")

    private let labels: [ArraySlice<UInt8>]

    /// A name from the certificate: hostile bytes.
    init(_ bytes: [UInt8]) {
        labels = Self.labels(of: bytes)
    }

    /// Whether the certificate is for this domain name, which is ASCII.
    func matches(_ domain: String) -> Bool {
        let expected = Self.labels(of: Array(domain.utf8))
        guard expected.count == labels.count, !expected.contains(where: \.isEmpty) else { return false }
        // A wildcard over a whole top level would be for names of many owners.
        let hasWildcard = labels.count >= 3 && labels[0].elementsEqual([UInt8(ascii: "*")])
        return expected[1...] == labels[1...] && (hasWildcard || expected[0] == labels[0])
    }

    /// The labels in lower case, those of an absolute name without the empty one at its end.
    private static func labels(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let lower = bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        let labels = lower.split(separator: dot, omittingEmptySubsequences: false)
        return labels.count > 1 && labels.last?.isEmpty == true ? labels.dropLast() : labels
    }
}
