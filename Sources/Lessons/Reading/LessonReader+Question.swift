import Yams

/// Questions and their answers.
extension LessonReader {
  mutating func question(_ node: Node) -> LessonQuestion? {
    let keys = ["question", "number", "tolerance", "choices", "text", "wrong"]
    guard let values = nodes.mapping(node, "ask", keys: keys) else { return nil }
    let text = required("question", values, node, "ask").flatMap { self.text($0, "question") }
    let kinds = ["number", "choices", "text"].filter { values[$0] != nil }
    guard kinds.count == 1 else {
      nodes.note(
        FaultyNodes.line(node),
        found: kinds.isEmpty ? "a question without an answer" : kinds.joined(separator: " and "),
        expected: "one of number, choices and text", "Say what the right answer is.")
      return nil
    }
    if let node = values["tolerance"], values["number"] == nil {
      nodes.note(
        FaultyNodes.line(node), found: "a tolerance", expected: "one beside 'number' alone", "Remove it.")
    }
    if let node = values["wrong"], values["choices"] != nil {
      nodes.note(
        FaultyNodes.line(node), found: "'wrong' beside choices", expected: "'say' in a choice", "Move it there.")
    }
    let answer: LessonQuestion.Answer?
    if let number = values["number"] {
      answer = self.number(number, values, node).map { .number($0) }
    } else if let choices = values["choices"] {
      answer = self.choices(choices).map { .choice($0) }
    } else {
      answer = values["text"].flatMap { words($0, values) }.map { .words($0) }
    }
    guard let text, let answer else { return nil }
    return LessonQuestion(text: text, answer: answer)
  }

  private mutating func number(
    _ node: Node, _ values: [String: Node], _ ask: Node
  ) -> LessonQuestion.NumberAnswer? {
    let formula = formula(node, "number")
    let tolerance = required("tolerance", values, ask, "ask with a number").flatMap { self.tolerance($0) }
    let wrong = reactions(values["wrong"], cause: "number") { $0.formula($1, "number") }
    guard let formula, let tolerance else { return nil }
    return LessonQuestion.NumberAnswer(formula: formula, tolerance: tolerance, wrong: wrong)
  }

  private mutating func words(_ node: Node, _ values: [String: Node]) -> LessonQuestion.WordsAnswer? {
    let patterns = (nodes.list(node, "text") ?? []).compactMap { text($0, "text") }
    let wrong = reactions(values["wrong"], cause: "text") { $0.text($1, "text") }
    return patterns.isEmpty ? nil : LessonQuestion.WordsAnswer(patterns: patterns, wrong: wrong)
  }

  /// `0.01`, or `2 %` of the right number.
  private mutating func tolerance(_ node: Node) -> LessonQuestion.Tolerance? {
    let text = (node.scalar?.string ?? "").trimmed
    let isShare = text.hasSuffix("%")
    if let number = Double((isShare ? String(text.dropLast()) : text).trimmed), number.isFinite, number >= 0 {
      return isShare ? .relative(number / 100) : .absolute(number)
    }
    nodes.note(
      FaultyNodes.line(node), found: "\(FaultyNodes.kind(node)) for tolerance",
      expected: "a number from 0, or as in '2 %'",
      "Correct it.")
    return nil
  }

  private mutating func reactions<Cause>(
    _ node: Node?, cause: String, _ read: (inout LessonReader, Node) -> Cause?
  ) -> [LessonQuestion.Reaction<Cause>] {
    guard let node, let members = nodes.list(node, "wrong") else { return [] }
    return members.compactMap { member in
      guard let values = nodes.mapping(member, "wrong", keys: [cause, "say"]) else { return nil }
      let found = required(cause, values, member, "wrong").flatMap { read(&self, $0) }
      let say = required("say", values, member, "wrong").flatMap { text($0, "say") }
      guard let found, let say else { return nil }
      return LessonQuestion.Reaction(cause: found, text: say)
    }
  }

  private mutating func choices(_ node: Node) -> [LessonQuestion.Choice]? {
    let members = nodes.list(node, "choices") ?? []
    let choices = members.compactMap { member -> LessonQuestion.Choice? in
      guard let values = nodes.mapping(member, "a choice", keys: ["text", "right", "say"]),
        let text = required("text", values, member, "a choice").flatMap({ self.text($0, "text") })
      else { return nil }
      let right = values["right"]?.scalar?.string
      if let node = values["right"], right != "true", right != "false" {
        nodes.note(
          FaultyNodes.line(node), found: "\(FaultyNodes.kind(node)) for right", expected: "true or false", "Correct it."
        )
      }
      return LessonQuestion.Choice(
        text: text, isRight: right == "true", reaction: values["say"].flatMap { self.text($0, "say") })
    }
    guard choices.count == members.count else { return nil }
    let right = choices.count(where: \.isRight)
    if right != 1 {
      nodes.note(
        FaultyNodes.line(node), found: "\(right) right choices", expected: "one", "Give it 'right: true'.")
    }
    if !(2...8).contains(choices.count) {
      nodes.note(FaultyNodes.line(node), found: "\(choices.count) choices", expected: "2 to 8", "Correct their number.")
    }
    return right == 1 ? choices : nil
  }
}
