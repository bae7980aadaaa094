// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPClient
internal import TOMLKit

/// Reads the values of one section, each checked against its ``Setting``.
struct SectionReader {
    private let table: TOMLTable
    private let settings: [Setting]
    /// The file it stands in.
    let file: String
    private let positions: KeyPositions
    private let path: DocumentPath
    /// The name of the section; nil at the top of the file.
    private let name: String?

    /// Begins to read a section: every key in it must be known.
    init(
        _ table: TOMLTable,
        at path: DocumentPath,
        name: String? = nil,
        settings: [Setting],
        file: String,
        positions: KeyPositions
    ) throws(ConfigurationError) {
        self.table = table
        self.name = name
        self.path = path
        self.settings = settings
        self.file = file
        self.positions = positions
        let known = Set(settings.map(\.name))
        // The first one in the file, not in the order of the library.
        let unknown = table.keys.filter { !known.contains($0) }.min { isBefore($0, $1) }
        if let unknown { throw error(ofUnknown: unknown) }
    }

    /// Begins to read a section that may have any keys.
    private init(
        _ table: TOMLTable,
        at path: DocumentPath,
        name: String,
        file: String,
        positions: KeyPositions
    ) {
        self.table = table
        self.name = name
        self.path = path
        settings = []
        self.file = file
        self.positions = positions
    }

    /// Whether the section has the key.
    func has(_ name: String) -> Bool { table[name] != nil }

    /// A text, or one of the words of a choice.
    func string(_ name: String) throws(ConfigurationError) -> String? {
        guard let value = table[name] else { return nil }
        guard let text = value.string else { throw wrong(name, value) }
        guard !text.isEmpty else { throw error(name, "\(name) is empty: leave the key out for the default") }
        guard !text.unicodeScalars.contains(where: CharacterRules.isForbidden) else {
            throw error(name, "\(name) has a line break or another control character in it")
        }
        if let setting = setting(name), case .choice(let words) = setting.kind, !words.contains(text) {
            throw error(
                name,
                "\(name): expected \(setting.kind.words), found \"\(PrintableText(text, limitBytes: 40))\""
            )
        }
        return text
    }

    /// An absolute path: the daemon's working directory is nobody's business.
    func absolutePath(_ name: String) throws(ConfigurationError) -> String? {
        guard let path = try string(name) else { return nil }
        guard path.hasPrefix("/") else { throw error(name, "\(name): expected an absolute path") }
        return path
    }

    /// The word that is meant, whichever way it is spelt.
    func spelling(_ name: String) throws(ConfigurationError) -> String? {
        guard let value = table[name] else { return nil }
        guard let setting = setting(name), case .spelling(let words) = setting.kind,
            let text = value.string ?? value.bool.map(String.init) ?? value.int.map(String.init),
            let word = words.first(where: { $0.contains(text) })
        else { throw wrong(name, value) }
        return word.first
    }

    /// A text, or a list of texts.
    func oneOrMore(_ name: String) throws(ConfigurationError) -> [String] {
        guard let value = table[name] else { return [] }
        return value.array == nil
            ? try string(name).map { [$0] } ?? [] : try strings(name) ?? []
    }

    /// Names in order of preference, each rank a list.
    func ranks(_ name: String) throws(ConfigurationError) -> [[String]]? {
        guard let value = table[name] else { return nil }
        guard let array = value.array else { return [try oneOrMore(name)] }
        let ranks = array.map { element in
            element.array.map { $0.compactMap(\.string) } ?? element.string.map { [$0] } ?? []
        }
        let count = array.reduce(0) { $0 + ($1.array?.count ?? 1) }
        guard count > 0, ranks.reduce(0, { $0 + $1.count }) == count, ranks.allSatisfy({ !$0.isEmpty }) else {
            throw wrong(name, value)
        }
        return ranks
    }

    /// A list of texts.
    func strings(_ name: String) throws(ConfigurationError) -> [String]? {
        guard let value = table[name] else { return nil }
        guard let array = value.array, !array.isEmpty else { throw wrong(name, value) }
        var texts: [String] = []
        for (index, element) in array.enumerated() {
            let position = positions[path.appending(name).appending(index)]
            guard let text = element.string else {
                throw error(
                    name,
                    "\(name): expected a string in quotes, found \(Self.words(element))",
                    at: position
                )
            }
            guard !text.unicodeScalars.contains(where: CharacterRules.isForbidden) else {
                throw error(name, "\(name) has a line break or another control character in it", at: position)
            }
            texts.append(text)
        }
        return texts
    }

    /// The keys of a section that may have any, each with its text or list of texts, in the order of the keys.
    func lists(_ name: String) throws(ConfigurationError) -> [(key: String, texts: [String])] {
        guard let value = table[name] else { return [] }
        guard let section = value.table else { throw wrong(name, value) }
        let reader = SectionReader(
            section,
            at: path.appending(name),
            name: name,
            file: file,
            positions: positions
        )
        var lists: [(key: String, texts: [String])] = []
        for key in section.keys.sorted() {
            let texts =
                section[key]?.array == nil ? try reader.string(key).map { [$0] } : try reader.strings(key)
            lists.append((key, texts ?? []))
        }
        return lists
    }

    /// One of some words, or a list of them.
    func words(_ name: String) throws(ConfigurationError) -> [String]? {
        guard let value = table[name] else { return nil }
        let texts = value.array == nil ? try string(name).map { [$0] } : try strings(name)
        guard let texts, let setting = setting(name), case .words(let known) = setting.kind else {
            return nil
        }
        if let unknown = texts.first(where: { !known.contains($0) }) {
            let shown = PrintableText(unknown, limitBytes: 40)
            throw error(name, "\(name): expected \(setting.kind.words), found \"\(shown)\"")
        }
        return texts
    }

