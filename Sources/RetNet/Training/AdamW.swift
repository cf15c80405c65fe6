import CKernels

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019) over one flat buffer of parameters.
///
///     m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
///     p = p − η (m̂ / (√v̂ + ε) + λ p)     m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
///
/// λ is 0 outside `decayed`. Updates of parameters are independent, so the result does not depend on the thread count.
///
///     let optimizer = try AdamW(tensors: layer.tensors)
///     try optimizer.update(&layer.weights, gradients: dWeights, learningRate: 1e-3)
public final class AdamW {
  /// β₁, β₂, ε and λ.
  public struct Options: Sendable, Hashable, Codable {
    /// β₁, from 0 up to but not including 1. The defaults of both β are the paper's (arXiv 2307.08621, Section 3.1).
    public var beta1: Double
    /// β₂, from 0 up to but not including 1.
    public var beta2: Double
    /// ε, above 0.
    public var epsilon: Double
    /// λ, 0 or more.
    public var weightDecay: Double

    /// Settings of the optimizer. ``AdamW`` checks the values.
    ///
    /// - Parameters:
    ///   - beta1: β₁, from 0 up to but not including 1.
    ///   - beta2: β₂, from 0 up to but not including 1.
    ///   - epsilon: ε, above 0.
    ///   - weightDecay: λ, 0 or more.
    public init(beta1: Double = 0.9, beta2: Double = 0.98, epsilon: Double = 1e-8, weightDecay: Double = 0.05) {
      (self.beta1, self.beta2, self.epsilon, self.weightDecay) = (beta1, beta2, epsilon, weightDecay)
    }
  }

  package let options: Options
  package let count: Int
  /// m and v, `[count]` each.
  package let firstMoment: Buffer<Float>
  package let secondMoment: Buffer<Float>
  /// The number of updates, t.
  public package(set) var updates = 0

  /// The parameters, divided into ranges with and without weight decay.
  private let parts: [(range: Range<Int>, decays: Bool)]

  /// - Parameters:
  ///   - decayed: the parameters with weight decay, in ascending order and without overlap.
  ///   - skipped: parameters that another optimizer updates.
  package init(count: Int, decayed: [Range<Int>], skipped: [Range<Int>] = [], options: Options = Options()) {
    self.options = options
    self.count = count
    firstMoment = Buffer(count: count)
    secondMoment = Buffer(count: count)
    var parts: [(range: Range<Int>, decays: Bool)] = []
    var end = 0
    for range in decayed {
      precondition(
        range.lowerBound >= end && range.upperBound <= count, "\(range) of \(count) parameters, after \(end)")
      if end < range.lowerBound { parts.append((end..<range.lowerBound, false)) }
      parts.append((range, true))
      end = range.upperBound
    }
    if end < count { parts.append((end..<count, false)) }
    self.parts = parts.flatMap { part in
      var rest = RangeSet(part.range)
      for range in skipped { rest.remove(contentsOf: range) }
      return rest.ranges.map { ($0, part.decays) }
    }
  }

  /// An optimizer for the weights of one layer or stack, with weight decay for matrices and none for norm weights and
  /// biases.
  ///
  /// - Parameters:
  ///   - tensors: the layer's `tensors`.
  ///   - options: β₁, β₂, ε and λ.
  /// - Throws: ``RetNetError`` if the tensors' ranges are not contiguous from 0 or do not have their shapes' lengths, or
  ///   an option is out of range.
  public convenience init(
    tensors: [(name: String, shape: [Int], range: Range<Int>)], options: Options = Options()
  ) throws(RetNetError) {
    var count = 0
    for tensor in tensors {
      guard tensor.range.lowerBound == count else {
        throw .shape(of: "range of '\(tensor.name)'", found: [tensor.range.lowerBound], expected: "a start of \(count)")
      }
      let size = try RetNetError.require(shape: tensor.shape, of: "tensor '\(tensor.name)'")
      guard tensor.range.count == size else {
        throw .shape(
          of: "tensor '\(tensor.name)'", found: tensor.shape,
          expected: "a shape of \(tensor.range.count) numbers, the length of its range")
      }
      count = tensor.range.upperBound
    }
    try RetNetError.require(weights: count)
    for (name, beta) in [("β₁", options.beta1), ("β₂", options.beta2)] {
      try RetNetError.require((0..<1).contains(beta), name, beta, "from 0 up to but not including 1")
    }
    let epsilon = Float(options.epsilon)
    try RetNetError.require(epsilon > 0 && epsilon.isFinite, "ε", options.epsilon, "above 0 in Float32")
    try RetNetError.require(
      options.weightDecay >= 0 && options.weightDecay.isFinite, "weight decay", options.weightDecay, "0 or more")
    self.init(count: count, decayed: tensors.filter { $0.shape.count > 1 }.map(\.range), options: options)
  }

