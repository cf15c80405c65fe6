import ArgumentParser
import Foundation
import RetNet
import RetNetTUI

@main
struct RetNetCommand: AsyncParsableCommand {
  /// The program's semantic version. A test compares it with CHANGELOG.md.
  static let version = "0.9.0"

  static let configuration = CommandConfiguration(
    commandName: "retnet",
    abstract: "Chat with a Retentive Network and watch its state change.",
    discussion: """
      Results go to standard output, messages to standard error. Exit status: 0 done, 1 checked and failed, 2 bad input, \
      64 wrong usage, 130 interrupted.
      """,
    version: "retnet \(version)",
    subcommands: [
      ChatCommand.self, GenerateCommand.self, EvaluateCommand.self, LogitsCommand.self, RetainCommand.self,
      VerifyCommand.self, InspectCommand.self, TokenizeCommand.self, ConvertCommand.self, TrainCommand.self,
      CurvesCommand.self, BenchCommand.self, LessonsCommand.self,
    ],
    defaultSubcommand: ChatCommand.self
  )

  /// Runs the command line. An error of a command becomes an exit status and at most one line here.
  static func main() async {
    ProcessSetup.prepare()
    do {
      // The default command would parse an unknown word as its own argument.
      if let error = UnknownCommandError(CommandLine.arguments.dropFirst(), commands: names) { throw error }
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      StandardError.writeNotes()
    } catch OutputError.closed {
      // The reader has closed the pipe, as in `retnet … | head -1`.
    } catch let error where isOfParser(error) {
      if error is ExitCode { StandardError.writeNotes() }
      exit(withError: error)
    } catch let error as UnknownCommandError {
      StandardError.line("Error: \(error)")
      Foundation.exit(exitCode(for: ValidationError("")).rawValue)
    } catch {
      StandardError.message(StandardError.words(error))
      for line in (error as? CheckpointError)?.remedy ?? [] { StandardError.line(line) }
      Foundation.exit(2)
    }
  }

  /// Words that a command line may start with.
  private static let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]

  /// Whether the parser reports the error itself: help, usage errors and exit statuses.
  private static func isOfParser(_ error: any Error) -> Bool {
    error is ExitCode || error is CleanExit || error is ValidationError || exitCode(for: error) != .failure
  }
}
