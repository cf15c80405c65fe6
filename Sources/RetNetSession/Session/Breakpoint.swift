import Foundation
import RetNet
import RetNetText

/// A condition that stops a run of steps.
package enum Breakpoint: Sendable, Hashable, Codable {
  /// A token whose text contains this string, ignoring case.
  case token(String)
  /// The next token's entropy is above this many nats.
  case entropy(Float)
  /// ‖S‖ of a head is above this limit; nil tests all heads.
  case norm(Float, HeadIndex?)
  /// The logits of the chunkwise form differ from the recurrent ones by more than this share of their magnitude.
  case divergence(Float)
}

extension Breakpoint {
  /// Why a step result meets the breakpoint, as a clause; nil if it does not.
  ///
  /// A step result does not contain the chunkwise logits, so a divergence breakpoint always gives nil.
  package func finding(in result: StepResult) -> String? {
    switch self {
    case .token(let text):
      return Self.contains(result, text) ? "the token \(result.piece) contains '\(text)'" : nil
    case .entropy(let limit):
      guard result.entropy > limit else { return nil }
      return "entropy \(Self.number(result.entropy, above: limit)) nat is above \(Self.number(limit))"
    case .norm(let limit, let index):
      guard let (index, norm) = Self.largestNorm(result.state, index), norm > limit else { return nil }
      return "layer \(index.layer) head \(index.head): ‖S‖ \(Self.number(norm, above: limit)) "
        + "is above \(Self.number(limit))"
    case .divergence: return nil
    }
  }

  /// A description of the breakpoint for lists.
  package var text: String {
    switch self {
    case .token(let text): "a token that contains '\(text)'"
    case .entropy(let limit): "entropy above \(Self.number(limit)) nat"
    case .norm(let limit, let index?): "layer \(index.layer) head \(index.head): ‖S‖ above \(Self.number(limit))"
    case .norm(let limit, nil): "any head: ‖S‖ above \(Self.number(limit))"
    case .divergence(let limit): "form divergence above \(Self.number(limit)) of the logits' magnitude"
    }
  }

  /// Compares text with `▁` as a space. Symbols and bytes such as `<0x0A>` are not text: only their whole name matches,
  /// so that a single letter does not match all of them.
  private static func contains(_ result: StepResult, _ text: String) -> Bool {
    func plain(_ text: String) -> String { text.replacingOccurrences(of: "\u{2581}", with: " ").lowercased() }
    if result.role == .control || Tokenizer.byte(named: result.piece) != nil {
      return result.piece.lowercased() == text.lowercased()
    }
    return !text.isEmpty && plain(result.piece).contains(plain(text))
  }

  /// ‖S‖ of the head, or of the head with the largest norm for nil; nil if the model has no such head.
  private static func largestNorm(_ state: ModelState, _ index: HeadIndex?) -> (HeadIndex, Float)? {
    var largest: (HeadIndex, Float)?
    for (l, layer) in state.layers.enumerated() {
      for head in 0..<layer.heads where index == nil || index == HeadIndex(layer: l, head: head) {
        let norm = layer.norm(head: head)
        if norm > largest?.1 ?? -1 { largest = (HeadIndex(layer: l, head: head), norm) }
      }
    }
    return largest
  }

  /// The limit in its shortest form.
  private static func number(_ limit: Float) -> String {
    Int(exactly: limit).map { "\($0)" } ?? "\(limit)"
  }

  /// Three digits, or as many as distinguish the value from the limit.
  private static func number(_ value: Float, above limit: Float) -> String {
    let whole = value >= 1 && value.isFinite ? Int(log10(value)) : 0
    for decimals in max(0, 2 - whole)..<9 {
      let text = String(format: "%.\(decimals)f", Double(value))
      if let shown = Float(text), shown > limit { return text }
    }
    return "\(value)"
  }
}
