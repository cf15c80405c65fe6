import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Each of Eqs. 5, 6 and 7 against Eq. 4 summed term by term in Double, before the group norm.
@Suite("Retention forms")
struct RetentionFormsTests {
  static let everyNorm: [RetentionNorms] = [false, true].flatMap { norm1 in
    [false, true].flatMap { norm2 in
      [RetentionNorms.Score.off, .paper].map { RetentionNorms(norm1: norm1, norm2: norm2, norm3: $0) }
    }
  }
  static let forms: [RetentionForm] = [
    .parallel, .recurrent, .chunkwise(length: 1), .chunkwise(length: 7), .chunkwise(length: 64),
    .chunkwise(length: 1000),
  ]

  @Test("Eqs. 5, 6 and 7 equal Eq. 4 under every combination of norms", arguments: everyNorm)
  func everyNormAgrees(_ norms: RetentionNorms) {
    let example = RetentionSample(time: 131)
    let (expected, divisors) = example.summed(norms)
    if norms.norm3 == .paper {
      #expect(divisors.filter { $0 > 1 }.count > divisors.count / 4, "norm 3's divisor really divides")
    }
    for form in Self.forms {
      #expect(maxRelativeError(example.run(form, norms), expected) < 1e-5, "\(form)")  // Float32, 131 terms
    }
  }

  @Test("torchscale's norm 3 is exact in the parallel form and off in the others")
  func torchscale() {
    let example = RetentionSample(time: 61)
    let norms = RetentionNorms(norm1: true, norm2: true, norm3: .torchscale)
    let (expected, divisors) = example.summed(norms)
    #expect(divisors.contains { $0 > 2 })
    #expect(maxRelativeError(example.run(.parallel, norms), expected) < 1e-5)
    let without = example.summed(RetentionNorms(norm1: true, norm2: true, norm3: .off)).output
    #expect(maxRelativeError(example.run(.recurrent, norms), without) < 1e-5)
    #expect(maxRelativeError(example.run(.chunkwise(length: 8), norms), without) < 1e-5)
  }

  @Test(
    "All lengths agree: one token, primes, a power of two, more than 4,096", arguments: [1, 2, 13, 127, 1024, 4097])
  func everyLength(_ time: Int) {
    let example = RetentionSample(time: time, heads: 2, headDim: 4, valueDim: 4, seed: UInt64(time))
    let norms = RetentionNorms(norm1: true, norm2: true, norm3: .paper)
    let expected = time > 2000 ? example.recurrentInDouble(norms) : example.summed(norms).output
    for form in Self.forms {
      #expect(maxRelativeError(example.run(form, norms), expected) < 1e-5, "\(form)")
    }
  }

  @Test("Forms that continue from each other's state equal one form over the whole text")
  func handover() {
    let example = RetentionSample(time: 90)
    let norms = RetentionNorms(norm1: true, norm2: true, norm3: .paper)
    let expected = example.summed(norms).output
    let cuts = [0, 31, 32, 55, 90]
    for order in [
      [RetentionForm.chunkwise(length: 8), .recurrent, .parallel, .recurrent],
      [.parallel, .chunkwise(length: 3), .recurrent, .parallel],
      [.recurrent, .parallel, .chunkwise(length: 64), .chunkwise(length: 5)],
    ] {
      var state = example.retention.makeState(batch: 1)
      var pieces: [[Float]] = []
      for (i, form) in order.enumerated() {
        pieces.append(example.run(form, norms, cuts[i]..<cuts[i + 1], state: &state))
      }
      #expect(state.position == 90)
      let valueDim = example.plain.valueDim
      let joined = (0..<example.plain.heads).flatMap { h in
        pieces.indices.flatMap { i in
          let size = (cuts[i + 1] - cuts[i]) * valueDim
          return pieces[i][h * size..<(h + 1) * size]
        }
      }
      #expect(maxRelativeError(joined, expected) < 1e-5, "\(order)")
    }
  }

  @Test("All forms leave the same S, z and c")
  func states() {
    let example = RetentionSample(time: 77)
    var reference = example.retention.makeState(batch: 1)
    _ = example.run(.recurrent, RetentionNorms(), state: &reference)
    let expected = example.stateInDouble()
    #expect(maxRelativeError(reference.matrix, expected.matrix) < 1e-6)
    for form in Self.forms {
      var state = example.retention.makeState(batch: 1)
      _ = example.run(form, RetentionNorms(norm1: true, norm2: true, norm3: .paper), state: &state)
      #expect(maxRelativeError(state.matrix, expected.matrix) < 2e-6, "\(form)")
      #expect(maxRelativeError(state.keySum, expected.keySum) < 1e-13, "\(form)")
      #expect(maxRelativeError(state.decaySum, expected.decaySum) < 1e-13, "\(form)")
    }
  }

