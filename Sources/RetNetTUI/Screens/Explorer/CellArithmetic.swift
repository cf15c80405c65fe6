import Foundation
import TerminalKit

/// The arithmetic of one entry of S in the last step, in Float, as the engine computes it.
///
///     S_n = γ S_{n−1} + k_i v_j, or S_{n−1} if the head is frozen
struct CellArithmetic: Sendable, Hashable {
  /// How the formula agrees with the stored entry.
  enum Agreement: Sendable, Hashable {
    /// Equal bits: with every operation rounded, or with one product and the sum rounded together (a fused
    /// multiply-add).
    case bits(rounded: Bool, fused: Bool)
    /// The distance in units in the last place, for the nearer of the two roundings.
    case off(units: Int)
    /// One of the two is not a number.
    case none
  }

  var row: Int
  var column: Int
  var gamma: Float
  var key: Float
  var value: Float
  var isFrozen: Bool
  /// S_{n−1}, edits included; nil if it is not available.
  var before: Float?
  /// The stored S_n.
  var stored: Float

  var product: Float { isFrozen ? 0 : key * value }
  var kept: Float? { before.map { isFrozen ? $0 : gamma * $0 } }

  /// The formula with every operation rounded.
  var rounded: Float? { before.map { isFrozen ? $0 : gamma * $0 + key * value } }

  /// The formula with one product and the sum in one rounding. The compiler chooses which of the two products it fuses.
  private var fused: [Float] {
    guard let before else { return [] }
    if isFrozen { return [before] }
    return [(key * value).addingProduct(gamma, before), (gamma * before).addingProduct(key, value)]
  }

  /// nil if S_{n−1} is not available.
  var agreement: Agreement? {
    guard let rounded else { return nil }
    let asRounded = rounded.bitPattern == stored.bitPattern
    let asFused = fused.contains { $0.bitPattern == stored.bitPattern }
    if asRounded || asFused { return .bits(rounded: asRounded, fused: asFused) }
    let distances = ([rounded] + fused).compactMap { Self.units(from: $0, to: stored) }
    return distances.min().map { .off(units: $0) } ?? Agreement.none
  }

  /// Units in the last place between two numbers; nil if one is not a number.
  static func units(from a: Float, to b: Float) -> Int? {
    guard a.isFinite, b.isFinite else { return nil }
    func place(_ x: Float) -> Int { x < 0 ? -Int((-x).bitPattern) : Int(x.bitPattern & 0x7FFF_FFFF) }
    return abs(place(a) - place(b))
  }
}

extension CellArithmetic {
  struct FormulaLine: Sendable {
    var text: String
    var isAccented = true
  }

  /// Five significant digits if readable.
  static func precise(_ value: Float) -> String {
    guard value.isFinite else { return Numbers.signed(value).trimmed }
    let magnitude = Double(abs(value))
    let digits =
      switch magnitude {
      case 0: "0.0000"
      case ..<0.001: String(format: "%.3e", magnitude)
      case ..<9.99995: String(format: "%.4f", magnitude)
      case ..<99999.5: String(format: "%.5g", magnitude)
      default: String(format: "%.3e", magnitude)
      }
    return (value.sign == .minus && value != 0 ? "−" : "+") + digits
  }

  /// γ with enough digits to differ from 1.
  static func precise(gamma: Float) -> String {
    let text = String(format: "%.5f", gamma)
    return gamma < 1 && Float(text) == 1 ? String(format: "%.9g", gamma) : text
  }

  /// The probed entry in lines of at most `columns` columns, and its agreement with the stored one.
  func formula(columns: Int) -> [FormulaLine] {
    let (long, short) = written
    var lines: [FormulaLine] =
      TextWidth.width(of: long) <= columns
      ? [FormulaLine(text: long)] : short.flatMap { WordWrap.lines($0, columns: columns) }.map { FormulaLine(text: $0) }
    let verdict = TextWidth.width(of: self.verdict) <= columns ? self.verdict : shortVerdict
    lines += WordWrap.lines(verdict, columns: columns).map { FormulaLine(text: $0, isAccented: false) }
    return lines
  }

  /// The probed entry on one line, and on two.
  var written: (long: String, short: [String]) {
    let name = "S[\(row),\(column)]"
    let stored = Self.precise(self.stored)
    let product = "(\(Self.precise(key)))·(\(Self.precise(value)))"
    guard let before else {
      let text = "\(name) = \(stored), written k·v = \(product) = \(Self.precise(self.product))"
      return (text, ["\(name) = \(stored), k·v =", "\(product) = \(Self.precise(self.product))"])
    }
    if isFrozen {
      let text = "\(name) = S_n−1 = \(Self.precise(before))"
      return (text, [text])
    }
    let kept = "\(Self.precise(gamma: gamma))·(\(Self.precise(before)))"
    let result = Self.precise(rounded ?? .nan)
    return (
      "\(name) = γ·S + k·v = \(kept) + \(product) = \(result)", ["\(name) = \(kept)", "+ \(product) = \(result)"]
    )
  }

  var verdict: String {
    switch agreement {
    case nil: "S before this step is not available: → makes the next step, with both sides."
    case .bits(true, true)?:
      isFrozen
        ? "Frozen: equal to the stored entry bit for bit."
        : "Equal to the stored entry bit for bit, with or without fused multiply-add."
    case .bits(false, _)?: "Equal to the stored entry bit for bit, with a fused multiply-add."
    case .bits(true, false)?:
      "Equal to the stored entry bit for bit, each product rounded, without a fused multiply-add."
    case .off(let units)?:
      "The stored entry is \(Self.precise(stored)): \(Numbers.grouped(units)) "
        + "\(units == 1 ? "unit" : "units") in the last place away."
    case Agreement.none?: "The stored entry is \(Self.precise(stored)), not a number."
    }
  }

  private var shortVerdict: String {
    switch agreement {
    case nil: "S before is not available: → steps."
    case .bits(true, true)?: isFrozen ? "Frozen, equal bit for bit." : "Equal bit for bit, fused or not."
    case .bits(false, _)?: "Equal bit for bit, fused."
    case .bits(true, false)?: "Equal bit for bit, not fused."
    case .off(let units)?: "Stored: \(Numbers.grouped(units)) units in the last place away."
    case Agreement.none?: "The stored entry is not a number."
    }
  }
}
