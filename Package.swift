// swift-tools-version:6.1
// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import PackageDescription

/// Every target: each import states its access level, existentials are marked, member look-up needs its import, and an
/// asynchronous function stays with its caller, so that the delivery does not change threads for each message.
let houseRules: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The fuzz targets: with SMTPQD_FUZZ a program for libFuzzer (`scripts/fuzz`), else tests that replay its corpus.
let fuzzing: Target = {
    let dependencies: [Target.Dependency] = [
        "MailMessage", "MailTestKit", "SMTPClient", "SMTPProtocol", "Spool",
        .product(name: "NIOCore", package: "swift-nio"),
    ]
    let path = "Tests/FuzzTests"
    guard Context.environment["SMTPQD_FUZZ"] == nil else {
        return .executableTarget(
            name: "fuzz",
            dependencies: dependencies,
            path: path,
            exclude: ["Corpus", "CorpusTests.swift"],
            swiftSettings: houseRules
        )
    }
    return .testTarget(
        name: "FuzzTests",
        dependencies: dependencies,
        path: path,
        exclude: ["Corpus", "Fuzzer.swift"],
        swiftSettings: houseRules
    )
}()

let package = Package(
    name: "smtpqd",
    products: [
        .executable(name: "smtpqd", targets: ["smtpqd"]),
        .executable(name: "smtpq", targets: ["smtpq"]),
        .executable(name: "smtpq-send", targets: ["QuickSend"]),
        .library(name: "SMTPComponent", targets: ["SMTPComponent"]),
        .library(name: "smtp_component", type: .dynamic, targets: ["SMTPProcedural"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Pure: no I/O, no clock.
        .target(name: "MailMessage", swiftSettings: houseRules),
        .target(
            name: "SMTPProtocol",
            dependencies: ["MailMessage", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: houseRules
        ),

        // The queue directory.
        .target(name: "CLinux"),
        .target(
            name: "Spool",
            dependencies: [
                "CLinux", "MailMessage", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: houseRules
        ),

        // One connection to one relay.
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "CGSASL", pkgConfig: "libgsasl", providers: [.apt(["libgsasl-dev"])]),
        .target(
            name: "SMTPClient",
            dependencies: [
                "CGSASL", "CIDN2", "MailMessage", "SMTPProtocol",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: houseRules
        ),
        .target(
            name: "SMTPSink",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: houseRules
        ),

        // Behind swift-metrics: what is measured, as text.
        .target(
            name: "OpenMetrics",
            dependencies: [
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: houseRules
        ),

        // From the queue directory to the relay.
        .target(
            name: "Delivery",
            dependencies: [
                "MailMessage", "SMTPClient", "SMTPProtocol", "Spool",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: houseRules
        ),

        // The class for applications.
        .target(
            name: "SMTPComponent",
            dependencies: [
                "Delivery", "MailMessage", "SMTPClient", "SMTPProtocol", "Spool",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: houseRules
        ),

        // The class for other languages: a dynamic library that brings the Swift runtime along and shows its own functions only.
        .target(name: "CSMTPProcedural"),
        .target(
            name: "SMTPProcedural",
            dependencies: ["CSMTPProcedural", "SMTPComponent"],
            exclude: ["symbols.map"],
            swiftSettings: houseRules,
            linkerSettings: [
                .unsafeFlags([
                    "-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims", "-Xlinker", "-z", "-Xlinker", "defs",
                    "-Xlinker", "-soname=libsmtp_component.so.1",
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/SMTPProcedural/symbols.map",
                    // Its threads would go on in memory that is not there any more.
                    "-Xlinker", "-z", "-Xlinker", "nodelete",
                ])
            ]
        ),

        // The host.
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(
            name: "SystemdSupport",
            dependencies: ["CSystemd", .product(name: "Logging", package: "swift-log")],
            swiftSettings: houseRules
        ),
        .target(
            name: "DaemonConfiguration",
            dependencies: [
                "Delivery", "MailMessage", "SMTPClient", "SMTPProtocol",
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: houseRules
        ),

        // The programs: composition only.
        .target(name: "ProgramOutput", swiftSettings: houseRules),
        // Linked whole, because it starts in a third of the time that its dynamic libraries would take.
        .target(name: "Submission", dependencies: ["MailMessage", "ProgramOutput", "Spool"], swiftSettings: houseRules),
        .executableTarget(
            name: "QuickSend",
            dependencies: ["MailMessage", "ProgramOutput", "Spool", "Submission"],
            swiftSettings: houseRules,
            linkerSettings: [.unsafeFlags(["-static-executable"])]
        ),
        .executableTarget(
            name: "smtpqd",
            dependencies: [
                "DaemonConfiguration", "Delivery", "OpenMetrics", "ProgramOutput", "Spool", "SystemdSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: houseRules
        ),
        .executableTarget(
            name: "smtpq",
            dependencies: [
                "DaemonConfiguration", "Delivery", "MailMessage", "ProgramOutput", "SMTPClient",
                "SMTPProtocol", "SMTPSink", "Spool", "Submission",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: houseRules
        ),

        // Tests.
        .target(
            name: "MailTestKit",
            dependencies: [
                "MailMessage", "SMTPClient", "SMTPProtocol",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/MailTestKit",
            swiftSettings: houseRules
        ),
        .executableTarget(
            name: "ComponentDriver",
            dependencies: ["SMTPComponent"],
            path: "Tests/ComponentDriver",
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "MailMessageTests",
            dependencies: ["MailMessage", "MailTestKit"],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "SMTPProtocolTests",
            dependencies: [
                "MailMessage", "MailTestKit", "SMTPProtocol", .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Dialogues"],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "SpoolTests",
            dependencies: ["MailMessage", "MailTestKit", "Spool"],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "SMTPSinkTests",
            dependencies: ["SMTPSink", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "SMTPClientTests",
            dependencies: [
                "MailMessage", "MailTestKit", "SMTPClient", "SMTPProtocol", "SMTPSink",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Delivery", "MailMessage", "MailTestKit", "SMTPClient", "SMTPProtocol", "SMTPSink", "Spool",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "SMTPComponentTests",
            dependencies: [
                "Delivery", "MailMessage", "MailTestKit", "SMTPClient", "SMTPComponent", "SMTPProtocol", "SMTPSink",
                "Spool",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "DaemonConfigurationTests",
            dependencies: ["DaemonConfiguration", "Delivery", "SMTPClient", "SMTPProtocol", "Spool"],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "smtpqTests",
            dependencies: [
                "DaemonConfiguration", "Delivery", "MailMessage", "MailTestKit", "ProgramOutput", "SMTPClient", "SMTPProtocol", "SMTPSink", "Spool",
                "smtpq", "Submission", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "OpenMetricsTests",
            dependencies: [
                "MailTestKit", "OpenMetrics",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "SystemdSupportTests",
            dependencies: ["SystemdSupport", .product(name: "Logging", package: "swift-log")],
            swiftSettings: houseRules
        ),
        fuzzing,
    ],
    swiftLanguageModes: [.v6]
)
