import ArgumentParser
import RetNet

@main
struct RetNetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retnet",
    abstract: "Chat with a Retentive Network, and see its memory as it changes.",
    subcommands: [ChatCommand.self, TrainCommand.self],
    defaultSubcommand: ChatCommand.self
  )
}
