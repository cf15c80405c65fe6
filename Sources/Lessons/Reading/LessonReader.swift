import RetNet
import RetNetText
import Yams

/// Reads lesson files, and finds all their errors.
package struct LessonReader {
  var nodes: NodeReader
  let checks: LessonChecks
  private(set) var names: [String: Formula] = [:]
  /// The same in the order of the file.
  private var numbers: [NamedFormula] = []
  /// The shape of the lesson's model; nil if it was not read.
  private(set) var shape: ModelShape?

  /// - Throws: `LessonFileError` with all errors; `FileError`, `TextError`.
  package static func read(_ path: String, checks: LessonChecks) throws -> Lesson {
    let result = lesson(try TextFile.read(path), file: path, checks: checks)
    return try result.get()
  }

  /// - Parameters:
  ///   - text: YAML.
  ///   - file: the file's name in errors.
  package static func lesson(_ text: String, file: String, checks: LessonChecks) -> Result<Lesson, LessonFileError> {
    var reader = LessonReader(nodes: NodeReader(file: file, text: text), checks: checks)
    let lesson = reader.read(text)
    let diagnostics = reader.nodes.diagnostics
    guard let lesson, diagnostics.isEmpty else {
      return .failure(LessonFileError(diagnostics: diagnostics.sorted { $0.line < $1.line }))
    }
    return .success(lesson)
  }

  /// An error for each lesson whose name an earlier one already has.
  package static func duplicates(_ lessons: [Lesson]) -> [LessonDiagnostic] {
    var first: [String: Lesson] = [:]
    return lessons.compactMap { lesson in
      guard let other = first[lesson.name] else {
        first[lesson.name] = lesson
        return nil
      }
      return LessonDiagnostic(
        file: lesson.file, line: lesson.line, found: "the name '\(lesson.name)', which \(other.file) has too",
        expected: "a unique name", remedy: "Change one of them.")
    }
  }

  // MARK: The lesson

  private static let lessonKeys = ["name", "title", "about", "model", "numbers", "steps"]

  private mutating func read(_ text: String) -> Lesson? {
    guard let root = compose(text), let values = nodes.mapping(root, "a lesson", keys: Self.lessonKeys) else {
      return nil
    }
    let model = required("model", values, root, "a lesson").flatMap { readModel($0) } ?? ""
    if let numbers = values["numbers"] { readNumbers(numbers) }
    let name = required("name", values, root, "a lesson").flatMap { nodes.string($0, "name") } ?? ""
    if let node = values["name"], !name.isEmpty { check(name: name, node) }
    let title = required("title", values, root, "a lesson").flatMap { nodes.string($0, "title") } ?? ""
    let about = required("about", values, root, "a lesson").flatMap { nodes.string($0, "about") } ?? ""
    guard let list = required("steps", values, root, "a lesson") else { return nil }
    let members = nodes.list(list, "steps") ?? []
    if !Lesson.stepCount.contains(members.count) {
      nodes.report(
        NodeReader.line(list), found: "\(members.count) steps",
        expected: "\(Lesson.stepCount.lowerBound) to \(Lesson.stepCount.upperBound)",
        members.count > Lesson.stepCount.upperBound ? "Split the lesson." : "Add some.")
    }
    let steps = members.compactMap { readStep($0) }
    return Lesson(
      name: name, title: title, about: about.trimmed, model: model, numbers: numbers, steps: steps, file: nodes.file,
      line: values["name"].map(NodeReader.line) ?? 1)
  }

  private mutating func compose(_ text: String) -> Node? {
    do {
      if let root = try Yams.compose(yaml: text) { return root }
      nodes.report(1, found: "nothing", expected: "a lesson", "docs/lessons.md has an example.")
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        nodes.report(mark.line, found: problem, expected: "YAML", "Put quotes around a text with ':' or '#'.")
      case .duplicatedKeysInMapping(let keys, let context):
        nodes.report(
          context.mark.line, found: "key \(keys.sorted().joined(separator: ", ")) twice", expected: "each key once",
          "Remove one.")
      default:
        let words = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        nodes.report(1, found: words, expected: "YAML", "Correct it.")
      }
    } catch {
      nodes.report(1, found: "\(error)", expected: "YAML", "Correct it.")
    }
    return nil
  }

  private mutating func check(name: String, _ node: Node) {
    let isPlain = name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
    guard !isPlain || name.allSatisfy(\.isNumber) else { return }
    nodes.report(
      NodeReader.line(node), found: "the name '\(name)'",
      expected: "lower-case letters, digits and '-', not only digits",
      "Write a name such as 'decay-and-half-life'.")
  }

  private mutating func readModel(_ node: Node) -> String? {
    let name = nodes.string(node, "model")
    do {
      if let name, let read = checks.model { shape = try read(name) }
    } catch {
      nodes.report(
        NodeReader.line(node), found: "the model '\(name ?? "")', which cannot be read", expected: "a readable model",
        "\(error)")
    }
    return name
  }

  private mutating func readNumbers(_ node: Node) {
    guard let mapping = node.mapping else {
      return nodes.report(
        NodeReader.line(node), found: "\(NodeReader.kind(node)) for numbers", expected: "names and formulas",
        "Write lines such as 'g: gamma(0, 1)'.")
    }
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      let isPlain = name.first?.isLetter == true && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      let isTaken =
        Quantity(rawValue: name) != nil || Formula.Function(rawValue: name) != nil || Quantity.constants[name] != nil
        || WordQuantity(rawValue: name) != nil || ["sum", "and", "or"].contains(name)
      if !isPlain || isTaken {
        nodes.report(
          NodeReader.line(key), found: "the number's name '\(name)'",
          expected: isTaken ? "a name without another meaning" : "letters and digits", "Choose another name.")
      } else {
        // A faulty formula is reported once, not at each use.
        let formula = formula(value, "numbers") ?? .number(1)
        names[name] = formula
        numbers.append(NamedFormula(name: name, formula: formula))
      }
    }
  }

  // MARK: A step

  private static let stepKeys = ["do", "say", "ask", "await", "hints", "why", "symbols", "page", "pageAfter"]

  private mutating func readStep(_ node: Node) -> LessonStep? {
    guard let values = nodes.mapping(node, "a step", keys: Self.stepKeys) else { return nil }
    let line = NodeReader.line(node)
    let task = task(values, line)
    let say = values["say"].flatMap { text($0, "say") }
    if say == nil, values["say"] == nil, case .read? = task {
      nodes.report(line, found: "a step without 'say', 'ask' and 'await'", expected: "one of them", "Add one.")
    }
    let hints = values["hints"].flatMap { nodes.list($0, "hints") } ?? []
    if let node = values["hints"], case .read? = task {
      nodes.report(
        NodeReader.line(node), found: "hints in a step without a task", expected: "'ask' or 'await' in the same step",
        "Remove the hints, or add a task.")
    }
    if let node = values["why"], case .read? = task {
      nodes.report(
        NodeReader.line(node), found: "'why' in a step without a task", expected: "'ask' or 'await' in the same step",
        "Move its text to 'say'.")
    }
    if let node = values["pageAfter"], case .read? = task {
      nodes.report(
        NodeReader.line(node), found: "'pageAfter' in a step without a task",
        expected: "'ask' or 'await' in the same step", "Use 'page'.")
    }
    return LessonStep(
      line: line, commands: values["do"].map { commands($0, "do") } ?? [], say: say, task: task ?? .read,
      hints: hints.compactMap { text($0, "hints") }, why: values["why"].flatMap { text($0, "why") },
      symbols: values["symbols"].map { symbols($0) } ?? [], page: values["page"].flatMap { page($0, "page") },
      pageAfter: values["pageAfter"].flatMap { page($0, "pageAfter") })
  }

  /// nil if it has errors.
  private mutating func task(_ values: [String: Node], _ line: Int) -> LessonStep.Task? {
    if let both = values["await"], values["ask"] != nil {
      nodes.report(
        NodeReader.line(both), found: "'ask' and 'await' in one step", expected: "one of them", "Split the step."
      )
    }
    if let node = values["ask"] { return question(node).map { .question($0) } }
    if let node = values["await"] { return action(node).map { .action($0) } }
    return .read
  }

  private mutating func action(_ node: Node) -> LessonAction? {
    guard let values = nodes.mapping(node, "await", keys: ["task", "until", "by"]) else { return nil }
    let text = required("task", values, node, "await").flatMap { self.text($0, "task") }
    let goals = required("until", values, node, "await").flatMap { self.goals($0) }
    let commands = required("by", values, node, "await").map { self.commands($0, "by") }
    guard let text, let goals, let commands else { return nil }
    return LessonAction(text: text, goals: goals, commands: commands)
  }

  /// A condition, or a list of conditions with their texts; nil if it has errors.
  private mutating func goals(_ node: Node) -> [LessonGoal]? {
    guard let members = node.sequence else {
      return formula(node, "until").map { [LessonGoal(condition: $0)] }
    }
    if members.isEmpty {
      nodes.report(
        NodeReader.line(node), found: "an empty list for until", expected: "a condition, or a list of them", "Add one.")
    }
    let goals = members.compactMap { member -> LessonGoal? in
      guard let values = nodes.mapping(member, "until", keys: ["say", "when"]) else { return nil }
      let text = required("say", values, member, "until").flatMap { self.text($0, "say") }
      let condition = required("when", values, member, "until").flatMap { formula($0, "when") }
      guard let text, let condition else { return nil }
      return LessonGoal(text: text, condition: condition)
    }
    return goals.isEmpty || goals.count < members.count ? nil : goals
  }
}
