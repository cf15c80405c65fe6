import Lessons
import TerminalKit

extension AppState {
  /// Every symbol on screen in a sentence, with its equation; those of a lesson's step come first.
  var glossaryLines: [String] {
    let own = (lesson?.walk.step.symbols ?? []).compactMap { Glossary.entry($0) }
    let rest = Glossary.entries.filter { entry in !own.contains { $0.symbol == entry.symbol } }
    return (own + rest).flatMap { WordWrap.lines($0.text, columns: max(columns - 4, 1)) }
  }
}
