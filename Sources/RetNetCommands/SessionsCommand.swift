import ArgumentParser
import Foundation
import RetNet
import RetNetTUI

/// `retnet sessions`: the conversations that the app has saved.
struct SessionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "List, show, rename, delete and export saved conversations.",
    discussion: """
      The app saves every conversation in $XDG_STATE_HOME/retnet/sessions (default: ~/.local/state). 'retnet --resume' \
      continues one. NAME is a session's title or id, or the start of one.
      """,
    subcommands: [List.self, Show.self, Rename.self, Delete.self, Export.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the saved conversations, the last one first.",
      discussion: """
        With --json: {"sessions":[{"id":…,"title":…,"named":…,"model":…,"sha256":…,"created":…,"updated":…,"turns":…,\
        "tokens":…,"process":…}],"skipped":[{"file":…,"reason":…}]}. 'process' is the one that has the session open, or \
        null.
        """)
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let listing = SessionFolder().list()
      let output = StandardOutput()
      if json {
        try write(listing, JSONWriter(output))
      } else {
        for session in listing.sessions {
          let state = session.process.map { "  (open in process \($0))" } ?? ""
          try output.write(
            "\(session.id)  \(session.model)  \(session.turns) turns  \(session.tokens) tokens  "
              + "\(oneLine(session.title))\(state)\n")
        }
        for skipped in listing.skipped { StandardError.message("Skipped '\(skipped.file)': \(skipped.reason)") }
      }
      try output.flush()
    }

    private func write(_ listing: SessionListing, _ json: JSONWriter) throws {
      try json.object {
        try json.field("sessions") {
          try json.objects(listing.sessions) { session in
            try json.field("id", session.id)
            try json.field("title", session.title)
            try json.field("named", session.isNamed)
            try json.field("model", session.model)
            try json.field("sha256", session.sha256)
            try json.field("created", session.created.formatted(.iso8601))
            try json.field("updated", session.updated.formatted(.iso8601))
            try json.field("turns", session.turns)
            try json.field("tokens", session.tokens)
            try json.field("process", session.process)
          }
        }
        try json.field("skipped") {
          try json.objects(listing.skipped) { skipped in
            try json.field("file", skipped.file)
            try json.field("reason", skipped.reason)
          }
        }
      }
      try json.endLine()
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the text of a conversation as Markdown, or with --json as JSON.")
    @Argument(help: "A title or id, or the start of one.") var name: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let folder = SessionFolder()
      let output = StandardOutput()
      try output.write(try folder.transcript(try folder.find(name).id).text(json ? .json : .markdown))
      try output.flush()
    }
  }

  struct Rename: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Name a conversation. One with a name is never deleted automatically.")
    @Argument(help: "A title or id, or the start of one.") var name: String
    @Argument(help: "The new name.") var newName: String

    func run() throws {
      let folder = SessionFolder()
      try folder.rename(try folder.find(name), to: newName)
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete conversations, without a question.")
    @Argument(help: "Titles or ids, or the start of one each.") var names: [String]

    func run() throws {
      let folder = SessionFolder()
      // Nothing is deleted if a name is wrong.
      for session in try names.map({ try folder.find($0) }) { try folder.delete(session) }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the text of a conversation to a Markdown or JSON file.")
    @Argument(help: "A title or id, or the start of one.") var name: String
    @Argument(help: "A file that ends in .md or .json.", completion: .file(extensions: ["md", "json"]))
    var file: String
    @Flag(help: "Replace the file if it exists.") var overwrite = false

    func validate() throws {
      guard SessionTranscript.Format(path: file) != nil else {
        throw ValidationError("The file is '\(file)', but must end in .md or .json.")
      }
    }

    func run() throws {
      let folder = SessionFolder()
      let transcript = try folder.transcript(try folder.find(name).id)
      if !overwrite, AtomicFile.replacesFile(at: file) {
        throw FileError.unwritable(path: file, reason: "it exists, and --overwrite is not given")
      }
      try transcript.write(to: file)
    }
  }
}

/// A title without line breaks.
private func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
