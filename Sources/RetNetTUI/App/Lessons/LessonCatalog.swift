import Foundation
import Lessons
import Synchronization

/// Finds lessons: bundled ones, those of `$RETNET_LESSONS`, and named files and folders.
///
/// Bundled lessons are in `share/retnet/lessons` beside the executable's folder, else in `Lessons` of the checkout that
/// the executable was built from.
package enum LessonCatalog {
  /// Possible folders of the bundled lessons. The first that exists is used.
  package static let bundles = BundledFolders.named(installed: "lessons", inCheckout: "Lessons")

  /// Checks of commands and pages.
  package static let checks = LessonChecks(command: reasonAgainst(command:in:), page: pages(insteadOf:))

  /// The same checks, and those of the models that lessons name. Each model is read once.
  package static func checks(reading read: @escaping @Sendable (String) throws -> ModelInfo) -> LessonChecks {
    let models = ReadModels(read)
    return LessonChecks(command: reasonAgainst(command:in:), page: pages(insteadOf:), model: { try models.shape($0) })
  }

  /// All lessons in the order of their file names, those of `$RETNET_LESSONS` last.
  ///
  /// - Throws: `LessonFileError` with every fault of every file; `LessonCatalogError`, `FileError`, `TextError`.
  package static func lessons(
    bundles: [String] = bundles, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> [Lesson] {
    var paths: [String] = []
    if let bundle = bundles.first(where: { isFolder($0) }) { paths += try files(in: bundle) }
    if let own = environment["RETNET_LESSONS"], !own.isEmpty { paths += try files(at: own) }
    let lessons = try read(paths)
    guard !lessons.isEmpty else { throw LessonCatalogError.none(bundles: bundles) }
    return lessons
  }

  /// The lessons of these files. Two lessons of one name are an error.
  package static func read(_ paths: [String]) throws -> [Lesson] {
    let (lessons, diagnostics) = try check(paths)
    guard diagnostics.isEmpty else { throw LessonFileError(diagnostics: diagnostics) }
    return lessons
  }

  /// The readable lessons of these files, and every fault of the others and of the set.
  ///
  /// - Parameter progress: called after each file.
  package static func check(
    _ paths: [String], _ checks: LessonChecks = checks, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> (lessons: [Lesson], diagnostics: [LessonDiagnostic]) {
    var (lessons, diagnostics) = ([Lesson](), [LessonDiagnostic]())
    for (index, path) in paths.enumerated() {
      defer { progress(index + 1, paths.count) }
      do {
        lessons.append(try LessonReader.read(path, checks: checks))
      } catch let error as LessonFileError {
        diagnostics += error.diagnostics
      }
    }
    return (lessons, diagnostics + LessonReader.duplicates(lessons))
  }

  /// Whether a typed name is a path.
  package static func isPath(_ name: String) -> Bool {
    name.contains("/") || [".yaml", ".yml"].contains { name.lowercased().hasSuffix($0) }
  }

  /// The lesson with this name, this number from 1, or a name that begins so, if it is the only one.
  package static func lesson(_ name: String, among lessons: [Lesson]) throws(LessonCatalogError) -> Lesson {
    if let lesson = lessons.first(where: { $0.name == name }) { return lesson }
    if let number = Int(name), number > 0, let lesson = lessons[at: number - 1] { return lesson }
    let begun = lessons.filter { $0.name.hasPrefix(name) }
    if begun.count == 1 { return begun[0] }
    throw .unknown(name: name, known: (begun.isEmpty ? lessons : begun).map(\.name))
  }

  /// The lesson for a path, a name or a number, and its list.
  static func find(
    _ name: String, among lessons: @autoclosure () throws -> [Lesson]
  ) throws -> (lesson: Lesson, among: [Lesson]) {
    guard isPath(name) else {
      let lessons = try lessons()
      return (try lesson(name, among: lessons), lessons)
    }
    let own = try read(files(at: name))
    // Unreadable files and an empty folder have thrown an error already.
    guard let first = own.first else { throw LessonCatalogError.noFiles(folder: name) }
    return (first, own)
  }

  /// A file, or the YAML files of a folder.
  package static func files(at path: String) throws -> [String] {
    let path = (path as NSString).expandingTildeInPath
    return isFolder(path) ? try files(in: path) : [path]
  }

  private static func files(in folder: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    guard !names.isEmpty else { throw LessonCatalogError.noFiles(folder: folder) }
    return names.map { (folder as NSString).appendingPathComponent($0) }
  }

  package static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  // MARK: Checks

  private static func reasonAgainst(command line: String, in shape: ModelShape?) -> String? {
    guard line.hasPrefix(":") else { return "it does not begin with ':'" }
    do {
      let command = try CommandTable.parse(line)
      switch command {
      case .quit, .model, .lesson, .tour, .openSession, .saveSession, .sessions, .resume, .rename, .exportTranscript,
        .saveScreen, .theme, .export, .overwrite, .open, .edit, .clipboard:
        return "a lesson may not leave its session, write files or change the user's theme"
      case .set, .sampling, .norms, .probe, .state, .back, .step, .replay, .zoom, .undo, .reset, .persona, .personas,
        .help,
        .view, .laboratory, .chunk, .entry, .goTo, .find, .pick, .mode, .strip, .part, .reference, .experiment,
        .undoExperiment, .branch, .tree, .grow, .bookmark, .note, .breakpoint, .symbols, .regenerate, .continueReply,
        .editTurn, .prefix, .fork:
        return shape?.reason(against: command, of: "the model")
      }
    } catch {
      return "\(error)"
    }
  }

  /// nil for an existing page, such as `live`, `explore cell` or `forms norms`.
  private static func pages(insteadOf page: String) -> String? {
    let known =
      ["live"] + Explorer.Page.allCases.map { "explore \($0.rawValue)" }
      + Lab.Page.allCases.map { "forms \($0.rawValue)" }
    return known.contains(page) ? nil : known.joined(separator: ", ")
  }
}

/// The models that lessons name. Each is read once.
private final class ReadModels: Sendable {
  private let read: @Sendable (String) throws -> ModelInfo
  private let known = Mutex<[String: Result<ModelShape, any Error>]>([:])

  init(_ read: @escaping @Sendable (String) throws -> ModelInfo) { self.read = read }

  /// Throws the error of reading the model.
  func shape(_ name: String) throws -> ModelShape {
    try known.withLock { known in
      let result = known[name] ?? Result { try read(name).shape }
      known[name] = result
      return try result.get()
    }
  }
}

/// A lesson that cannot be found.
package enum LessonCatalogError: Error, Equatable, Sendable, CustomStringConvertible {
  case none(bundles: [String])
  case noFiles(folder: String)
  case unknown(name: String, known: [String])

  package var description: String {
    switch self {
    case .none(let bundles):
      "There are no lessons in \(bundles.joined(separator: " or ")). Install them with 'make install', or name a file."
    case .noFiles(let folder):
      "'\(folder)' has no lessons (files that end in .yaml). Check the folder, or $RETNET_LESSONS."
    case .unknown(let name, let known):
      "There is no lesson '\(name)'; there are \(known.joined(separator: ", ")). Give a name, a number or a file."
    }
  }
}
