// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Writes the manual page smtpqd.toml(5), `etc/man/smtpqd.toml.5`.
///
/// Pure.
///
/// - SeeAlso: mdoc(7)
package enum SettingsPageWriter {
    private static let beginning = #"""
        .\" SPDX-License-Identifier: Apache-2.0
        .\" smtpqd: reliable outbound mail from a queue directory
        .\" Written by "smtpq explain settings --man" from the table of settings: change that.
        .Dd November 25, 2026
        .Dt SMTPQD.TOML 5
        .Os smtpqd
        .Sh NAME
        .Nm smtpqd.toml
        .Nd the configuration of smtpqd
        .Sh DESCRIPTION
        .Xr smtpqd 8
        reads
        .Pa /etc/smtpqd/smtpqd.toml
        and then the files
        .Pa /etc/smtpqd/conf.d/*.toml
        in the order of their names.
        A later file overrides the keys of an earlier one, and adds relays and routes.
        The files are TOML 1.0.
        .Pp
        One relay with its server is all that is needed:
        .Bd -literal -offset indent
        [[Relay]]
        MailServer         = "smtp.example.com"
        User               = "app@example.com"
        PasswordCredential = "relay-password"
        .Ed
        .Pp
        A time is a number of seconds, or a number with a unit in quotes: s, min, h, d or w.
        A size is a number of bytes, or a number with a unit in quotes: KiB, MiB or GiB for powers of 1024, kB, MB or GB for
        powers of 1000.
        .Pp
        An unknown key, a value of the wrong kind and keys that contradict each other are refused with file, line and column.
        .Li smtpqd --check
        reads the configuration and says what is wrong with it,
        .Li smtpq explain config
        shows each value that is in force and where it comes from,
        .Li smtpq check
        also tries the queue directory and the relays.
        .Li systemctl reload smtpqd
        puts a change in force; a file with a mistake changes nothing.
        .Sh SETTINGS
        """#

    private static let end = #"""
        .Sh FILES
        .Bl -tag -width indent
        .It Pa /etc/smtpqd/smtpqd.toml
        the configuration; whoever may write it decides where mail and passwords go, and it is refused when everybody may
        .It Pa /etc/smtpqd/conf.d/*.toml
        what is added to it; hidden files do not count
        .It Pa /etc/credstore/smtpqd.relay-password
        the credential that the unit passes under the name relay-password
        .El
        .Sh EXAMPLES
        Two relays, of which the second takes over while the first one cannot be used, and one sender who uses the second alone:
        .Bd -literal -offset indent
        [[Relay]]
        Name       = "primary"
        MailServer = "smtp.example.com"

        [[Relay]]
        Name       = "backup"
        MailServer = "smtp.example.net"

        [[Route]]
        Sender = "@billing.example.com"
        Relays = "backup"

        [[Route]]
        Relays = ["primary", "backup"]
        .Ed
        .Sh SEE ALSO
        .Xr smtpq 1 ,
        .Xr smtpq-queue 5 ,
        .Xr smtpqd 8
        """#

    /// The whole page.
    package static func text() -> String {
        var lines = [beginning]
        var section: String?
        for group in SettingsTable.groups {
            lines.append(".Ss " + heading(of: group, isFirst: group.section != section))
            section = group.section
            if !group.introduction.isEmpty { lines += sentences(group.introduction) }
            lines.append(".Bl -tag -width indent")
            for setting in group.settings { lines += self.lines(of: setting) }
            lines.append(".El")
        }
        return (lines + [end]).joined(separator: "\n") + "\n"
    }

    private static func heading(of group: SettingGroup, isFirst: Bool) -> String {
        guard let section = group.section else { return group.heading }
        return "[[\(section)]]" + (isFirst ? "" : ": " + group.heading)
    }

    private static func lines(of setting: Setting) -> [String] {
        var lines = [".It Cm " + setting.name] + sentences(setting.meaning)
        if let values = setting.valuesInWords { lines += sentences(values + ".") }
        if let standard = setting.standardInWords { lines += sentences("Default: \(standard).") }
        if setting.standard == nil {
            lines += [".br", "Example: " + escaped("\(setting.name) = \(setting.example)")]
        }
        return lines
    }

    /// One sentence a line, as manual pages are written.
    private static func sentences(_ text: String) -> [String] {
        var sentences = [""]
        for word in text.split(separator: " ") {
            let isEnd = sentences[sentences.count - 1].last.map { $0 == "." } ?? false
            if isEnd, word.first?.isUppercase == true {
                sentences.append(String(word))
            } else {
                sentences[sentences.count - 1] += (sentences[sentences.count - 1].isEmpty ? "" : " ") + word
            }
        }
        return sentences.map(escaped)
    }

    /// A line in which no character is a request of the formatter.
    private static func escaped(_ text: String) -> String {
        let line = text.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
        return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }
}
