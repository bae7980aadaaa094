// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage
internal import SMTPClient
internal import TOMLKit

/// Decodes one configuration: the main file and what `conf.d` adds.
///
/// Later files override keys of earlier ones.
struct SettingsDecoder {
    private var queueDirectory = "/var/spool/smtpq"
    private var keepQueue = false
    private var maxMessageBytes: Int64 = 100 << 20
    private var intervals = RetryPolicy.standard.intervals
    private var maxAge = RetryPolicy.standard.maxAge
    private var reportsAreMade = true
    private var reportAuthor: MailAddress?
    private var delayReportAfter = Duration.seconds(4 * 3600)
    private var reportLimit = 20
    private var receivedLimit = 50
    private var stopGrace = Duration.seconds(30)
    private var exitWhenIdle: Duration?
    private var logLevel = "info"
    private var metrics = MetricsSettings()
    private var relays: [(settings: RelaySettings, file: String)] = []
    private var routes: [RouteDecoder] = []

    private var localAddresses: LocalAddressDecoder

    private let host: HostFacts

    /// A decoder that asks this host what the text cannot answer.
    init(host: HostFacts) {
        self.host = host
        localAddresses = LocalAddressDecoder(host: host)
    }

    /// Takes one file in.
    mutating func add(_ text: String, file: String) throws(ConfigurationError) {
        let reader = try Self.read(text, file)
        if let path = try reader.string("QueueDir") {
            guard path.hasPrefix("/") else {
                throw reader.error("QueueDir", "QueueDir: expected an absolute path")
            }
            queueDirectory = path
        }
        keepQueue = try reader.boolean("KeepQueue") ?? keepQueue
        maxMessageBytes = try reader.byteCount("MaxMessageSize") ?? maxMessageBytes
        intervals = try reader.durations("RetryIntervals") ?? intervals
        maxAge = try reader.duration("MaxAge") ?? maxAge
        try addReports(reader)
        try localAddresses.add(reader)
        stopGrace = try reader.duration("StopGrace") ?? stopGrace
        if let time = try reader.duration("ExitWhenIdle") {
            guard time >= .seconds(5) else {
                throw reader.error(
                    "ExitWhenIdle",
                    "ExitWhenIdle: expected 5s or more, since systemd limits how often it starts a service"
                )
            }
            exitWhenIdle = time
        }
        logLevel = try reader.string("LogLevel") ?? logLevel
        try metrics.add(reader)
        for section in try reader.sections("Relay", settings: SettingsTable.relay) {
            let decoder = RelayDecoder(section: section, host: host)
            try refuseSecond(decoder, section)
            relays.append((try decoder.settings(), file))
        }
        routes += try reader.sections("Route", settings: SettingsTable.route).map(RouteDecoder.init)
    }

    private mutating func addReports(_ reader: SectionReader) throws(ConfigurationError) {
        reportsAreMade = try reader.boolean("Reports") ?? reportsAreMade
        if let text = try reader.string("ReportFrom") {
            do throws(AddressError) {
                reportAuthor = try MailAddress(text)
            } catch {
                throw reader.error("ReportFrom", "ReportFrom: expected an address: \(error.summary)")
            }
        }
        delayReportAfter = try reader.duration("DelayReportAfter") ?? delayReportAfter
        reportLimit = try reader.integer("MaxReportsPerHour") ?? reportLimit
        receivedLimit = try reader.integer("MaxReceived") ?? receivedLimit
    }

    /// The settings, after the last file.
    func settings(mainFile: String) throws(ConfigurationError) -> DaemonSettings {
        guard let first = relays.first else {
            throw ConfigurationError(
                file: mainFile,
                key: "Relay",
                "no [[Relay]] section: add one with MailServer = \"smtp.example.com\" to say where the mail goes"
            )
        }
        let delivery = DeliverySettings(
            queueDirectory: queueDirectory,
            keepQueue: keepQueue,
            maxMessageBytes: maxMessageBytes,
            retry: RetryPolicy(intervals: intervals, jitter: RetryPolicy.standard.jitter, maxAge: maxAge),
            reports: reportPolicy(greeting: first.settings.connection.hello),
            receivedLimit: receivedLimit,
            localAddresses: localAddresses.rules(),
            relays: relays.map(\.settings),
            routes: try decodedRoutes(),
            stopGrace: stopGrace,
            exitWhenIdle: exitWhenIdle
        )
        return DaemonSettings(
            delivery: delivery,
            logLevel: logLevel,
            metrics: metrics,
            aliasFile: localAddresses.aliasFile
        )
    }

    /// How reports are made, under the name by which this host greets the relay; nil when none are.
    private func reportPolicy(greeting host: String) -> ReportPolicy? {
        guard reportsAreMade,
            let author = reportAuthor ?? ReportPolicy.usualAuthor(at: host)
        else { return nil }
        return ReportPolicy(
            author: author,
            host: host,
            delayAfter: delayReportAfter,
            limitPerHour: reportLimit
        )
    }

    /// The routes, of which the last one is for all mail that no other takes.
    private func decodedRoutes() throws(ConfigurationError) -> [Route] {
        let names = relays.map(\.settings.name)
        var decoded: [Route] = []
        for (index, decoder) in routes.enumerated() {
            decoded.append(try decoder.route(number: index + 1, relays: names))
        }
        if let last = routes.last, decoded.last?.isForAll == false {
            throw last.section.error(
                "Relays",
                "the last [[Route]] is for the mail that no other takes: it has no Sender and no Recipient"
            )
        }
        return decoded
    }

    private func refuseSecond(_ decoder: RelayDecoder, _ section: SectionReader) throws(ConfigurationError) {
        let name = try decoder.name()
        guard let first = relays.first(where: { $0.settings.name == name }) else { return }
        throw section.error(
            "Name",
            "a second [[Relay]] with the Name \"\(name)\": the first one is in \(PrintableText(first.file, limitBytes: 300))"
        )
    }

    private static func read(_ text: String, _ file: String) throws(ConfigurationError) -> SectionReader {
        // The library takes a C string and would not see what follows a NUL.
        if let null = text.unicodeScalars.firstIndex(of: "\0") {
            let before = text.unicodeScalars[..<null].split(separator: "\n", omittingEmptySubsequences: false)
            let position = TextPosition(line: before.count, column: (before.last?.count ?? 0) + 1)
            throw ConfigurationError(file: file, position: position, "the character NUL is no text")
        }
        let table = try parse(text, file)
        let positions = KeyPositionParser.parse(text)
        if let null = positions.null {
            throw ConfigurationError(
                file: file,
                position: null,
                "the character NUL cannot be part of a value"
            )
        }
        return try SectionReader(
            table,
            at: .root,
            settings: SettingsTable.top,
            file: file,
            positions: positions
        )
    }

    private static func parse(_ text: String, _ file: String) throws(ConfigurationError) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            throw ConfigurationError(
                file: file,
                position: TextPosition(line: begin.line, column: begin.column),
                PrintableText(error.description).string
            )
        } catch {
            throw ConfigurationError(file: file, "cannot be read as TOML: \(PrintableText("\(error)"))")
        }
    }
}
