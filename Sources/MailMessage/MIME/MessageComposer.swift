// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Composes a message of text, HTML with images, and attachments.
///
/// | given | structure |
/// |---|---|
/// | text | `text/plain` |
/// | HTML | `text/html` |
/// | both | `multipart/alternative` of the two |
/// | images for the HTML | `multipart/related` of the HTML and the images, in place of the HTML |
/// | attachments | `multipart/mixed` of what is above and the attachments |
///
/// The message is pure ASCII, with lines that every relay takes, but for addresses beyond ASCII, attached messages of 8 bits,
/// and headers in a style without a character set.
///
/// - SeeAlso: RFC 5322, RFC 2045, RFC 2046, RFC 2047, RFC 2183, RFC 2231, RFC 2387, RFC 2392
package struct MessageComposer: Sendable {
    /// Authors, recipients, subject and the like.
    package var header: MessageHeader
    /// The text; nil for none.
    package var text: String?
    /// The text as HTML; nil for none.
    package var html: String?
    /// What the HTML shows: files with a ``ContentID``.
    package var images: [MIMEPart] = []
    /// Files.
    package var attachments: [MIMEPart] = []
    /// The character set of the text and the HTML.
    package var charset = TextCharset.utf8
    /// How header fields are written.
    package var style = HeaderStyle.standard

    /// A message with a header.
    package init(header: MessageHeader, text: String? = nil, html: String? = nil) {
        self.header = header
        self.text = text
        self.html = html
    }

    /// Refuses what the character sets that were asked for do not have; without this, UTF-8 takes their place.
    package func validate() throws(CharsetError) {
        if let charset = style.charset {
            for text in header.texts { _ = try charset.encode(text) }
        }
        for text in [text, html].compactMap(\.self) { _ = try charset.encode(text) }
    }

    /// The message as bytes, lines ended by CRLF.
    package func compose(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var message: [UInt8] = []
        write(using: &generator) { message += $0 }
        return message
    }

    /// Writes a message whose files are all there, piece by piece.
    package func write<Failure: Error>(
        using generator: inout some RandomNumberGenerator,
        to sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let nothing = { (_: Int) throws(Failure) -> [UInt8]? in nil }
        try write(using: &generator, supply: nothing, to: sink)
    }

    /// Writes the message piece by piece: memory does not grow with the attachments.
    ///
    /// - Parameters:
    ///   - generator: what boundaries are made from.
    ///   - supply: gives the next bytes of the file of a number, nil at its end: see
    ///     ``MIMEPart/file(suppliedAs:fileName:contentType:contentID:)``.
    ///   - sink: what takes the pieces.
    /// - Throws: what `supply` and `sink` throw.
    package func write<Failure: Error>(
        using generator: inout some RandomNumberGenerator,
        supply: (Int) throws(Failure) -> [UInt8]?,
        to sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let body = body
        var boundaries = MIMEBoundary.boundaries(for: body, using: &generator)[...]
        let fields = header.fields(style: style) + ["MIME-Version: 1.0"]
        try sink(Array(fields.map { $0 + "\r\n" }.joined().utf8)[...])
        try MIMEPartWriter.write(body, boundaries: &boundaries, style: style, supply: supply, to: sink)
    }

    private var body: MIMEPart {
        var alternatives: [MIMEPart] = []
        if let text { alternatives.append(.text(text, charset: charset)) }
        if let html {
            let page = MIMEPart.text(html, subtype: "html", charset: charset)
            alternatives.append(images.isEmpty ? page : .multipart("related", [page] + images))
        }
        let parts = alternatives.count > 1 ? [.multipart("alternative", alternatives)] : alternatives
        // Without HTML nothing refers to the images: they are files like others.
        let files = (html == nil ? images : []) + attachments
        if let only = parts.first, files.isEmpty { return only }
        return parts.isEmpty && files.isEmpty ? .text("") : .multipart("mixed", parts + files)
    }
}
