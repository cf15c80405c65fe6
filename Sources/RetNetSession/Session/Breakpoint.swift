import Foundation
import RetNet
import RetNetText

/// Where a run of steps stops by itself.
package enum Breakpoint: Sendable, Hashable, Codable {
  /// A token whose text holds this, upper and lower case alike.
  case token(String)
  /// The next token's entropy is above so many nats.
  case entropy(Float)
  /// ‖S‖ of a head, any where it is nil, is above this.
  case norm(Float, HeadIndex?)
  /// The chunkwise form's logits are further from the recurrent ones than this share of their magnitude.
  case divergence(Float)
}

extension Breakpoint {
  /// What of a moment meets the breakpoint, as the middle of a sentence; nil where nothing does.
  ///
  /// A divergence does not show in a moment: it is never met here.
  package func finding(in result: StepResult) -> String? {
    switch self {
    case .token(let text):
      return Self.holds(result, text) ? "the token \(result.piece) holds '\(text)'" : nil
    case .entropy(let limit):
      guard result.entropy > limit else { return nil }
      return "entropy \(Self.number(result.entropy, above: limit)) nat is above \(Self.number(limit))"
    case .norm(let limit, let place):
      guard let (place, norm) = Self.largestNorm(result.state, place), norm > limit else { return nil }
      return "layer \(place.layer) head \(place.head): ‖S‖ \(Self.number(norm, above: limit)) "
        + "is above \(Self.number(limit))"
    case .divergence: return nil
    }
  }

  package func isMet(by result: StepResult) -> Bool { finding(in: result) != nil }

  /// The breakpoint itself, as in a list of them.
  package var text: String {
    switch self {
    case .token(let text): "a token that holds '\(text)'"
    case .entropy(let limit): "entropy above \(Self.number(limit)) nat"
    case .norm(let limit, let place?): "layer \(place.layer) head \(place.head): ‖S‖ above \(Self.number(limit))"
    case .norm(let limit, nil): "any head: ‖S‖ above \(Self.number(limit))"
    case .divergence(let limit): "forms apart by more than \(Self.number(limit)) of the logits' magnitude"
    }
  }

  /// A piece holds the text with a space for each `▁` in either. What is no text, a symbol or a byte such as `<0x0A>`, is
  /// met by its whole name alone, so that a letter does not stop at every one of them.
  private static func holds(_ result: StepResult, _ text: String) -> Bool {
    func plain(_ text: String) -> String { text.replacingOccurrences(of: "\u{2581}", with: " ").lowercased() }
    if result.role == .control || Tokenizer.byte(named: result.piece) != nil {
      return result.piece.lowercased() == text.lowercased()
    }
    return !text.isEmpty && plain(result.piece).contains(plain(text))
  }

  /// ‖S‖ of the head, or the largest of all where it is nil; nil of a head that the model does not have.
  private static func largestNorm(_ state: ModelState, _ place: HeadIndex?) -> (HeadIndex, Float)? {
    var largest: (HeadIndex, Float)?
    for (index, layer) in state.layers.enumerated() {
      for head in 0..<layer.heads where place == nil || place == HeadIndex(layer: index, head: head) {
        let norm = layer.norm(head: head)
        if norm > largest?.1 ?? -1 { largest = (HeadIndex(layer: index, head: head), norm) }
      }
    }
    return largest
  }

  /// A limit as it was typed.
  private static func number(_ limit: Float) -> String {
    Int(exactly: limit).map { "\($0)" } ?? "\(limit)"
  }

  /// Three digits, or as many as show that the number is above the limit.
  private static func number(_ value: Float, above limit: Float) -> String {
    let whole = value >= 1 && value.isFinite ? Int(log10(value)) : 0
    for decimals in max(0, 2 - whole)..<9 {
      let text = String(format: "%.\(decimals)f", Double(value))
      if let shown = Float(text), shown > limit { return text }
    }
    return "\(value)"
  }
}
