/// An error at a line of a lesson file.
package struct LessonDiagnostic: Error, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var found: String
  package var expected: String
  /// What to do, as a sentence.
  package var remedy: String

  /// `lesson.yaml:12: found …, expected …. …`
  package var description: String { "\(file):\(line): found \(found), expected \(expected). \(remedy)" }
}

/// The errors of lesson files.
package struct LessonFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// At least one, ordered by line.
  package var diagnostics: [LessonDiagnostic]

  package init(diagnostics: [LessonDiagnostic]) { self.diagnostics = diagnostics }

  package var description: String {
    let more = diagnostics.count - 1
    return (diagnostics.first?.description ?? "The lesson cannot be read.")
      + (more > 0 ? " \(more) more: retnet lesson --check lists all." : "")
  }
}

/// Checks of lesson files that depend on the app.
package struct LessonChecks: Sendable {
  /// Why a `:` command is invalid, also for a model if its shape is known; nil if it is valid.
  package var command: @Sendable (String, ModelShape?) -> String?
  /// The valid pages; nil if the given page is valid.
  package var page: @Sendable (String) -> String?
  /// Reads the shape of a model by its name; nil if lessons are not checked against their models.
  package var model: (@Sendable (String) throws -> ModelShape)?

  package init(
    command: @escaping @Sendable (String, ModelShape?) -> String?, page: @escaping @Sendable (String) -> String?,
    model: (@Sendable (String) throws -> ModelShape)? = nil
  ) {
    self.command = command
    self.page = page
    self.model = model
  }
}
