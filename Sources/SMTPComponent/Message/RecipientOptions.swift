// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The options of a recipient, as people write them.
///
/// | written | on the wire |
/// |---|---|
/// | `NOTIFY=SUCCESS,FAILURE` | `NOTIFY=SUCCESS,FAILURE` |
/// | `NOTIFY SUCCESS,FAILURE,DELAY` | `NOTIFY=SUCCESS,FAILURE,DELAY` |
/// | `NOTIFY NEVER ORCPT=rfc822;a@b.example` | `NOTIFY=NEVER ORCPT=rfc822;a@b.example` |
enum RecipientOptions {
    /// The options with `=` in place of a blank between a keyword and its value.
    static func normalized(_ text: String) -> String {
        var options: [String] = []
        var keyword: Substring?
        for word in text.split(separator: " ") {
            if let name = keyword, !word.contains("=") {
                options.append("\(name)=\(word)")
                keyword = nil
            } else {
                if let name = keyword { options.append(String(name)) }
                keyword = word.contains("=") ? nil : word
                if keyword == nil { options.append(String(word)) }
            }
        }
        if let keyword { options.append(String(keyword)) }
        return options.joined(separator: " ")
    }
}
