// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A property that an input shows not to hold.
struct Violation: Error, CustomStringConvertible {
    /// What should hold.
    let property: String

    var description: String { property }

    /// Throws when a property does not hold.
    static func unless(_ holds: Bool, _ property: String) throws(Violation) {
        if !holds { throw Violation(property: property) }
    }
}
