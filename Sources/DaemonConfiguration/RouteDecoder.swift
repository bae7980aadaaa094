// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage

/// Decodes a `[[Route]]` section, once all relays are known.
struct RouteDecoder {
    let section: SectionReader

    /// The route at this position, to relays of these names.
    func route(number: Int, relays: [String]) throws(ConfigurationError) -> Route {
        guard let stated = try section.ranks("Relays") else {
            throw section.error("Relays", "Relays is missing: which relays take this mail?")
        }
        let names = stated.flatMap { $0 }
        if let unknown = names.first(where: { !relays.contains($0) }) {
            let known = relays.joined(separator: ", ")
            throw section.error(
                "Relays",
                "Relays: no [[Relay]] has the Name \"\(PrintableText(unknown, limitBytes: 60))\"; there are \(known)"
            )
        }
        guard Set(names).count == names.count else {
            throw section.error("Relays", "Relays names a relay twice")
        }
        return Route(
            name: try section.string("Name") ?? "route \(number)",
            senders: try patterns("Sender"),
            recipients: try patterns("Recipient"),
            ranks: stated.map { $0.compactMap(relays.firstIndex) }
        )
    }

    private func patterns(_ key: String) throws(ConfigurationError) -> [RoutePattern] {
        var patterns: [RoutePattern] = []
        for text in try section.oneOrMore(key) {
            guard let pattern = RoutePattern(text), key == "Sender" || pattern != .nullSender else {
                throw section.error(
                    key,
                    "\(key): \"\(PrintableText(text, limitBytes: 80))\" is no address, @domain or @.domain"
                )
            }
            patterns.append(pattern)
        }
        return patterns
    }
}
