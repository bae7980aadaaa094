// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// The parameters of MAIL: those that are computed from the message, and those of the envelope that are passed on.
package struct SenderParameters: Hashable, Sendable {
    /// The size of the message in bytes, for `SIZE=`.
    package var size: Int64?
    /// What is declared with `BODY=`; nil without it.
    package var body: BodyType?
    /// Whether `SMTPUTF8` is declared.
    package var isInternationalised: Bool
    /// The others, as they stand in the envelope.
    package var passedOn: [ESMTPParameter]

    /// Parameters; by default none.
    package init(
        size: Int64? = nil,
        body: BodyType? = nil,
        isInternationalised: Bool = false,
        passedOn: [ESMTPParameter] = []
    ) {
        self.size = size
        self.body = body
        self.isInternationalised = isInternationalised
        self.passedOn = passedOn
    }
}
