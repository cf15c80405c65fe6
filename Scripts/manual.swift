import Foundation

// Writes the manual pages of a program from what its command-line parser knows.
//
//   retnet --experimental-dump-help | swift Scripts/manual.swift VERSION DAY FOLDER
//
// Writes FOLDER/retnet.1, and a page such as FOLDER/retnet-train.1 for each command. The manual plugin of
// swift-argument-parser removes every character beyond ASCII from the help, builds the program in debug again, and puts
// no options in sections.

struct Name: Decodable {
  var kind: String
  var name: String

  var text: String { (kind == "long" ? "--" : "-") + name }
}

struct Argument: Decodable {
  var kind: String
  var shouldDisplay: Bool
  var isOptional: Bool
  var isRepeating: Bool
  var names: [Name]?
  var valueName: String?
  var sectionTitle: String?
  var abstract: String?
  var discussion: String?
  var defaultValue: String?
  var allValues: [String]?
}

struct Command: Decodable {
  var commandName: String
  var abstract: String?
  var discussion: String?
  var shouldDisplay: Bool
  var arguments: [Argument]?
  var subcommands: [Command]?
}

struct Dump: Decodable {
  var serializationVersion: Int
  var command: Command
}

/// Text for roff: special characters escaped, and places to break long JSON.
func escaped(_ text: String) -> String {
  let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
    let text = String(word).replacing("\\", with: "\\e").replacing("-", with: "\\-")
    guard word.count > 40 else { return text }
    return [",", "["].reduce(text) { $0.replacing($1, with: "\($1)\\:") }
  }
  let line = words.joined(separator: " ")
  return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
}

/// Paragraphs of a text, each on one line after `separator`.
func paragraphs(_ text: String?, separator: String = ".PP") -> [String] {
  (text ?? "").split(separator: "\n").filter { !$0.isEmpty }.map { escaped(String($0)) }.reduce(into: []) {
    $0 += $0.isEmpty ? [$1] : [separator, $1]
  }
}

func value(_ argument: Argument) -> String { "\\fI\(escaped(argument.valueName ?? "value"))\\fR" }

/// `-p, --prompt PROMPT`, or the name of a positional argument.
func title(_ argument: Argument) -> String {
  let names = (argument.names ?? []).map { "\\fB\(escaped($0.text))\\fR" }.joined(separator: ", ")
  switch argument.kind {
  case "positional": return value(argument) + (argument.isRepeating ? " ..." : "")
  case "option": return names + " " + value(argument) + (argument.isRepeating ? " ..." : "")
  default: return names
  }
}

func entry(_ argument: Argument) -> [String] {
  var notes: [String] = []
  if let values = argument.allValues, !values.isEmpty { notes.append("values: \(values.joined(separator: ", "))") }
  if let text = argument.defaultValue, !text.isEmpty { notes.append("default: \(text)") }
  let suffix = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
  let text = paragraphs((argument.abstract ?? "") + suffix, separator: ".IP")
  return [".TP", title(argument)] + (text.isEmpty ? ["\\&"] : text)
    + (argument.discussion.map { [".IP"] + paragraphs($0, separator: ".IP") } ?? [])
}

/// The arguments in sections, in the order of their first entries.
func options(_ command: Command) -> [String] {
  let shown = (command.arguments ?? []).filter(\.shouldDisplay)
  let positional = shown.filter { $0.kind == "positional" }
  let others = shown.filter { $0.kind != "positional" }
  var lines = positional.isEmpty ? [] : [".SH ARGUMENTS"] + positional.flatMap(entry)
  guard !others.isEmpty else { return lines }
  lines.append(".SH OPTIONS")
  lines += others.filter { $0.sectionTitle == nil }.flatMap(entry)
  var titles: [String] = []
  for title in others.compactMap(\.sectionTitle) where !titles.contains(title) { titles.append(title) }
  for title in titles {
    lines += [".SS \(escaped(title))"] + others.filter { $0.sectionTitle == title }.flatMap(entry)
  }
  return lines
}

func page(_ command: Command, of program: Command, _ version: String, _ day: String) -> String {
  let isProgram = command.commandName == program.commandName
  let name = isProgram ? program.commandName : "\(program.commandName)-\(command.commandName)"
  let commands = (program.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && $0.kind == "positional" }
    .map { " \($0.isOptional ? "[\(title($0))]" : title($0))" }.joined()
  var lines = [
    ".\\\" Written by Scripts/manual.swift from the help of the program.",
    ".TH \(escaped(name.uppercased())) 1 \"\(day)\" \"\(program.commandName) \(version)\" \"User Commands\"", ".nh",
    ".ad l",
    ".SH NAME", "\(escaped(name)) \\- \(escaped((command.abstract ?? "").trimmingSuffix(".")))", ".SH SYNOPSIS",
  ]
  if isProgram {
    lines += ["\\fB\(name)\\fR [\\fIcommand\\fR] [\\fIoptions\\fR]"]
  } else {
    lines += ["\\fB\(program.commandName) \(command.commandName)\\fR [\\fIoptions\\fR]\(arguments)"]
  }
  lines += [".SH DESCRIPTION", escaped(command.abstract ?? "")]
  if let discussion = command.discussion { lines += [".PP"] + paragraphs(discussion) }
  if isProgram {
    lines.append(".SH COMMANDS")
    for command in commands {
      lines += [
        ".TP", "\\fB\(command.commandName)\\fR", escaped(command.abstract ?? ""),
        "See \\fB\(program.commandName)\\-\(command.commandName)\\fR(1).",
      ]
    }
  }
  lines += options(command)
  let others = isProgram ? commands.map { "\(program.commandName)-\($0.commandName)" } : [program.commandName]
  lines += [".SH SEE ALSO", others.map { "\\fB\(escaped($0))\\fR(1)" }.joined(separator: ", ")]
  return lines.joined(separator: "\n") + "\n"
}

extension String {
  func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}

guard CommandLine.arguments.count == 4 else {
  FileHandle.standardError.write(Data("usage: manual.swift VERSION DAY FOLDER <DUMP\n".utf8))
  exit(64)
}
let dump = try JSONDecoder().decode(Dump.self, from: FileHandle.standardInput.readDataToEndOfFile())
guard dump.serializationVersion == 0 else {
  FileHandle.standardError.write(
    Data("The dump of the help has version \(dump.serializationVersion), but this script reads version 0.\n".utf8))
  exit(2)
}
let (program, version, day) = (dump.command, CommandLine.arguments[1], CommandLine.arguments[2])
let folder = CommandLine.arguments[3]
for command in [program] + (program.subcommands ?? []) where command.shouldDisplay && command.commandName != "help" {
  let isProgram = command.commandName == program.commandName
  let name = isProgram ? program.commandName : "\(program.commandName)-\(command.commandName)"
  try page(command, of: program, version, day).write(toFile: "\(folder)/\(name).1", atomically: true, encoding: .utf8)
}
