import ArgumentParser
import RetNet
import RetNetTUI
import TerminalKit

@main
struct RetNetCommand: AsyncParsableCommand {
  /// The program's semantic version. A test compares it with CHANGELOG.md.
  static let version = "0.9.0"

  static let configuration = CommandConfiguration(
    commandName: "retnet",
    abstract: "Chat with a Retentive Network and watch its state change.",
    discussion: """
      Without a subcommand, retnet opens the app; 'retnet -p TEXT' answers one message, and 'retnet lesson' teaches \
      retention.

      Results go to standard output, messages to standard error. Exit status: 0 done, 1 checked and failed, 2 bad input, \
      64 wrong usage, 130 interrupted.
      """,
    version: "retnet \(version)",
    subcommands: [
      ChatCommand.self, GenerateCommand.self, EvaluateCommand.self, LogitsCommand.self, RetainCommand.self,
      VerifyCommand.self, InspectCommand.self, TokenizeCommand.self, ConvertCommand.self, TrainCommand.self,
      CurvesCommand.self, BenchCommand.self, LessonsCommand.self, SessionsCommand.self, SettingsCommand.self,
      DoctorCommand.self,
    ],
    defaultSubcommand: ChatCommand.self
  )

  static func main() async {
    ProcessSetup.prepare()
    FatalSignals.endProgram(await status())
  }

  /// Runs the command line. An error of a command becomes the exit status and at most one line here.
  private static func status() async -> Int32 {
    do {
      // The default command would parse an unknown word as its own argument.
      if let error = UnknownCommandError(CommandLine.arguments.dropFirst(), commands: names) { throw error }
      var command = try parseAsRoot()
      reportSettings()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      StandardError.writeNotes()
      return 0
    } catch let error as OutputError {
      return error.report()
    } catch let error where isOfParser(error) {
      if error is ExitCode { StandardError.writeNotes() }
      return report(ofParser: error)
    } catch let error as UnknownCommandError {
      StandardError.line("Error: \(error)")
      return exitCode(for: ValidationError("")).rawValue
    } catch {
      StandardError.message(StandardError.words(error))
      for line in (error as? CheckpointError)?.remedy ?? [] { StandardError.line(line) }
      return 2
    }
  }

  /// Names what is wrong in the settings, which then have no effect. A file that cannot be read at all is reported by the
  /// commands that read it.
  private static func reportSettings() {
    guard let settings = try? Settings.read() else { return }
    for problem in settings.problems { StandardError.message(problem.description) }
  }

  /// Words that a command line may start with.
  private static let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]

  /// Whether the parser has the text of the error: help, usage errors and exit statuses.
  private static func isOfParser(_ error: any Error) -> Bool {
    error is ExitCode || error is CleanExit || error is ValidationError || exitCode(for: error) != .failure
  }

  /// Writes the parser's text: help to stdout, a usage error to stderr. Returns the exit status.
  private static func report(ofParser error: any Error) -> Int32 {
    let (text, status) = (fullMessage(for: error), exitCode(for: error))
    if text.isEmpty { return status.rawValue }
    guard status == .success else {
      StandardError.lines(text)
      return status.rawValue
    }
    let output = StandardOutput()
    do throws(OutputError) {
      try output.write(text + "\n")
      try output.flush()
    } catch {
      return error.report()
    }
    return status.rawValue
  }
}
