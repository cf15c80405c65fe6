import RetNetTUI

/// An unknown command in the first position of the command line, or after `help`.
struct UnknownCommandError: Error, Equatable, Sendable, CustomStringConvertible {
  let name: String
  let commands: [String]

  /// Nil if the command line is empty, or starts with a command or with an option, which belongs to `chat`.
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
