// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CIDN2

/// The ASCII form of a domain name beyond ASCII: its labels as A-labels.
///
/// ```
/// büro.example    xn--bro-hoa.example
/// ```
///
/// - SeeAlso: RFC 5890, RFC 5891; mapped and checked as by UTS #46, non-transitional
enum InternationalDomain {
    /// The name with A-labels; nil when it is no valid name.
    static func ascii(_ domain: String) -> String? {
        var output: UnsafeMutablePointer<CChar>?
        let flags = CInt(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        guard idn2_to_ascii_8z(domain, &output, flags) == IDN2_OK.rawValue, let output else { return nil }
        defer { idn2_free(output) }
        return String(validatingCString: output)
    }
}
