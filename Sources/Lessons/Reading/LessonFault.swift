/// What is wrong at a line of a lesson file.
public struct LessonFault: Error, Sendable, Hashable, CustomStringConvertible {
  public var file: String
  public var line: Int
  public var found: String
  public var expected: String
  /// What to do, as a sentence.
  public var remedy: String

  /// `lesson.yaml:12: found …, expected …. …`
  public var description: String { "\(file):\(line): found \(found), expected \(expected). \(remedy)" }
}

/// A lesson file that is not as it should be.
public struct LessonFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// By line; at least one.
  public var faults: [LessonFault]

  public init(faults: [LessonFault]) { self.faults = faults }

  public var description: String {
    let more = faults.count - 1
    return (faults.first?.description ?? "The lesson cannot be read.")
      + (more > 0 ? " \(more) more: retnet lesson --check names all." : "")
  }
}

/// What only the app knows of what a lesson names.
public struct LessonChecks: Sendable {
  /// Why a `:` command cannot be taken, by a model where its shape is known; nil where it can.
  public var command: @Sendable (String, ModelShape?) -> String?
  /// What a page can be; nil where this one is one.
  public var page: @Sendable (String) -> String?
  /// Reads the model of a name; nil where files are not held against their models.
  public var model: (@Sendable (String) throws -> ModelShape)?

  public init(
    command: @escaping @Sendable (String, ModelShape?) -> String?, page: @escaping @Sendable (String) -> String?,
    model: (@Sendable (String) throws -> ModelShape)? = nil
  ) {
    self.command = command
    self.page = page
    self.model = model
  }
}
