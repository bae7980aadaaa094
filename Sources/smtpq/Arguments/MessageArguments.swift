// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser

/// The messages that a command is for: those that are named, or those that match.
struct MessageArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("Messages; an id may be shortened while it is unique.", valueName: "id"))
    var ids: [String] = []
    @OptionGroup(title: "Instead of ids") var filter: FilterOptions
}
