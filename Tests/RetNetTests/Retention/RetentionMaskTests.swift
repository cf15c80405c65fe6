import Foundation
import TestSupport
import Testing

@testable import RetNet

/// The masks of the parallel form against sums over all pairs of tokens in Double.
@Suite("Retention masks")
struct RetentionMaskTests {
  static let time = 23
  /// Irregular distances with hidden tokens; the last row hides all.
  static let uneven: [Double] = (0..<time * time).map { i -> Double in
    if i / time == time - 1 || i % 5 == 3 { return .infinity }
    return Double(i * 7 % 13) * 0.5
  }
  static let masks: [RetentionMask] = [.causal, .bidirectional, .full, .distances(uneven)]
  static let everyNorm: [RetentionNorms] = [false, true].flatMap { norm2 in
    RetentionNorms.Score.allCases.map { RetentionNorms(norm1: true, norm2: norm2, norm3: $0) }
  }

  @Test("O = f ⊙ ((QKᵀ ⊙ D) V) with the mask's own row sums, under every norm", arguments: masks)
  func sums(_ mask: RetentionMask) throws {
    let example = RetentionSample(time: Self.time)
    let retention = BatchedRetention<Double>(
      decay: Decay(gammas: example.plain.gammas), headDim: example.plain.headDim, valueDim: example.plain.valueDim)
    let (q, k, v) = (example.q.map(Double.init), example.k.map(Double.init), example.v.map(Double.init))
    for norms in Self.everyNorm {
      let (expected, divided) = plain(example, q, k, v, mask, norms)
      if norms.norm3 != .off { #expect(divided > 10, "norm 3's divisor really divides") }
      let exact = try retention(q: q, k: k, v: v, batch: 1, mask: mask, norms: norms)
      #expect(maxRelativeError(exact, expected) < 1e-12, "\(mask.name) \(norms)")
      let single = try example.retention(q: example.q, k: example.k, v: example.v, batch: 1, mask: mask, norms: norms)
      #expect(maxRelativeError(single, expected) < 1e-5, "\(mask.name) \(norms)")  // Float32, 23 terms
    }
  }

  @Test("The causal mask as distances equals the causal forms")
  func causalAsDistances() throws {
    let example = RetentionSample(time: Self.time)
    let distances = (0..<Self.time * Self.time).map { i in
      i % Self.time > i / Self.time ? .infinity : Double(i / Self.time - i % Self.time)
    }
    for norms in Self.everyNorm {
      let masked = try example.retention(
        q: example.q, k: example.k, v: example.v, batch: 1, mask: .distances(distances), norms: norms)
      #expect(maxRelativeError(masked, example.run(.parallel, norms)) < 1e-5)
    }
  }

  @Test("Causal forms refuse a mask that is not causal; every form refuses a wrong size or an invalid distance")
  func refusals() throws {
    let module = try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 8, heads: 2), seed: 1)
    let stack = try RetNetStack(RetNetStackConfiguration(modelDim: 8, layers: 1, heads: 2), seed: 1)
    let x = try Tensor([Float](repeating: 0.5, count: 3 * 8), shape: [1, 3, 8])
    let forms = [RetentionForm.recurrent, .chunkwise(length: 2)]
    for (mask, name) in [(RetentionMask.bidirectional, "bidirectional"), (.full, "full"), (.distances([]), "custom")] {
      for form in forms {
        let error = RetNetError.maskNeedsParallel(mask: name, form: form)
        #expect(throws: error) { _ = try module(x, form: form, mask: mask) }
        #expect(throws: error) { _ = try module.forward(x, form: form, mask: mask) }
        #expect(throws: error) { _ = try stack(x, form: form, mask: mask) }
      }
    }
    #expect(throws: RetNetError.maskSize(found: 4, time: 3)) {
      _ = try module(x, mask: .distances([0, 1, 1, 0]))
    }
    for bad in [-1, -Double.infinity] {
      #expect(throws: RetNetError.maskDistance(row: 1, column: 2, found: bad)) {
        _ = try stack(x, mask: .distances([0, 1, 2, 3, 4, bad, 6, 7, 8]))
      }
    }
    #expect(
      "\(RetNetError.maskNeedsParallel(mask: "full", form: .recurrent))"
        == "The recurrent form supports only the causal mask, but the mask is full. Use the parallel form.")
    #expect(throws: RetNetError.self) {
      _ = try module(x, mask: .distances(Array(repeating: .nan, count: 9)))
    }
  }

  /// Sums over all pairs of tokens, and the number of divisors above 1.
  private func plain(
    _ example: RetentionSample, _ q: [Double], _ k: [Double], _ v: [Double], _ mask: RetentionMask,
    _ norms: RetentionNorms
  ) -> ([Double], Int) {
    let (time, headDim, valueDim) = (Self.time, example.plain.headDim, example.plain.valueDim)
    var (output, divided) = ([Double](), 0)
    for h in 0..<example.plain.heads {
      for n in 0..<time {
        var (scores, total) = ([Double](), 0.0)
        for m in 0..<time {
          let weight: Double
          switch mask {
          case .causal: weight = m > n ? 0 : pow(example.plain.gammas[h], Double(n - m))
          case .bidirectional: weight = pow(example.plain.gammas[h], Double(abs(n - m)))
          case .full: weight = 1
          case .distances(let distances): weight = pow(example.plain.gammas[h], distances[n * time + m])
          }
          var score = 0.0
          for i in 0..<headDim { score += q[(h * time + n) * headDim + i] * k[(h * time + m) * headDim + i] }
          scores.append(score * weight / sqrt(Double(headDim)))
          total += weight
        }
        if norms.norm2 && total > 0 { scores = scores.map { $0 / sqrt(total) } }
        var divisor = 1.0
        if norms.norm3 == .paper { divisor = max(abs(scores.reduce(0, +)), 1) }
        if norms.norm3 == .torchscale { divisor = min(max(scores.reduce(0) { $0 + abs($1) }, 1), 50_000) }
        if divisor > 1 { divided += 1 }
        for j in 0..<valueDim {
          output.append((0..<time).reduce(0) { $0 + scores[$1] / divisor * v[(h * time + $1) * valueDim + j] })
        }
      }
    }
    return (output, divided)
  }
}
