// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration

/// What the configuration of another program becomes: settings, relays and routes, and what had to be left out.
package struct Translation: Sendable {
    /// Something that the reader of the translation must know.
    package struct Remark: Hashable, Sendable, CustomStringConvertible {
        /// The file and line that it is about; nil for all of it.
        let place: String?
        /// What it says, printable.
        let text: String

        /// One line, printable.
        package var description: String { place.map { "\($0): \(text)" } ?? text }
    }

    /// Most relays or routes; more are no configuration of a host that sends to a smarthost.
    private static let limit = 1000

    /// The keys at the top.
    var settings: [String: SettingValue] = [:]
    /// The relays, in order of preference.
    package internal(set) var relays: [TranslatedRelay] = []
    /// The routes; without any, all relays take all mail.
    var routes: [TranslatedRoute] = []
    /// What had to be left out, or has become different.
    package private(set) var remarks: [Remark] = []

    /// Notes what could not be translated.
    mutating func remark(_ text: String, at line: SourceLine? = nil) {
        remarks.append(Remark(place: line?.place, text: text))
    }

    /// Adds a relay under a name that no other has; returns its name.
    ///
    /// - Throws: ``MigrationError`` when there are too many.
    @discardableResult
    mutating func add(
        _ relay: TranslatedRelay,
        named wish: String,
        from file: String
    ) throws(MigrationError) -> String {
        guard relays.count < Self.limit else {
            throw MigrationError(file, "names more than \(Self.limit) relays: is it the right file?")
        }
        let base = String(wish.unicodeScalars.filter(Self.isNameScalar).prefix(58).map(Character.init))
        let known = Set(relays.map(\.name))
        let first = base.isEmpty ? "relay" : base
        var name = first
        var number = 2
        while known.contains(name) {
            name = "\(first)-\(number)"
            number += 1
        }
        var relay = relay
        relay.name = name
        relays.append(relay)
        return name
    }

    /// Adds a route.
    ///
    /// - Throws: ``MigrationError`` when there are too many.
    mutating func add(_ route: TranslatedRoute, from file: String) throws(MigrationError) {
        guard routes.count < Self.limit else {
            throw MigrationError(file, "names more than \(Self.limit) routes: is it the right file?")
        }
        routes.append(route)
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", ".", "-", "_": true
        default: false
        }
    }
}
