import TerminalKit

/// A text that can replace the word at the cursor of the command line.
struct Completion: Sendable, Hashable {
  var text: String
  /// What the text names; may be empty.
  var detail = ""
  /// What follows if it is the only one: a space before an argument, or a closing quote.
  var ending = ""
}

/// Where completions come from.
enum CompletionSource: Sendable, Hashable {
  case commands
  case words([String])
  /// Bundled models, and folders.
  case models
  case personas
  case lessons
  case branches
  /// Folders, and files with one of these extensions; without extensions, all files.
  case files(extensions: [String])
}

/// The part of the command line that is to be completed.
struct CompletionQuery: Sendable, Hashable {
  var source: CompletionSource
  /// The index of its first character.
  var start: Int
  var typed: String
}

/// The completions of a word, shown above the command line.
struct CompletionMenu: Sendable, Hashable {
  var query: CompletionQuery
  var items: [Completion]
  /// The item on the line; nil before the first.
  var selected: Int?

  mutating func select(by step: Int) -> Completion {
    let next = selected.map { $0 + step } ?? (step > 0 ? 0 : -1)
    let index = (next + items.count) % items.count
    selected = index
    return items[index]
  }
}

extension CommandTable {
  /// Where the arguments of commands come from, besides the words of their syntax.
  static let completionSources: [String: CompletionSource] = [
    "set": .words(Setting.allCases.map(\.name)), "model": .models, "persona": .personas, "lesson": .lessons,
    "branch": .branches,
    "explore": .words(Explorer.Page.allCases.map(\.rawValue)), "forms": .words(Lab.Page.allCases.map(\.rawValue)),
    "save-screen": .files(extensions: Command.ScreenFormat.allCases.map(\.rawValue)),
    "export-transcript": .files(extensions: ["md", "json"]),
    "save-session": .files(extensions: ["json"]), "open-session": .files(extensions: ["json"]),
    "export": .files(extensions: ["csv", "npy", "json"]),
  ]

  /// What to complete at the end of a line; nil if there is nothing.
  static func completionQuery(of line: String) -> CompletionQuery? {
    guard isCommand(line) else { return nil }
    guard let space = line.firstIndex(where: \.isWhitespace) else {
      let typed = String(line.drop { $0 == ":" || $0 == "/" })
      return CompletionQuery(source: .commands, start: line.count - typed.count, typed: typed)
    }
    guard let entry = entry(ofLine: line) else { return nil }
    var argument = line[line.index(after: space)...].drop(while: \.isWhitespace)
    if entry.name == "set", argument.contains(where: \.isWhitespace) {
      // The value of a setting is the argument of the command with its name.
      var query = completionQuery(of: ":" + argument)
      query?.start += line.count - argument.count - 1
      return query
    }
    let words = firstWords(of: entry)
    let takesFile = entry.argument.hasSuffix("FILE")
    if takesFile, !words.isEmpty, let end = argument.firstIndex(where: \.isWhitespace) {
      argument = argument[end...].drop(while: \.isWhitespace)
    } else if !words.isEmpty, takesFile || completionSources[entry.name] == nil {
      return query(.words(words), argument, in: line)
    }
    return completionSources[entry.name].map { query($0, argument, in: line) }
  }

  private static func query(_ source: CompletionSource, _ typed: Substring, in line: String) -> CompletionQuery {
    CompletionQuery(source: source, start: line.count - typed.count, typed: String(typed))
  }

  /// The words that an argument may begin with. Other parts of its syntax, such as N, stand for values.
  static func firstWords(of entry: Entry) -> [String] {
    entry.argument.split { "|[]".contains($0) }.compactMap { $0.split(separator: " ").first.map(String.init) }.filter {
      $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
    }
  }

  /// The argument of a command, with its path as the system expects it: without quotes around it, and with the home
  /// folder for `~`.
  static func withPath(_ argument: String, of name: String) -> String {
    switch completionSources[name] {
    case .files, .models: break
    case .commands, .words, .personas, .lessons, .branches, nil: return argument
    }
    guard name == "export", let space = argument.firstIndex(where: \.isWhitespace) else { return path(argument) }
    return argument[...space] + path(trimmed(argument[space...]))
  }

  private static func path(_ text: String) -> String {
    var path = text
    if let quote = text.first, "\"'".contains(quote), text.count > 1, text.last == quote {
      path = String(text.dropFirst().dropLast())
    }
    return CompletionFiles.expanded(path)
  }
}
