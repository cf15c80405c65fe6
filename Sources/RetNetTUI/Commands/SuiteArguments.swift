import ArgumentParser
import Foundation
import RetNet

/// What `retnet evaluate` has a chat model say.
struct SuiteArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Have the model talk, and answer the probes of this JSON file.", valueName: "file"))
  var suite: String?
  @Option(help: "Test conversations, drawn from the --dialogue files. (default: 200)") var conversations: Int?
  @Option(help: ArgumentHelp("Write a report of the suite in Markdown.", valueName: "file")) var report: String?
  @OptionGroup(title: "Sampling of the suite, in the place of the model's own") var sampling: SamplingArguments

  func validate() throws {
    if let conversations, conversations < 1 {
      throw ValidationError("--conversations is \(conversations), but must be 1 or more.")
    }
    guard suite == nil else { return }
    if conversations != nil { throw ValidationError("--conversations is for --suite.") }
    if report != nil { throw ValidationError("--report is for --suite.") }
    if sampling.choices != SamplingChoices() { throw ValidationError("Sampling options are for --suite.") }
  }

  /// The suite, and how its replies are drawn; nil where none is asked for.
  ///
  /// The settings file has no say: the same command gives the same report for every user.
  ///
  /// - Parameters:
  ///   - folder: the model's, with its sampling values.
  ///   - dialogue: what the test conversations are drawn from.
  /// - Throws: `SuiteFileError`, `ProbesError`, `CheckedConversationError`, `FileError`, `TextError`, `ModelError`.
  func suite(_ folder: String, dialogue: [String]) throws -> (suite: ChatSuite, sampling: SamplingOptions)? {
    guard let suite else { return nil }
    if let report { try Self.checkFolder(of: report) }
    let probes = try SuiteContent(paths: [suite]).probes
    let sampling = self.sampling.choices.applied(to: try ModelCatalog.sampling(folder))
    let drawn = try TestConversation.draw(conversations ?? 200, from: dialogue, seed: sampling.seed)
    return (ChatSuite(probes: probes, conversations: drawn, seed: sampling.seed), sampling)
  }

  /// Throws where a report could not be written: better before minutes of work than after.
  private static func checkFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw FileError.notAFile(path: path, found: "a folder")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw FileError.unwritable(path: path, reason: "its folder is missing or closed to writing")
    }
  }
}
