import RetNet

/// The group norm of one head and token in Double, with a bound on the error of a Float32 computation from inexact input.
///
///     y = w ⊙ c / r + b     c = x, or x − mean(x) for LayerNorm     r = √(mean(c²) + ε)
///
/// Let E bound the error of c. As r is the length of a vector, its error is at most the length of the error,
/// ρ = √(mean(E²)), so with r̂ ≥ max(r − ρ, √ε)
///
///     |ĉ_j / r̂ − c_j / r| ≤ (E_j + |c_j / r| ρ) / max(r − ρ, √ε)
///
/// which is large exactly where an output is small compared with its errors: there the norm magnifies them. An entry of
/// c / r never exceeds √d_v, which limits the bound. The norm itself adds (d_v / 2 + 8) u: d_v sums under a root.
struct GroupNormReference {
  private enum Kind { case off, rms, layer }

  private let kind: Kind
  private let epsilon: Double
  /// w, `[valueDim]` or `[heads · valueDim]`; empty means all ones.
  private let weight: [Double]
  private let bias: [Double]

  /// Whether the model has a group norm.
  var isOn: Bool { kind != .off }

  init(_ norm: Norm, _ weights: Weights) {
    func values(_ parameter: Parameter?) -> [Double] {
      guard let parameter else { return [] }
      return (0..<parameter.count).map { Double(weights[parameter][$0]) }
    }
    switch norm {
    case .off: (kind, epsilon, weight, bias) = (.off, 0, [], [])
    case .rms(let norm): (kind, epsilon, weight, bias) = (.rms, Double(norm.epsilon), values(norm.weight), [])
    case .layer(let norm):
      (kind, epsilon, weight, bias) = (.layer, Double(norm.epsilon), values(norm.weight), values(norm.bias))
    }
  }

  /// - Parameters:
  ///   - x: one head's output, `[count]`.
  ///   - error: a bound on the error of each entry, `[count]`.
  ///   - y: is set to the norm of x, `[count]`.
  ///   - bound: is set to a bound on the error of y, `[count]`.
  func forward(
    _ x: UnsafePointer<Double>, error: UnsafePointer<Double>, head: Int, into y: UnsafeMutablePointer<Double>,
    bound: UnsafeMutablePointer<Double>, count: Int
  ) {
    y.update(from: x, count: count)
    bound.update(from: error, count: count)
    guard isOn else { return }
    let (unit, width) = (RoundingBound.unit, Double(count))
    if kind == .layer {
      let mean = Self.mean(count) { x[$0] }
      // The error of the mean is the mean of the errors plus the rounding of the sum.
      let meanError = Self.mean(count) { error[$0] + (width + 1) * unit * (abs(x[$0]) + error[$0]) }
      for j in 0..<count {
        y[j] = x[j] - mean
        bound[j] = error[j] + meanError + unit * (abs(y[j]) + error[j] + meanError)
      }
    }
    let length = (Self.mean(count) { y[$0] * y[$0] } + epsilon).squareRoot()
    let spread = Self.mean(count) { bound[$0] * bound[$0] }.squareRoot()
    let least = max(length - spread, epsilon.squareRoot())
    for j in 0..<count {
      let normal = y[j] / length
      let moved = min((bound[j] + abs(normal) * spread) / least, width.squareRoot() + abs(normal))
      let error = moved + (width / 2 + 8) * unit * (abs(normal) + moved)
      let place = head * count + j
      let w = weight.isEmpty ? 1 : weight[place % weight.count]
      let b = bias.isEmpty ? 0 : bias[place % bias.count]
      y[j] = w * normal + b
      bound[j] = abs(w) * error + unit * (abs(w) * (abs(normal) + error) + abs(b))
    }
  }

  private static func mean(_ count: Int, _ value: (Int) -> Double) -> Double {
    var sum = 0.0
    for j in 0..<count { sum += value(j) }
    return sum / Double(count)
  }
}
