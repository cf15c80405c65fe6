import RetNet
import RetNetAnalysis
import TerminalKit

/// The norms of the running model.
extension AppState {
  mutating func change(_ choice: NormChoice) -> [Effect] {
    choice.change(&settings.norms)
    return announceNorms()
  }

  /// Sets the norms for the next token. A notice names them, or what the recurrent form omits.
  mutating func announceNorms() -> [Effect] {
    say(NormChoice.remark(settings.norms) ?? "Starting with the next token: \(settings.normsText).")
    return [.engine(.set(.norms(settings.norms)))]
  }
}

/// The lines of the norms panel, in its order.
enum NormChoice: CaseIterable, Sendable {
  case norm1, norm2, norm3, group, epsilon

  static let epsilons: [Float?] = [nil, 0, 1e-6, 1e-5, 1e-3, 0.1, 1]

  /// Changes this norm to its next value.
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

  /// What the recurrent form omits of these norms.
  static func remark(_ norms: NormOptions) -> String? {
    norms.retention.norm3 == .torchscale
      ? "torchscale's norm 3 has no finite state: the recurrent form omits its divisor." : nil
  }

  /// The key in the panel, the name with its formula, and the short name.
  private var words: (key: String, name: String, short: String) {
    switch self {
    case .norm1: ("1", "norm 1  q·k ÷ √d_k", "norm 1")
    case .norm2: ("2", "norm 2  D ÷ √ΣD", "norm 2")
    case .norm3: ("3", "norm 3  R ÷ max(|ΣR|,1)", "norm 3")
    case .group: ("g", "group norm", "group norm")
    case .epsilon: ("e", "its ε", "ε")
    }
  }

  var key: String { words.key }
  var name: String { words.name }
  var shortName: String { words.short }

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
