// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Where the parts of a TOML document stand.
struct KeyPositions: Hashable, Sendable {
    private var positions: [DocumentPath: TextPosition] = [:]

    /// Where the character NUL is written as an escape, if anywhere.
    private(set) var null: TextPosition?

    /// Where it nests deeper than any configuration, if anywhere; what follows has no places.
    private(set) var depth: TextPosition?

    /// The place of a key, a section or an element; of a table written in parts, its first part.
    subscript(path: DocumentPath) -> TextPosition? { positions[path] }

    /// Notes a place.
    ///
    /// The first one that is noted for a path stays.
    mutating func note(_ path: DocumentPath, at position: TextPosition) {
        if positions[path] == nil { positions[path] = position }
    }

    /// Notes that it nests too deeply.
    mutating func noteDepth(at position: TextPosition) {
        depth = depth ?? position
    }

    /// Notes a NUL.
    mutating func noteNull(at position: TextPosition) {
        null = null ?? position
    }
}
