// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The messages of a folder, as the file system lists them: `*.eml`, or of a maildir all in `new` and `cur`.
final class FolderReader: MessageSequence {
    private static let suffix = ".eml"

    /// Folders that are still to be listed, the next one last.
    private var folders: [String]
    private let isMaildir: Bool
    private var open: (path: String, stream: OpaquePointer)?

    /// The messages of a folder; nil when the path is that of something else.
    init?(_ path: String) {
        guard Self.isFolder(path) else { return nil }
        let parts = ["cur", "new"].map { path + "/" + $0 }
        isMaildir = parts.allSatisfy(Self.isFolder)
        folders = isMaildir ? parts : [path]
    }

    deinit {
        if let open { closedir(open.stream) }
    }

    func nextMessage() throws(CommandFailure) -> MessagePlace? {
        while true {
            if open == nil { open = try openNext() }
            guard let (path, stream) = open else { return nil }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
                guard name.first != UInt8(ascii: "."),
                    isMaildir || name.suffix(4).elementsEqual(Self.suffix.utf8)
                else { continue }
                return MessagePlace(file: Array((path + "/").utf8) + name)
            }
            closedir(stream)
            open = nil
        }
    }

    private func openNext() throws(CommandFailure) -> (path: String, stream: OpaquePointer)? {
        guard let path = folders.popLast() else { return nil }
        guard let stream = opendir(path) else {
            let shown = PrintableText(path, limitBytes: 300)
            throw CommandFailure("cannot list \(shown): \(String(cString: strerror(errno)))", .noInput)
        }
        return (path, stream)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
