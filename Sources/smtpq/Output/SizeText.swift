// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A size in few characters: `512`, `1.2K`, `34K`, `10M`.
///
/// Powers of 1024; pure.
enum SizeText {
    /// The text of a number of bytes.
    static func text(_ byteCount: Int64) -> String {
        var tenths = byteCount * 10
        var unit = ""
        for next in ["K", "M", "G"] where tenths >= 10_240 {
            tenths /= 1024
            unit = next
        }
        guard !unit.isEmpty, tenths < 100 else { return "\(tenths / 10)\(unit)" }
        return "\(tenths / 10).\(tenths % 10)\(unit)"
    }
}
