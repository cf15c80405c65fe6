import ArgumentParser
import Corpus
import Foundation

/// `retnet-corpus mend`: repairs files that are already in the dialogue format.
struct MendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mend",
    abstract: "Mend files of dialogue: fill placeholders, join and order turns, remove repeats.",
    discussion: """
      Each FILE has lines 'U: …' and 'B: …' with a blank line between conversations; the mended one has the same name in \
      the folder --out. Duplicates within a file are left out. Counts go to standard error.

      With --json: [{"name":…,"read":…,"kept":…,"dropped":{reason:count},"mended":{kind:count}}…].
      """)

  @Argument(help: ArgumentHelp("Files of dialogue.", valueName: "file")) var files: [String]
  @OptionGroup var cleaning: CleaningArguments

  func validate() throws {
    let names = files.map { URL(fileURLWithPath: $0).lastPathComponent }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("Two files are named '\(twice)', but names in --out must be unique.")
    }
    for file in files
    where URL(fileURLWithPath: file).deletingLastPathComponent().resolvingSymlinksInPath().path
      == URL(fileURLWithPath: cleaning.out).resolvingSymlinksInPath().path
    {
      throw ValidationError("'\(file)' is in the folder --out and would be overwritten; give another folder.")
    }
  }

  func run() throws {
    var mended: [(name: String, text: String)] = []
    var reports: [PreparationReport] = []
    for file in files {
      let name = URL(fileURLWithPath: file).lastPathComponent
      // Files may be for different phases of training, so duplicates count only within one file.
      var preparation = try cleaning.preparation()
      let (conversations, report) = preparation.prepare(try DialogueText.unordered(path: file), name: name)
      mended.append((name, DialogueText.file(conversations)))
      reports.append(report)
    }
    try cleaning.write(mended)
    try cleaning.tell(reports)
  }
}
