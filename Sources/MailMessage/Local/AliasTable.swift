// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// To whom mail for the names of this host goes, as aliases(5) and the configuration say it.
///
/// Pure. Upper and lower case of a name are the same. The name `*` stands for all that have no entry of their own.
package struct AliasTable: Hashable, Sendable {
    /// One target of a name.
    package enum Target: Hashable, Sendable {
        /// An address; one of this host may be an alias again.
        case address(MailAddress)
        /// What mail is not handed to, and why.
        case refused(String)
    }

    private var targets: [String: [Target]] = [:]

    /// An empty table.
    package init() {}

    /// How many names have an entry.
    package var count: Int { targets.count }

    /// Adds an entry; returns false, and changes nothing, when the name has one.
    @discardableResult
    package mutating func add(_ name: String, _ entry: [Target]) -> Bool {
        guard targets[name.lowercased()] == nil else { return false }
        targets[name.lowercased()] = entry
        return true
    }

    /// This table, and of another one the entries whose names it does not have.
    package func adding(_ other: AliasTable) -> AliasTable {
        var sum = self
        sum.targets.merge(other.targets) { own, _ in own }
        return sum
    }

    /// The targets of a name; nil when it is no alias.
    func entry(of name: String) -> [Target]? { targets[name.lowercased()] ?? targets["*"] }
}
