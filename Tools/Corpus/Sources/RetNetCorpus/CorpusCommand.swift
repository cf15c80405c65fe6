import ArgumentParser
import Corpus
import Foundation

@main
struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retnet-corpus",
    abstract: "Make the training text of the bundled models.",
    discussion: """
      Text goes to files, messages to standard error. Exit status: 0 done, 2 bad input, 64 wrong usage.
      """,
    subcommands: [
      ComposeCommand.self, ShortenCommand.self, DrillsCommand.self, PrepareCommand.self, MendCommand.self,
      ProbesCommand.self,
      RecallCommand.self,
    ]
  )

  /// Runs the command line. Errors of commands become an exit status and one line.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error where error is ExitCode || error is CleanExit || exitCode(for: error) != .failure {
      exit(withError: error)
    } catch {
      StandardStreams.tell("retnet-corpus: \(error)\n")
      Foundation.exit(2)
    }
  }
}