    /// Where a password is kept, and the key that says so: a credential or a file, not both.
    func secretSource(
        credential credentialKey: String,
        file fileKey: String
    ) throws(ConfigurationError) -> (key: String, source: SecretSource)? {
        let credential = try string(credentialKey)
        let file = try absolutePath(fileKey)
        switch (credential, file) {
        case (nil, nil): return nil
        case (.some(let name), nil): return (credentialKey, .credential(name))
        case (nil, .some(let path)): return (fileKey, .file(path))
        case (.some, .some): throw error(fileKey, "\(credentialKey) and \(fileKey) exclude each other")
        }
    }

    /// `true` or `false`.
    func boolean(_ name: String) throws(ConfigurationError) -> Bool? {
        guard let value = table[name] else { return nil }
        guard let flag = value.bool else { throw wrong(name, value) }
        return flag
    }

    /// A number within the setting's bounds.
    func integer(_ name: String) throws(ConfigurationError) -> Int? {
        guard let value = table[name] else { return nil }
        guard value.type == .int, let number = value.int, let setting = setting(name),
            case .integer(let range) = setting.kind,
            range.contains(number)
        else { throw wrong(name, value) }
        return number
    }

    /// A time.
    func duration(_ name: String) throws(ConfigurationError) -> Duration? {
        guard let value = table[name] else { return nil }
        guard let duration = Self.quantityText(value).flatMap(Quantity.duration) else {
            throw wrong(name, value)
        }
        return duration
    }

    /// A list of times.
    func durations(_ name: String) throws(ConfigurationError) -> [Duration]? {
        guard let value = table[name] else { return nil }
        guard let array = value.array, !array.isEmpty else { throw wrong(name, value) }
        var durations: [Duration] = []
        for (index, element) in array.enumerated() {
            guard let duration = Self.quantityText(element).flatMap(Quantity.duration) else {
                let expected = Setting.Kind.duration.words
                throw error(
                    name,
                    "\(name): expected \(expected), found \(Self.words(element))",
                    at: positions[path.appending(name).appending(index)]
                )
            }
            durations.append(duration)
        }
        return durations
    }

    /// A size.
    func byteCount(_ name: String) throws(ConfigurationError) -> Int64? {
        guard let value = table[name] else { return nil }
        guard let count = Self.quantityText(value).flatMap(Quantity.byteCount) else {
            throw wrong(name, value)
        }
        return count
    }

    /// The sections of a name, each ready to be read with settings of its own.
    func sections(_ name: String, settings: [Setting]) throws(ConfigurationError) -> [SectionReader] {
        guard let value = table[name] else { return [] }
        guard let array = value.array else { throw wrong(name, value) }
        var sections: [SectionReader] = []
        for (index, element) in array.enumerated() {
            guard let table = element.table else { throw wrong(name, element) }
            let path = path.appending(name).appending(index)
            sections.append(
                try SectionReader(
                    table,
                    at: path,
                    name: name,
                    settings: settings,
                    file: file,
                    positions: positions
                )
            )
        }
        return sections
    }

    /// An error at a key of this section, or at the section where the key is not there.
    func error(_ name: String, _ summary: String) -> ConfigurationError { error(name, summary, at: nil) }

    private func error(_ name: String, _ summary: String, at position: TextPosition?) -> ConfigurationError {
        let position = position ?? positions[path.appending(name)] ?? positions[path]
        return ConfigurationError(file: file, position: position, key: name, summary)
    }

    // MARK: What is wrong

    private func setting(_ name: String) -> Setting? { settings.first { $0.name == name } }

    private func wrong(_ name: String, _ value: any TOMLValueConvertible) -> ConfigurationError {
        let setting = setting(name)
        let expected = setting?.kind.words ?? "something else"
        if setting?.kind == .secret { return error(name, "\(name): expected \(expected)") }
        return error(name, "\(name): expected \(expected), found \(Self.words(value))")
    }

    private func error(ofUnknown name: String) -> ConfigurationError {
        let shown = PrintableText(name, limitBytes: 60)
        let place = self.name.map { " in [[\($0)]]" } ?? ""
        if let other = SettingsTable.place(of: name, besides: settings), other.key == name {
            return error(name, "\(shown) belongs \(other.place)")
        }
        let hint = SettingsTable.hint(for: name, in: settings).map { ": " + $0 } ?? ""
        return error(name, "unknown key \(shown)\(place)\(hint)")
    }

    private func isBefore(_ first: String, _ second: String) -> Bool {
        guard let left = positions[path.appending(first)], let right = positions[path.appending(second)]
        else { return first < second }
        return (left.line, left.column) < (right.line, right.column)
    }

    /// What a time or size is read from: a string, or a plain number.
    private static func quantityText(_ value: any TOMLValueConvertible) -> String? {
        value.type == .int ? value.int.map(String.init) : value.string
    }

    /// A value in words, for errors.
    ///
    /// It comes from a key that is no text: what stands there is no secret.
    private static func words(_ value: any TOMLValueConvertible) -> String {
        switch value.type {
        case .int: value.int.map(String.init) ?? "a number"
        case .string: "\"\(PrintableText(value.string ?? "", limitBytes: 40))\""
        case .bool: "true or false"
        case .double: "a number with a point"
        case .array: value.array.map { $0.isEmpty ? "an empty list" : "a list" } ?? "a list"
        case .table: "a section"
        case .date, .time, .dateTime: "a date or time"
        }
    }
}
