import ArgumentParser
import Corpus

/// `retnet-corpus prepare`: the public sources as dialogue files.
struct PrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Make dialogue files of public conversations, from the files of their repositories.",
    discussion: """
      Each source is the folder of a clone, or the folder in it with its files; any may be left out. Writes \
      NAME.train.txt, NAME.valid.txt (2 %) and NAME.test.txt (2 %) for each. What is cleaned and mended: docs/corpus.md.

      With --json: [{"name":…,"read":…,"kept":…,"dropped":{reason:count},"mended":{kind:count}}…].
      """)

  @Option(help: ArgumentHelp("jfainberg/self_dialogue_corpus.", valueName: "dir")) var selfDialogue: String?
  @Option(help: ArgumentHelp("google-research-datasets/Synthetic-Persona-Chat.", valueName: "dir")) var personaChat:
    String?
  @Option(help: ArgumentHelp("alexa/Topical-Chat.", valueName: "dir")) var topicalChat: String?
  @Option(help: ArgumentHelp("google-research-datasets/dstc8-schema-guided-dialogue.", valueName: "dir"))
  var schemaGuided: String?
  @Option(help: ArgumentHelp("gunthercox/chatterbot-corpus.", valueName: "dir")) var chatterbot: String?
  @OptionGroup var cleaning: CleaningArguments

  private var sources: [(source: DialogueSource, folder: String)] {
    let folders: [(DialogueSource, String?)] = [
      (.selfDialogue, selfDialogue), (.personaChat, personaChat), (.topicalChat, topicalChat),
      (.schemaGuided, schemaGuided), (.chatterbot, chatterbot),
    ]
    return folders.compactMap { source, folder in folder.map { (source, $0) } }
  }

  func validate() throws {
    if sources.isEmpty { throw ValidationError("No source is named. Give at least one, such as --self-dialogue DIR.") }
  }

  func run() throws {
    var preparation = try cleaning.preparation()
    var files: [(name: String, text: String)] = []
    var reports: [PreparationReport] = []
    for (source, folder) in sources {
      let (conversations, report) = preparation.prepare(
        try source.conversations(in: folder), name: source.rawValue)
      let parts = Dictionary(grouping: conversations) { Part.of($0, seed: cleaning.seed) }
      for part in Part.allCases {
        files.append(("\(source.rawValue).\(part.rawValue).txt", DialogueText.file(parts[part] ?? [])))
      }
      reports.append(report)
    }
    try cleaning.write(files)
    try cleaning.tell(reports)
  }
}
