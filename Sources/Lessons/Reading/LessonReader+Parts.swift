import Yams

/// Parts of steps.
extension LessonReader {
  mutating func required(_ key: String, _ values: [String: Node], _ node: Node, _ what: String) -> Node? {
    if let value = values[key] { return value }
    nodes.report(NodeReader.line(node), found: "\(what) without '\(key)'", expected: "'\(key)'", "Add it.")
    return nil
  }

  mutating func text(_ node: Node, _ what: String) -> LessonText? {
    guard let text = nodes.string(node, what) else { return nil }
    do throws(LessonText.SyntaxError) {
      return try LessonText(text.trimmed, names: names, shape: shape)
    } catch {
      nodes.report(
        nodes.line(of: error.place, from: node), found: error.found, expected: error.expected, "Correct the formula.")
      return nil
    }
  }

  mutating func formula(_ node: Node, _ what: String) -> Formula? {
    guard let text = nodes.string(node, what) else { return nil }
    do throws(FormulaParser.SyntaxError) {
      return try FormulaParser.formula(text, names: names, shape: shape)
    } catch {
      nodes.report(
        NodeReader.line(node), found: "\(error.found) in the formula '\(text)'", expected: error.expected,
        "Correct the formula.")
      return nil
    }
  }

  /// `":head 3"`, `feed: a text`, `step: 2`.
  mutating func commands(_ node: Node, _ what: String) -> [LessonCommand] {
    (nodes.list(node, what, allowsMapping: true) ?? []).compactMap { member in
      if member.mapping != nil { return lessonCommand(member, what) }
      guard let line = nodes.string(member, what)?.trimmed else { return nil }
      if let reason = checks.command(line, shape) {
        let words = reason.hasSuffix(".") ? String(reason.dropLast()) : reason
        nodes.report(
          NodeReader.line(member), found: "'\(line)' in \(what): \(words)",
          expected: "a command that the lesson's session accepts", "Correct it; ':help' lists all commands.")
      }
      return .app(line)
    }
  }

  private mutating func lessonCommand(_ node: Node, _ what: String) -> LessonCommand? {
    guard let values = nodes.mapping(node, what, keys: ["feed", "step"]) else { return nil }
    guard values.count == 1 else {
      if !values.isEmpty {
        nodes.report(
          NodeReader.line(node), found: "feed and step in one item", expected: "an item for each",
          "Begin each with '-'.")
      }
      return nil
    }
    if let text = values["feed"] { return nodes.string(text, "feed").map { .feed($0) } }
    return values["step"].flatMap { nodes.integer($0, "step", in: 1...10_000) }.map { .step($0) }
  }

  mutating func symbols(_ node: Node) -> [String] {
    (nodes.list(node, "symbols") ?? []).compactMap { member in
      guard let symbol = nodes.string(member, "symbols") else { return nil }
      if let entry = Glossary.entry(symbol) { return entry.symbol }
      nodes.report(
        NodeReader.line(member), found: "the symbol '\(symbol)'",
        expected: Glossary.entries.map(\.symbol).joined(separator: " "), "Use one of these.")
      return nil
    }
  }

  mutating func page(_ node: Node, _ what: String) -> String? {
    guard let page = nodes.string(node, what)?.trimmed else { return nil }
    if page != LessonStep.noPage, let expected = checks.page(page) {
      nodes.report(
        NodeReader.line(node), found: "the \(what) '\(page)'", expected: "\(LessonStep.noPage), \(expected)",
        "Correct or remove it.")
    }
    return page
  }
}
