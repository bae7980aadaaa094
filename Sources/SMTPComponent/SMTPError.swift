// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Why something did not work.
///
/// Equal when the codes are equal. All codes stand in <doc:Errors>.
public struct SMTPError: Error, Sendable {
    /// The number of the error.
    public let code: Int
    /// What went wrong, printable, on one line, without any password.
    public let description: String

    /// An error of one of the class's own codes.
    ///
    /// - Parameters:
    ///   - code: the number and its meaning.
    ///   - detail: what is known beyond it.
    package init(_ code: ErrorCode, _ detail: String = "") {
        self.code = code.rawValue
        let text = detail.isEmpty ? code.meaning : "\(code.meaning): \(detail)"
        description = PrintableText(text).string
    }

    /// An error of the network, such as `[10061] Connection refused`.
    package init(network number: Int, _ detail: String) {
        code = number
        description = PrintableText("[\(number)] \(detail)").string
    }
}

extension SMTPError: Equatable {
    /// Whether the codes are equal.
    public static func == (left: SMTPError, right: SMTPError) -> Bool { left.code == right.code }
}

extension SMTPError: CustomStringConvertible {}
