// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The way to a value in a TOML document: keys of tables and indices of arrays, from the outside in.
struct DocumentPath: Hashable, Sendable {
    /// One step of the way.
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    private(set) var steps: [Step] = []

    /// The document itself.
    static let root = DocumentPath()

    /// The value of a key in the table here.
    func appending(_ key: String) -> DocumentPath { appending(.key(key)) }

    /// An element of the array here.
    func appending(_ index: Int) -> DocumentPath { appending(.index(index)) }

    private func appending(_ step: Step) -> DocumentPath {
        var path = self
        path.steps.append(step)
        return path
    }
}