  @Test("A norm that changes within a sequence applies to the whole past")
  func toggling() {
    let example = RetentionSample(time: 40)
    let on = RetentionNorms(norm1: true, norm2: true, norm3: .paper)
    let off = RetentionNorms(norm1: false, norm2: false, norm3: .off)
    let expected = example.summed(on).output
    var state = example.retention.makeState(batch: 1)
    _ = example.run(.recurrent, off, 0..<25, state: &state)
    let rest = example.run(.recurrent, on, 25..<40, state: &state)
    let valueDim = example.plain.valueDim
    let wanted = (0..<example.plain.heads).flatMap { (h: Int) -> ArraySlice<Double> in
      let first = h * 40 * valueDim
      return expected[first + 25 * valueDim..<first + 40 * valueDim]
    }
    #expect(maxRelativeError(rest, wanted) < 1e-5)
  }

  @Test("Texts of a batch are independent")
  func batch() {
    let (a, b) = (RetentionSample(time: 20, seed: 1), RetentionSample(time: 20, seed: 2))
    let norms = RetentionNorms(norm1: true, norm2: true, norm3: .paper)
    for form in Self.forms {
      var state = a.retention.makeState(batch: 2)
      let both = a.retention(q: a.q + b.q, k: a.k + b.k, v: a.v + b.v, form: form, norms: norms, state: &state)
      #expect(both == a.run(form, norms) + b.run(form, norms), "\(form)")
    }
  }

  @Test("At token 100,000 Float32 agrees with a recurrence in Double")
  func hundredThousand() {
    let example = RetentionSample(time: 100_000, heads: 2, headDim: 8, valueDim: 8)
    let norms = RetentionNorms(norm1: true, norm2: true, norm3: .paper)
    let expected = example.recurrentInDouble(norms)
    for form in [RetentionForm.recurrent, .chunkwise(length: 64), .chunkwise(length: 7)] {
      let found = example.run(form, norms)
      for h in 0..<2 {
        let tail = ((h + 1) * 100_000 - 100) * 8..<(h + 1) * 100_000 * 8
        #expect(maxRelativeError(found[tail], expected[tail]) < 1e-5, "\(form), head \(h)")
      }
    }
  }
}

extension RetentionSample {
  /// Eq. 6 in plain Double loops, for texts too long to sum term by term.
  func recurrentInDouble(_ norms: RetentionNorms) -> [Double] {
    var output: [Double] = []
    output.reserveCapacity(v.count)
    let (headDim, valueDim) = (plain.headDim, plain.valueDim)
    for h in 0..<plain.heads {
      var s = [Double](repeating: 0, count: headDim * valueDim)
      var z = [Double](repeating: 0, count: headDim)
      var c = 0.0
      for n in 0..<time {
        let gamma = plain.gammas[h]
        c = gamma * c + 1
        var factor = norms.norm1 ? 1 / Double(headDim).squareRoot() : 1
        if norms.norm2 { factor /= c.squareRoot() }
        var o = [Double](repeating: 0, count: valueDim)
        var sum = 0.0
        for i in 0..<headDim {
          let (key, query) = (Double(k[(h * time + n) * headDim + i]), Double(q[(h * time + n) * headDim + i]))
          z[i] = gamma * z[i] + key
          sum += query * z[i]
          for j in 0..<valueDim {
            s[i * valueDim + j] = gamma * s[i * valueDim + j] + key * Double(v[(h * time + n) * valueDim + j])
            o[j] += query * s[i * valueDim + j]
          }
        }
        if norms.norm3 == .paper { factor /= max(abs(sum * factor), 1) }
        output += o.map { $0 * factor }
      }
    }
    return output
  }

  /// S, z and c after the last token, each summed over all tokens in Double.
  func stateInDouble() -> (matrix: [Double], keySum: [Double], decaySum: [Double]) {
    let (headDim, valueDim) = (plain.headDim, plain.valueDim)
    var matrix = [Double](repeating: 0, count: plain.heads * headDim * valueDim)
    var keySum = [Double](repeating: 0, count: plain.heads * headDim)
    var decaySum = [Double](repeating: 0, count: plain.heads)
    for h in 0..<plain.heads {
      for m in 0..<time {
        let power = pow(plain.gammas[h], Double(time - 1 - m))
        decaySum[h] += power
        for i in 0..<headDim {
          let key = power * Double(k[(h * time + m) * headDim + i])
          keySum[h * headDim + i] += key
          for j in 0..<valueDim {
            matrix[(h * headDim + i) * valueDim + j] += key * Double(v[(h * time + m) * valueDim + j])
          }
        }
      }
    }
    return (matrix, keySum, decaySum)
  }
}
