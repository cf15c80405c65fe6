import RetNetTUI

/// A word on the command line that is no command, where one is expected: the first, or the one after `help`.
struct UnknownCommandError: Error, Equatable, Sendable, CustomStringConvertible {
  let name: String
  let commands: [String]

  /// nil where the command line begins with a command, with an option, which is for `chat`, or with nothing.
  init?(_ arguments: some Collection<String>, commands: [String]) {
    let word = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    guard let name = word, !name.hasPrefix("-"), !commands.contains(name) else { return nil }
    (self.name, self.commands) = (name, commands)
  }

  var description: String {
    "Unknown command '\(name)'. "
      + (NearestName.of(name, among: commands).map { "Did you mean '\($0)'? " } ?? "")
      + "'retnet --help' lists all commands."
  }
}
