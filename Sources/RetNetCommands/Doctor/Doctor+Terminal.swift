import Foundation
import RetNetTUI
import TerminalKit

extension DoctorReport.Group {
  /// The characters whose widths are measured: those of the screens, a combining one, a wide one and an emoji.
  static let measuredTexts = ["▇", "░", "─", "→", "γ", "√", "é", "e\u{301}", "日", "😀"]

  @MainActor static func terminal(_ environment: [String: String]) -> DoctorReport.Group {
    var group = DoctorReport.Group("Terminal")
    let facts = NcursesTerminal.facts(environment)
    group.addType(facts)
    group.ok("library", facts.library)
    if facts.isUnicode {
      group.ok("encoding", facts.codeset)
    } else {
      group.note("encoding", facts.codeset, "The locale is not UTF-8, so ASCII is drawn. Set LANG to a UTF-8 locale.")
    }
    group.addColors(facts, environment)
    guard TTY.isInteractive else {
      group.note("screen", "no terminal", "stdin or stdout is not a terminal, so 'retnet' uses plain mode.")
      return group
    }
    if let size = TTY.size() {
      let text = "\(size.columns) × \(size.rows)"
      if size.columns < 80 || size.rows < 24 {
        group.note("size", text, "The screens are made for 80 × 24 or more; smaller ones leave panes out.")
      } else {
        group.ok("size", text)
      }
    } else {
      group.note("size", "unknown", "The terminal reports no size, so 80 × 24 is assumed.")
    }
    group.addAnswers(facts)
    return group
  }

  private mutating func addType(_ facts: TerminalFacts) {
    guard let description = facts.description else {
      let name = facts.type.isEmpty ? "TERM is unset" : facts.type
      return note(
        "type", name, "terminfo has no such terminal, so 'retnet' uses plain mode. Set TERM, or install its entry.")
    }
    if description.movesCursor {
      ok("type", facts.type)
    } else {
      note("type", facts.type, "It cannot move its cursor, so 'retnet' uses plain mode.")
    }
    func capability(_ name: String, _ has: Bool, _ without: String) {
      if has { ok(name, "in terminfo") } else { note(name, "not in terminfo", without) }
    }
    capability("mouse", description.hasMouse, "Clicks may not arrive; every action has a key.")
    capability("bracketed paste", description.hasPaste, "It is requested nevertheless; most terminals have it.")
    capability(
      "clipboard", description.hasClipboard,
      "OSC 52 is not named, so copying may have no effect. Select with the mouse.")
  }

  private mutating func addColors(_ facts: TerminalFacts, _ environment: [String: String]) {
    guard let description = facts.description else { return }
    let variable = environment["COLORTERM"].flatMap { $0.isEmpty ? nil : $0 }
    if !facts.allowsColors {
      note("colours", "none", "NO_COLOR is set. Unset it for colours.")
    } else if description.derivesDirectColor {
      ok("colours", "24 bits, as COLORTERM=\(variable ?? "") says; terminfo names \(description.colors)")
    } else if description.hasDirectColor {
      ok("colours", "24 bits, by terminfo")
    } else if description.colors == 0 {
      note("colours", "none", "terminfo names none for \(facts.type).")
    } else {
      note(
        "colours", "\(description.colors)",
        variable == nil
          ? "COLORTERM is unset, so \(description.colors) colours are used. Set it to truecolor if the terminal has 24 bits."
          : "COLORTERM is '\(variable ?? "")', not truecolor or 24bit, so \(description.colors) colours are used.")
    }
  }

  private mutating func addAnswers(_ facts: TerminalFacts) {
    guard facts.description?.movesCursor == true, !facts.type.hasPrefix("dumb") else { return }
    let texts = facts.isUnicode ? Self.measuredTexts : []
    let answers = TerminalProbe.ask(
      background: facts.answers, widthsOf: texts, input: STDIN_FILENO, output: STDOUT_FILENO)
    if facts.answers {
      if let color = answers.background {
        ok("background", color.hex)
      } else {
        note("background", "no answer", "The theme 'auto' takes COLORFGBG, or else a dark background. --theme sets it.")
      }
    }
    if texts.isEmpty { return }
    guard answers.widths.contains(where: { $0 != nil }) else {
      return note("glyph widths", "no answer", "The terminal does not report its cursor; widths are those of Unicode.")
    }
    let wrong = zip(texts, answers.widths).compactMap { text, columns in
      columns.flatMap { $0 == TextWidth.width(of: text) ? nil : "\(text) has \($0), not \(TextWidth.width(of: text))" }
    }
    if wrong.isEmpty {
      ok("glyph widths", "as Unicode has them, \(texts.count) measured")
    } else {
      note(
        "glyph widths", wrong.joined(separator: "; "),
        "Lines with these characters are misaligned. Set the terminal's ambiguous width to narrow, or change its font.")
    }
  }
}
