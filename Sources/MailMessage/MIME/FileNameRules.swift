// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What the name of an attached file says, and how it is written for old programs.
enum FileNameRules {
    /// Longest name for old programs.
    private static let longestFallback = 60
    /// Content types by extension, those that are attached to mail every day.
    private static let contentTypes = [
        "7z": "application/x-7z-compressed", "avif": "image/avif", "bmp": "image/bmp",
        "bz2": "application/x-bzip2", "css": "text/css", "csv": "text/csv", "doc": "application/msword",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "eml": "message/rfc822", "epub": "application/epub+zip", "gif": "image/gif", "gz": "application/gzip",
        "heic": "image/heic", "htm": "text/html", "html": "text/html", "ics": "text/calendar",
        "jpeg": "image/jpeg", "jpg": "image/jpeg", "js": "text/javascript", "json": "application/json",
        "log": "text/plain", "m4a": "audio/mp4", "md": "text/markdown", "mov": "video/quicktime",
        "mp3": "audio/mpeg", "mp4": "video/mp4", "odp": "application/vnd.oasis.opendocument.presentation",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odt": "application/vnd.oasis.opendocument.text", "ogg": "audio/ogg", "pdf": "application/pdf",
        "png": "image/png", "ppt": "application/vnd.ms-powerpoint",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "ps": "application/postscript", "rtf": "application/rtf", "svg": "image/svg+xml",
        "tar": "application/x-tar", "tif": "image/tiff", "tiff": "image/tiff", "txt": "text/plain",
        "vcf": "text/vcard", "wav": "audio/wav", "webm": "video/webm", "webp": "image/webp",
        "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xml": "application/xml",
        "zip": "application/zip", "zst": "application/zstd",
    ]

    /// The content type that the extension of a name stands for.
    static func contentType(of name: String) -> String {
        fileExtension(of: name).flatMap { contentTypes[$0.lowercased()] } ?? "application/octet-stream"
    }

    /// The name in printable ASCII: other characters become `_`, and what is too long is cut before the extension.
    static func fallback(for name: String) -> String {
        var text = String(
            name.map { character in
                guard let byte = character.asciiValue, (0x20...0x7E).contains(byte), character != "?" else {
                    return "_"
                }
                return character
            }
        )
        guard text.utf8.count > longestFallback else { return text }
        let suffix = fileExtension(of: text).map { "." + $0 } ?? ""
        let kept = suffix.utf8.count < longestFallback / 2 ? suffix : ""
        text.removeLast(kept.count)
        return text.prefix(longestFallback - kept.utf8.count) + kept
    }

    private static func fileExtension(of name: String) -> Substring? {
        guard let point = name.lastIndex(of: ".") else { return nil }
        return name[name.index(after: point)...]
    }
}
