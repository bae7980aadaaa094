// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What the answer to EHLO offers, in the plainest words: ASCII, word for word.
struct NaiveCapabilities {
    private(set) var keywords: Set<String> = []
    private(set) var sizeLimit: Int64?
    private(set) var mechanisms: [String] = []

    init(_ lines: [String]) {
        for line in lines.dropFirst() {
            var words = line.utf8.split(separator: UInt8(ascii: " ")).map { $0.map(Self.uppercased) }
            guard let first = words.first else { continue }
            if first.starts(with: "AUTH=".utf8) {
                words[0] = Array("AUTH".utf8)
                words.insert(Array(first.dropFirst(5)), at: 1)
            }
            let texts = words.map { String(decoding: $0, as: UTF8.self) }
            keywords.insert(texts[0])
            switch texts[0] {
            case "SIZE":
                let digits = texts.dropFirst().first ?? ""
                let isNumber = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
                sizeLimit = isNumber ? Int64(digits).flatMap { $0 == 0 ? nil : $0 } : nil
            case "AUTH":
                for name in texts.dropFirst() where Self.isMechanism(name) && mechanisms.count < 64 {
                    if !mechanisms.contains(name) { mechanisms.append(name) }
                }
            default: break
            }
        }
    }

    private static func uppercased(_ byte: UInt8) -> UInt8 {
        (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
    }

    private static func isMechanism(_ name: String) -> Bool {
        (1...20).contains(name.utf8.count)
            && name.utf8.allSatisfy { "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8.contains($0) }
    }
}
