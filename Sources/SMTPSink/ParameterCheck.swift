// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Checks the parameters of MAIL and RCPT against what EHLO offers.
struct ParameterCheck {
    let options: SinkOptions
    let messageByteLimit: Int?

    /// The reply that refuses the parameters of MAIL; nil when they are right.
    func refusal(ofMail parameters: [Substring]) -> String? {
        let names = [
            "SIZE": "SIZE", "BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8", "RET": "DSN", "ENVID": "DSN",
        ]
        if let refusal = refusal(parameters, names) { return refusal }
        for parameter in parameters where keyword(of: parameter) == "SIZE" {
            guard let size = Int(value(of: parameter)), size >= 0 else { return "501 5.5.4 SIZE=number" }
            if let messageByteLimit, size > messageByteLimit {
                return "552 5.3.4 the message is larger than SIZE"
            }
        }
        for parameter in parameters where keyword(of: parameter) == "BODY" {
            guard ["7BIT", "8BITMIME"].contains(value(of: parameter).uppercased()) else {
                return "501 5.5.4 BODY=7BIT or BODY=8BITMIME"
            }
        }
        return nil
    }

    /// The reply that refuses the parameters of RCPT; nil when they are right.
    func refusal(ofRecipient parameters: [Substring]) -> String? {
        refusal(parameters, ["NOTIFY": "DSN", "ORCPT": "DSN"])
    }

    private func refusal(_ parameters: [Substring], _ extensions: [String: String]) -> String? {
        var seen: Set<String> = []
        for parameter in parameters {
            let keyword = keyword(of: parameter)
            guard let needed = extensions[keyword], options.offers(needed) else {
                return "555 5.5.4 the parameter \(keyword) is not offered"
            }
            guard seen.insert(keyword).inserted else {
                return "501 5.5.4 the parameter \(keyword) stands twice"
            }
        }
        return nil
    }

    private func keyword(of parameter: Substring) -> String {
        parameter.prefix { $0 != "=" }.uppercased()
    }

    private func value(of parameter: Substring) -> Substring {
        parameter.drop { $0 != "=" }.dropFirst()
    }
}
