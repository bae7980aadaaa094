// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Writes the commented example of the configuration, `etc/smtpqd.toml`.
///
/// Pure. A line that begins with `#` and no blank is a setting with its default, or with an example.
package enum SettingsExampleWriter {
    private static let width = 118

    private static let beginning = """
        # SPDX-License-Identifier: Apache-2.0
        # smtpqd: reliable outbound mail from a queue directory
        #
        # The configuration of smtpqd, read from /etc/smtpqd/smtpqd.toml and then from /etc/smtpqd/conf.d/*.toml in the order of
        # their names: a later file overrides the keys of an earlier one, and adds relays and routes. One relay with its MailServer
        # is all that is needed; every key below shows its default, or an example where there is no default.
        #
        #   smtpqd --check             read it and say what is wrong with it
        #   smtpq explain config       what is in force, and where it comes from
        #   smtpq check                also try the queue directory and the relay, without sending mail
        #   systemctl reload smtpqd    put a change in force; a file with a mistake changes nothing
        #
        # Times: a number of seconds, or "30s", "5min", "4h", "5d". Sizes: a number of bytes, or "64KiB", "100MiB", "1GiB".
        """

    /// The whole example.
    package static func text() -> String {
        var lines = beginning.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var section: String?
        for group in SettingsTable.groups {
            lines += ["", "# ---- \(group.heading)"]
            if !group.introduction.isEmpty { lines += [""] + comment(group.introduction) }
            if group.section != section {
                section = group.section
                if let section { lines += ["", "#[[\(section)]]"] }
            }
            for setting in group.settings { lines += [""] + self.lines(of: setting) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the example has of one key.
    package static func lines(of setting: Setting) -> [String] {
        comment(setting.meaning + setting.remarks) + ["#\(setting.name) = \(setting.example)"]
    }

    private static func comment(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append("# " + word)
            }
        }
        return lines
    }
}

extension Setting {
    /// What follows the meaning: which values there are, and the default where the example does not show it.
    fileprivate var remarks: String {
        (valuesInWords.map { " \($0)." } ?? "")
            + (standard == nil ? otherwise.map { " Default: \($0)." } ?? "" : "")
    }
}
