/// Names in answers.
extension Lesson {
  /// The names that an answer to a step may use: the lesson's numbers and the step's symbols whose values the texts have
  /// given before the answer. So a name never says more than the text.
  package func names(at index: Int) -> [NamedFormula] {
    let shown = steps.prefix(index).flatMap(\.givenFormulas) + steps[index].askedFormulas
    let symbols = steps[index].symbols.compactMap { symbol -> NamedFormula? in
      guard let quantity = Glossary.entry(symbol)?.quantity else { return nil }
      // A symbol stands for its last value: another head may have had another one.
      let value = shown.last { if case .quantity(quantity, _) = $0 { true } else { false } }
      return value.map { NamedFormula(name: symbol, formula: $0) }
    }
    return numbers.filter { shown.contains($0.formula) } + symbols
  }
}

extension LessonStep {
  /// The formulas that the text and the question state.
  fileprivate var askedFormulas: [Formula] {
    let asked: [LessonText] =
      switch task {
      case .read: []
      case .action(let action): [action.text]
      case .question(let question): [question.text]
      }
    return ((say.map { [$0] } ?? []) + asked).flatMap(\.formulas)
  }

  /// The formulas that the step has stated once it is done.
  fileprivate var givenFormulas: [Formula] { askedFormulas + (why?.formulas ?? []) }
}
