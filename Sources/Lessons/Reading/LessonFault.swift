/// What is wrong at a line of a lesson file.
package struct LessonFault: Error, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var found: String
  package var expected: String
  /// What to do, as a sentence.
  package var remedy: String

  /// `lesson.yaml:12: found …, expected …. …`
  package var description: String { "\(file):\(line): found \(found), expected \(expected). \(remedy)" }
}

/// A lesson file that is not as it should be.
package struct LessonFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// By line; at least one.
  package var faults: [LessonFault]

  package init(faults: [LessonFault]) { self.faults = faults }

  package var description: String {
    let more = faults.count - 1
    return (faults.first?.description ?? "The lesson cannot be read.")
      + (more > 0 ? " \(more) more: retnet lesson --check names all." : "")
  }
}

/// What only the app knows of what a lesson names.
package struct LessonChecks: Sendable {
  /// Why a `:` command cannot be taken, by a model where its shape is known; nil where it can.
  package var command: @Sendable (String, ModelShape?) -> String?
  /// What a page can be; nil where this one is one.
  package var page: @Sendable (String) -> String?
  /// Reads the model of a name; nil where files are not held against their models.
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
