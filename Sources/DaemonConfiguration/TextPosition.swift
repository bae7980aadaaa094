// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A place in a text file.
///
/// Lines and columns are counted from 1, columns in Unicode scalars.
package struct TextPosition: Hashable, Sendable {
    /// The line.
    package let line: Int
    /// The column.
    package let column: Int

    /// A place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
