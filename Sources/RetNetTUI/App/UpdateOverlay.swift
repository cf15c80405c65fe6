import RetNet
import RetNetAnalysis
import TerminalKit

/// Keys while help or the norms panel lies over the panes.
extension AppState {
  /// - Returns: nil for a key that the overlay leaves to the rest.
  mutating func handleOverlay(_ key: Key) -> [Effect]? {
    switch overlay {
    case .help(let top): handleText(key, top: top, lines: HelpText.lines.count) { .help(top: $0) }
    case .glossary(let top):
      handleText(key, top: top, lines: glossaryLines.count) { .glossary(top: $0) }
    case .norms(let row): handleNorms(key, row: row)
    case nil: nil
    }
  }

  /// A text that can be scrolled.
  private mutating func handleText(_ key: Key, top: Int, lines: Int, _ at: (Int) -> Overlay) -> [Effect]? {
    let page = max(rows - 4, 1)
    // The panel leaves out the footer, and two lines of its frame.
    let last = max(lines - (rows - 3), 0)
    switch key {
    case .escape, .enter, .character("q"), .character("?"), .character("W"), .function(1): overlay = nil
    case .up, .character("k"): overlay = at(max(top - 1, 0))
    case .down, .character("j"): overlay = at(min(top + 1, last))
    case .pageUp: overlay = at(max(top - page, 0))
    case .pageDown, .character(" "): overlay = at(min(top + page, last))
    case .home: overlay = at(0)
    case .end: overlay = at(last)
    case .character(":"), .character("/"), .tab, .paste:
      overlay = nil
      return nil
    default: break
    }
    return []
  }

  private mutating func handleNorms(_ key: Key, row: Int) -> [Effect]? {
    switch key {
    case .escape, .character("n"), .character("q"): overlay = nil
    case .up, .character("k"): overlay = .norms(row: max(row - 1, 0))
    case .down, .character("j"): overlay = .norms(row: min(row + 1, NormChoice.allCases.count - 1))
    case .character(" "), .enter: return change(NormChoice.allCases[row])
    case .character("1"): return change(.norm1)
    case .character("2"): return change(.norm2)
    case .character("3"): return change(.norm3)
    case .character("g"): return change(.group)
    case .character("e"): return change(.epsilon)
    case .character("r"):
      settings.normChoices = NormChoices()
      return announceNorms()
    case .tab, .character(":"), .character("/"), .character("?"), .paste:
      overlay = nil
      return nil
    default: return nil  // [ ] { } ← → still act, so that one sees what a norm does
    }
    return []
  }

  mutating func change(_ choice: NormChoice) -> [Effect] {
    choice.change(&settings.norms)
    return announceNorms()
  }

  /// Norms for the next token on, with a word where something is left out.
  private mutating func announceNorms() -> [Effect] {
    say(NormChoice.remark(settings.norms) ?? "From the next token on: \(settings.normsText).")
    return [.engine(.set(.norms(settings.norms)))]
  }
}

/// The lines of the norms panel, in its order.
enum NormChoice: CaseIterable, Sendable {
  case norm1, norm2, norm3, group, epsilon

  static let epsilons: [Float?] = [nil, 0, 1e-6, 1e-5, 1e-3, 0.1, 1]

  /// Takes the next value of this choice.
  func change(_ norms: inout NormOptions) {
    switch self {
    case .norm1: norms.retention.norm1.toggle()
    case .norm2: norms.retention.norm2.toggle()
    case .norm3: norms.retention.norm3 = Self.after(norms.retention.norm3, in: RetentionNorms.Score.allCases)
    case .group: norms.group = Self.after(norms.group, in: NormOptions.Group.allCases)
    case .epsilon: norms.epsilon = Self.after(norms.epsilon, in: Self.epsilons)
    }
  }

  private static func after<Value: Equatable>(_ value: Value, in values: [Value]) -> Value {
    let place = values.firstIndex(of: value) ?? -1
    return values[(place + 1) % values.count]
  }

  /// What the app must say about these norms in the recurrent form.
  static func remark(_ norms: NormOptions) -> String? {
    norms.retention.norm3 == .torchscale
      ? "torchscale's norm 3 has no finite state: step by step its divisor is left out." : nil
  }

  var key: String {
    switch self {
    case .norm1: "1"
    case .norm2: "2"
    case .norm3: "3"
    case .group: "g"
    case .epsilon: "e"
    }
  }

  var name: String {
    switch self {
    case .norm1: "norm 1  q·k ÷ √d_k"
    case .norm2: "norm 2  D ÷ √ΣD"
    case .norm3: "norm 3  R ÷ max(|ΣR|,1)"
    case .group: "group norm"
    case .epsilon: "its ε"
    }
  }

  func value(_ norms: NormOptions) -> String {
    switch self {
    case .norm1: norms.retention.norm1 ? "on" : "off"
    case .norm2: norms.retention.norm2 ? "on" : "off"
    case .norm3: norms.retention.norm3.rawValue
    case .group: norms.group.rawValue
    case .epsilon: norms.epsilon.map { Numbers.plain($0) } ?? "the model's"
    }
  }
}
