// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Submission

/// A file that goes into a message: `report.pdf`, or with its type `data.bin;type=text/csv`.
///
/// Pure.
struct FileArgument: Hashable {
    private static let typeMark = ";type="

    /// Where the file is.
    let path: String
    /// Its type with parameters; nil to go by the extension of its name.
    let contentType: String?

    /// Its name, without the folders.
    var name: String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Reads the value of an option.
    init(_ text: String, of option: String) throws(CommandFailure) {
        let mark = text.ranges(of: Self.typeMark).last
        path = String(mark.map { text[..<$0.lowerBound] } ?? text[...])
        contentType = mark.map { String(text[$0.upperBound...]) }
        guard !path.isEmpty, path != "-" else {
            throw CommandFailure("\(option) needs the name of a file", .usage)
        }
        if let contentType, !MIMEPart.isFileType(contentType) {
            let shown = PrintableText(contentType, limitBytes: 80)
            throw CommandFailure("\(option): \"\(shown)\" is no type of a file such as text/csv", .usage)
        }
    }
}
