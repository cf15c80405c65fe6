import Yams

/// Questions and their answers.
extension LessonReader {
  mutating func question(_ node: Node) -> LessonQuestion? {
    let keys = ["question", "number", "tolerance", "choices", "text", "wrong"]
    guard let values = nodes.mapping(node, "ask", keys: keys) else { return nil }
    let text = required("question", values, node, "ask").flatMap { self.text($0, "question") }
    let kinds = ["number", "choices", "text"].filter { values[$0] != nil }
    guard kinds.count == 1 else {
      nodes.report(
        NodeReader.line(node),
        found: kinds.isEmpty ? "a question without an answer" : kinds.joined(separator: " and "),
        expected: "one of number, choices and text", "State the right answer in one of them.")
      return nil
    }
    if let node = values["tolerance"], values["number"] == nil {
      nodes.report(
        NodeReader.line(node), found: "a tolerance without 'number'", expected: "a tolerance only with 'number'",
        "Remove it.")
    }
    if let node = values["wrong"], values["choices"] != nil {
      nodes.report(
        NodeReader.line(node), found: "'wrong' with choices", expected: "'say' in each wrong choice", "Move it there.")
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
    let wrong = wrongAnswers(values["wrong"], key: "number") { $0.formula($1, "number") }
    guard let formula, let tolerance else { return nil }
    return LessonQuestion.NumberAnswer(formula: formula, tolerance: tolerance, wrong: wrong)
  }

  private mutating func words(_ node: Node, _ values: [String: Node]) -> LessonQuestion.WordsAnswer? {
    let patterns = (nodes.list(node, "text") ?? []).compactMap { text($0, "text") }
    let wrong = wrongAnswers(values["wrong"], key: "text") { $0.text($1, "text") }
    return patterns.isEmpty ? nil : LessonQuestion.WordsAnswer(patterns: patterns, wrong: wrong)
  }

  /// `0.01`, or `2 %` of the right number.
  private mutating func tolerance(_ node: Node) -> LessonQuestion.Tolerance? {
    let text = (node.scalar?.string ?? "").trimmed
    let isShare = text.hasSuffix("%")
    if let number = Double((isShare ? String(text.dropLast()) : text).trimmed), number.isFinite, number >= 0 {
      return isShare ? .relative(number / 100) : .absolute(number)
    }
    nodes.report(
      NodeReader.line(node), found: "\(NodeReader.kind(node)) for tolerance",
      expected: "a number of 0 or more, such as 0.01 or 2 %",
      "Correct it.")
    return nil
  }

  private mutating func wrongAnswers<Answer>(
    _ node: Node?, key: String, _ read: (inout LessonReader, Node) -> Answer?
  ) -> [LessonQuestion.WrongAnswer<Answer>] {
    guard let node, let members = nodes.list(node, "wrong") else { return [] }
    return members.compactMap { member in
      guard let values = nodes.mapping(member, "wrong", keys: [key, "say"]) else { return nil }
      let answer = required(key, values, member, "wrong").flatMap { read(&self, $0) }
      let say = required("say", values, member, "wrong").flatMap { text($0, "say") }
      guard let answer, let say else { return nil }
      return LessonQuestion.WrongAnswer(answer: answer, feedback: say)
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
        nodes.report(
          NodeReader.line(node), found: "\(NodeReader.kind(node)) for right", expected: "true or false", "Correct it."
        )
      }
      return LessonQuestion.Choice(
        text: text, isRight: right == "true", feedback: values["say"].flatMap { self.text($0, "say") })
    }
    guard choices.count == members.count else { return nil }
    let right = choices.count(where: \.isRight)
    if right != 1 {
      nodes.report(
        NodeReader.line(node), found: "\(right) right choices", expected: "one", "Mark one choice with 'right: true'.")
    }
    if !(2...8).contains(choices.count) {
      nodes.report(
        NodeReader.line(node), found: "\(choices.count) choices", expected: "2 to 8", "Add or remove choices.")
    }
    return right == 1 ? choices : nil
  }
}
