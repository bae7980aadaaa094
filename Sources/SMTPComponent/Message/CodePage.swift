// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How text becomes bytes: the code pages of the setting CodePage.
enum CodePage: Int, CaseIterable, Sendable {
    case ascii = 20127
    case latin1 = 28591
    case utf8 = 65001
    case windows1252 = 1252

    /// What windows-1252 has from 0x80 to 0x9F; 0 for the places that are free.
    private static let windowsSpecials: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
        0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,
        0x017E,
        0x0178,
    ]

    /// The bytes of a text.
    ///
    /// - Throws: 434 for a character that the code page does not have: none is ever turned into another.
    func encode(_ text: String) throws(SMTPError) -> [UInt8] {
        if case .utf8 = self { return Array(text.utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            guard let byte = byte(of: scalar) else {
                let value = String(scalar.value, radix: 16, uppercase: true)
                throw SMTPError(.notConvertible, "U+\(value) to code page \(rawValue)")
            }
            bytes.append(byte)
        }
        return bytes
    }

    private func byte(of scalar: Unicode.Scalar) -> UInt8? {
        switch (self, scalar.value) {
        case (_, ..<0x80): UInt8(scalar.value)
        case (.latin1, ..<0x100), (.windows1252, 0xA0..<0x100): UInt8(scalar.value)
        case (.windows1252, let value):
            Self.windowsSpecials.firstIndex(of: value).flatMap { value == 0 ? nil : UInt8(0x80 + $0) }
        default: nil
        }
    }
}