  /// Updates all weights once.
  ///
  /// - Parameters:
  ///   - weights: the layer's weights, changed.
  ///   - gradients: the gradients of the loss, in the layout of the weights.
  ///   - learningRate: η.
  ///   - limit: a longer gradient of all weights is clipped to this length; 0 disables clipping.
  /// - Throws: ``RetNetError`` if an array does not have as many numbers as the tensors, the gradients or η are not
  ///   finite, or η or the limit is negative. Weights and moments are unchanged then.
  public func update(
    _ weights: inout [Float], gradients: [Float], learningRate: Double, limit: Double = 1
  ) throws(RetNetError) {
    try RetNetError.requireWeights(weights.count, count)
    guard gradients.count == count else {
      throw .shape(of: "array of gradients", found: [gradients.count], expected: "[\(count)]")
    }
    try RetNetError.require(
      learningRate >= 0 && Float(learningRate).isFinite, "learning rate", learningRate, "0 or more, finite in Float32")
    try RetNetError.require(limit >= 0, "limit of the gradients' length", limit, "0 or more")
    let sum = Buffer(copying: gradients)
    let norm = GradientClipping.reduce(into: sum.pointer, [], count: count, threads: 1)
    try RetNetError.require(norm.isFinite, "length of the gradients", norm, "a finite number")
    withExtendedLifetime(sum) {
      weights.withUnsafeMutableBufferPointer { weights in
        guard let base = weights.baseAddress else { return }
        update(
          base, gradients: sum.pointer, learningRate: learningRate,
          gradientScale: GradientClipping.scale(norm: norm, limit: limit))
      }
    }
  }

  /// Updates `parameters` and the moments once, and sets `gradients` to zero for the next sum; each `[count]`.
  ///
  /// - Parameter gradientScale: a factor of every gradient (`GradientClipping`).
  package func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>, learningRate: Double,
    gradientScale: Float = 1, threads: Int = 1
  ) {
    updates += 1
    let correction1 = 1 - power(options.beta1, updates)
    let correction2 = 1 - power(options.beta2, updates)
    let update = retnet_adamw(
      beta1: Float(options.beta1), beta2: Float(options.beta2), rest1: Float(1 - options.beta1),
      rest2: Float(1 - options.beta2), scale: gradientScale, step_size: Float(learningRate / correction1),
      root_correction: Float(1 / correction2.squareRoot()), epsilon: Float(options.epsilon), kept: 1)
    var decayedUpdate = update
    decayedUpdate.kept = Float(1 - learningRate * options.weightDecay)
    Threads.perform(threads) { thread in
      let own = Threads.range(of: thread, threads: threads, count: count)
      for part in parts {
        let range = part.range.clamped(to: own)
        guard !range.isEmpty else { continue }
        withUnsafePointer(to: part.decays ? decayedUpdate : update) {
          let i = range.lowerBound
          retnet_adamw(
            $0, range.count, parameters + i, gradients + i, firstMoment.pointer + i, secondMoment.pointer + i)
        }
      }
    }
  }

  /// βᵗ by repeated squaring: the same bits on every machine, unlike the system's `pow`.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
