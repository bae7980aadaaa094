// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The delimiters of multiparts, which must occur in none of their parts.
///
/// - SeeAlso: RFC 2046 §5.1.1, RFC 2045 §6.7: `=_` occurs in neither quoted-printable nor base64.
enum MIMEBoundary {
    private static let prefix = "=_"

    /// A boundary for each multipart in a tree, in the order in which they are written.
    static func boundaries(
        for root: MIMEPart,
        using generator: inout some RandomNumberGenerator
    ) -> [String] {
        var taken: Set<ArraySlice<UInt8>> = []
        var count = 0
        var rest = [root]
        while let part = rest.popLast() {
            switch part.content {
            case .data(let data):
                if part.transferEncoding.isIdentity { taken.formUnion(delimiters(in: data)) }
            case .supplied:
                break
            case .parts(let parts):
                count += 1
                rest += parts
            }
        }
        var boundaries: [String] = []
        // The number makes them differ, and ends the search whatever the generator gives.
        var number = 0
        while boundaries.count < count {
            number += 1
            let random = [generator.next(), generator.next()].map { (each: UInt64) in
                String(each, radix: 36)
            }
            let boundary = prefix + "\(number)_" + random.joined(separator: "_")
            let delimiter = Array(("--" + boundary).utf8)
            if !taken.contains(where: { $0.starts(with: delimiter) }) { boundaries.append(boundary) }
        }
        return boundaries
    }

    /// The lines that might delimit parts.
    private static func delimiters(in data: [UInt8]) -> [ArraySlice<UInt8>] {
        TextLines(data[...]).map(\.content).filter { $0.starts(with: ("--" + prefix).utf8) }
    }
}
