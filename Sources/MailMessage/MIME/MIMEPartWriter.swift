// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Writes a part and what it contains, piece by piece.
///
/// Memory: a piece at a time, besides the bytes that the parts hold anyway.
package enum MIMEPartWriter {
    /// Where the pieces go.
    package typealias Sink<Failure: Error> = (ArraySlice<UInt8>) throws(Failure) -> Void
    /// Gives the next bytes of a file, by its number; nil at its end.
    package typealias Supply<Failure: Error> = (Int) throws(Failure) -> [UInt8]?

    /// Lines of base64 in one piece.
    private static let linesPerPiece = 1024

    /// Writes the header and the content of a part.
    ///
    /// - Parameters:
    ///   - part: the part.
    ///   - boundaries: one for each multipart, in the order of their headers; those that are used are removed.
    ///   - style: how header fields are written.
    ///   - supply: what gives the bytes that the parts do not hold.
    ///   - sink: what takes the pieces.
    /// - Throws: what the supply and the sink throw.
    package static func write<Failure: Error>(
        _ part: MIMEPart,
        boundaries: inout ArraySlice<String>,
        style: HeaderStyle,
        supply: Supply<Failure>,
        to sink: Sink<Failure>
    ) throws(Failure) {
        switch part.content {
        case .data(let data):
            try write(lines: header(of: part, contentType: part.contentType, style: style), to: sink)
            try write(data, part.transferEncoding, to: sink)
        case .supplied(let number):
            try write(lines: header(of: part, contentType: part.contentType, style: style), to: sink)
            try write(number, supply: supply, to: sink)
        case .parts(let parts):
            let boundary = boundaries.popFirst() ?? ""
            let contentType = part.contentType.adding("boundary", boundary)
            try write(lines: header(of: part, contentType: contentType, style: style), to: sink)
            for (index, child) in parts.enumerated() {
                // The line end before a delimiter belongs to it, not to the part before it (RFC 2046 §5.1.1).
                try write(lines: (index == 0 ? [] : [""]) + ["--" + boundary], to: sink)
                try write(child, boundaries: &boundaries, style: style, supply: supply, to: sink)
            }
            try write(lines: ["", "--" + boundary + "--"], to: sink)
        }
    }

    private static func header(
        of part: MIMEPart,
        contentType: ParameterizedValue,
        style: HeaderStyle
    ) -> [String] {
        var fields = [HeaderFieldEncoder.parameterized("Content-Type", contentType, style: style)]
        fields.append("Content-Transfer-Encoding: " + part.transferEncoding.rawValue)
        if let disposition = part.disposition {
            fields.append(HeaderFieldEncoder.parameterized("Content-Disposition", disposition, style: style))
        }
        if let contentID = part.contentID { fields.append("Content-ID: <\(contentID.value)>") }
        return fields + [""]
    }

    private static func write<Failure: Error>(lines: [String], to sink: Sink<Failure>) throws(Failure) {
        try sink(Array(lines.map { $0 + "\r\n" }.joined().utf8)[...])
    }

    private static func write<Failure: Error>(
        _ data: [UInt8],
        _ encoding: TransferEncoding,
        to sink: Sink<Failure>
    ) throws(Failure) {
        switch encoding {
        case .sevenBit, .eightBit, .binary: try sink(data[...])
        case .quotedPrintable: try sink(QuotedPrintable.encode(text: data[...])[...])
        case .base64:
            var rest = data[...]
            while !rest.isEmpty {
                try sink(Base64.encodeLines(rest.prefix(Base64.bytesPerLine * linesPerPiece))[...])
                rest = rest.dropFirst(Base64.bytesPerLine * linesPerPiece)
            }
        }
    }

    private static func write<Failure: Error>(
        _ number: Int,
        supply: Supply<Failure>,
        to sink: Sink<Failure>
    ) throws(Failure) {
        var rest: [UInt8] = []
        while let piece = try supply(number) {
            rest += piece
            // Whole lines: only the last one may be a short one.
            let lines = rest.prefix(rest.count / Base64.bytesPerLine * Base64.bytesPerLine)
            try sink(Base64.encodeLines(lines)[...])
            rest.removeFirst(lines.count)
        }
        try sink(Base64.encodeLines(rest[...])[...])
    }
}
