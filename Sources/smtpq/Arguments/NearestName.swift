// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration

/// The name that was probably meant by one that does not exist.
///
/// Pure.
enum NearestName {
    /// Most letters in which a name may differ from the one that was meant.
    private static let distanceLimit = 2
    /// More names are not compared: each costs the product of two lengths.
    private static let nameLimit = 10_000

    /// The nearest of the names; nil when none is near, or there are too many.
    static func of(_ name: String, among known: [String]) -> String? {
        guard known.count <= nameLimit else { return nil }
        let distances = known.map { (name: $0, distance: EditDistance.between(name, $0)) }
        return distances.filter { $0.distance <= distanceLimit }.min { $0.distance < $1.distance }?.name
    }
}
