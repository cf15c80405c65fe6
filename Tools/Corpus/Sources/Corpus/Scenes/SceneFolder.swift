import Foundation

/// The scene files of a folder, ordered by name, each with the slots of `slots.txt`.
struct SceneFolder: Sendable {
  let files: [SceneFile]

  /// Throws `FileError`, `CorpusError` or `SceneError`.
  init(path: String) throws {
    let paths = try SourceFile.all(in: path, expected: "*.txt with scenes") {
      $0.hasSuffix(".txt") && !$0.contains("/")
    }
    let shared = "\(path)/slots.txt"
    var slots = paths.contains(shared) ? try SceneFile(path: shared).slots : [:]
    slots["name"]?.add(Lexicon.firstNames)
    slots["town"]?.add(Lexicon.towns)
    slots["petname"]?.add(Lexicon.petNames)
    slots["job"]?.add(Lexicon.jobs)
    slots["food"]?.add(Lexicon.dishes)
    slots["hobby"]?.add(Lexicon.hobbies)
    files = try paths.filter { $0 != shared }.map { try SceneFile(path: $0, slots: slots) }
    if files.allSatisfy(\.scenes.isEmpty) { throw CorpusError.noFiles(path: path, expected: "scenes") }
  }
}
