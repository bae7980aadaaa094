// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Keys that belong together: one heading of the manual and of the example.
package struct SettingGroup: Hashable, Sendable {
    /// The section that the keys stand in; nil at the top of the file.
    package let section: String?
    /// The heading.
    package let heading: String
    /// What holds for all of them; empty when there is nothing to say.
    package let introduction: String
    /// The keys.
    package let settings: [Setting]

    /// A group.
    package init(
        _ heading: String,
        in section: String? = nil,
        introduction: String = "",
        _ settings: [Setting]
    ) {
        self.section = section
        self.heading = heading
        self.introduction = introduction
        self.settings = settings
    }
}
