// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Foundation

/// A directory of its own for a test, gone with the object.
package final class TemporaryDirectory: Sendable {
    /// The absolute path.
    package let path: String

    /// Makes an empty directory; `inMemory`, where the system has memory for files, one in which a sync costs nothing.
    package init(inMemory: Bool = false) throws {
        let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
        let usesMemory = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
        let folder = usesMemory ? memory : FileManager.default.temporaryDirectory
        let url = folder.appending(component: "mail-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the directory.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file in the directory and returns its path.
    @discardableResult
    package func write(_ content: String, to name: String) throws -> String {
        try Data(content.utf8).write(to: URL(filePath: file(name)))
        return file(name)
    }

    /// The names in a folder of the directory, sorted.
    package func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
    }
}
