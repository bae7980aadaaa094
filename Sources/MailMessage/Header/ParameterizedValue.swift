// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The value of a Content-Type or Content-Disposition field: a word and parameters.
///
/// - SeeAlso: RFC 2045 §5.1, RFC 2183 §2, RFC 2231
package struct ParameterizedValue: Hashable, Sendable {
    /// One parameter.
    package struct Parameter: Hashable, Sendable {
        /// The name, in lower case.
        package let name: String
        /// The value, decoded.
        package let value: String
    }

    /// The word before the first semicolon, in lower case: `text/plain`, `attachment`.
    package let value: String
    /// The parameters in their order, none twice.
    package private(set) var parameters: [Parameter]

    /// A value with parameters.
    init(_ value: String, _ parameters: KeyValuePairs<String, String> = [:]) {
        self.init(value, parameters.map { Parameter(name: $0, value: $1) })
    }

    init(_ value: String, _ parameters: [Parameter]) {
        self.value = value
        self.parameters = parameters
    }

    /// Reads the value of a field.
    ///
    /// Never fails: what cannot be read is left out. Of a parameter that stands twice the first one counts.
    ///
    /// Cost: linear in the length of the text.
    package init(parsing text: String) {
        self = ParameterReader.read(text)
    }

    /// The value of a parameter; the name in lower case.
    package subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// The same with one parameter more.
    func adding(_ name: String, _ value: String) -> ParameterizedValue {
        Self(self.value, parameters + [Parameter(name: name, value: value)])
    }
}
