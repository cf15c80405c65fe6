import ArgumentParser
import RetNet

@main
struct RetNetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retnet",
    abstract: "Chat with a Retentive Network, and see its memory as it changes.",
    subcommands: [TrainCommand.self]
  )
}
