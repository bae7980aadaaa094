// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Loads the configuration: the main file, then `conf.d/*.toml` beside it in the order of their names.
package enum ConfigurationLoader {
    /// Where the main file stands unless something else is said.
    package static let standardPath = "/etc/smtpqd/smtpqd.toml"

    /// Longest configuration file, in bytes.
    private static let limit = 1 << 20

    /// Reads, decodes and checks everything; nothing is half taken.
    ///
    /// With `readsSecrets` the host is asked what the text cannot answer: passwords are read, certificate files looked
    /// at, this host is asked for its name. Without it the text alone is checked, which is quick and needs no rights.
    ///
    /// Throws the ``ConfigurationError`` of the first mistake.
    package static func load(
        path: String,
        readsSecrets: Bool = true
    ) throws(ConfigurationError) -> DaemonSettings {
        var decoder = SettingsDecoder(host: readsSecrets ? .actual : .none)
        try decoder.add(try text(of: path), file: path)
        for file in try additions(to: path) { try decoder.add(try text(of: file), file: file) }
        return try decoder.settings(mainFile: path)
    }

    /// The files of `conf.d`, in order.
    ///
    /// Hidden ones, and what editors and package tools leave beside them, do not count.
    private static func additions(to path: String) throws(ConfigurationError) -> [String] {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = parent + "/conf.d"
        guard let directory = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw ConfigurationError(file: folder, "cannot be listed: \(reason())")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".toml"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { folder + "/" + $0 }
    }

    /// The text of a file that only its owner, or root, writes.
    static func text(of path: String) throws(ConfigurationError) -> String {
        guard let file = fopen(path, "re") else {
            throw ConfigurationError(file: path, "cannot be read: \(reason())")
        }
        defer { fclose(file) }
        // Who writes the configuration decides where mail and password go.
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_mode & S_IWOTH == 0 else {
            throw ConfigurationError(file: path, "can be written by everybody: chmod o-w it")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw ConfigurationError(file: path, "is longer than 1 MiB: is it the right file?")
            }
        }
        guard ferror(file) == 0 else { throw ConfigurationError(file: path, "cannot be read: \(reason())") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(file: path, "is not UTF-8")
        }
        return text
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
