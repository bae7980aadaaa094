// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Where plans are performed: the queue directory, or a model of one in a test.
package protocol FileStore {
    /// Creates a file that must not be there, and writes it.
    func create(_ name: String, _ bytes: [UInt8]) throws(SpoolError)
    /// Appends to a file, which is created when it is not there.
    func append(_ name: String, _ bytes: [UInt8]) throws(SpoolError)
    /// Makes the content of a file durable.
    func syncFile(_ name: String) throws(SpoolError)
    /// Renames, never over an existing name.
    func rename(_ from: String, to: String) throws(SpoolError)
    /// Removes a name. A name that is not there is an error with code `notFound`.
    func remove(_ name: String) throws(SpoolError)
    /// Makes all changes of names durable.
    func syncDirectory() throws(SpoolError)
}
