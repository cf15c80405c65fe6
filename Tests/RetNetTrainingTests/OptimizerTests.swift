import Foundation
import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("AdamW")
struct AdamWTests {
  @Test("m, v and p follow the update's equations, with weight decay only in the given ranges", arguments: [1, 2, 3])
  func followsEquations(threads: Int) {
    let count = 77  // neither a multiple of the vector width nor of a cache line
    let decayed = [3..<20, 40..<41, 50..<77]
    let options = AdamW.Options(beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.3)
    let optimizer = AdamW(count: count, decayed: decayed, options: options)
    let (parameters, gradients) = (Buffer<Float>(count: count), Buffer<Float>(count: count))
    var generator = SeededGenerator(seed: 5)
    for i in 0..<count { parameters.pointer[i] = Float(generator.nextNormal()) }
    var p = (0..<count).map { Double(parameters.pointer[$0]) }
    var (m, v) = (Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count))
    for t in 1...5 {
      let rate = 0.01 * Double(t)
      for i in 0..<count { gradients.pointer[i] = Float(generator.nextNormal()) }
      for i in 0..<count {
        let g = 0.5 * Double(gradients.pointer[i])
        m[i] = 0.8 * m[i] + 0.2 * g
        v[i] = 0.95 * v[i] + 0.05 * g * g
        let (mHat, vHat) = (m[i] / (1 - pow(0.8, Double(t))), v[i] / (1 - pow(0.95, Double(t))))
        let decay = decayed.contains { $0.contains(i) } ? 0.3 : 0
        p[i] -= rate * (mHat / (vHat.squareRoot() + 1e-6) + decay * p[i])
      }
      optimizer.update(
        parameters.pointer, gradients: gradients.pointer, learningRate: rate, gradientScale: 0.5, threads: threads)
    }
    for i in 0..<count {
      #expect(abs(Double(parameters.pointer[i]) - p[i]) < 2e-6 * max(1, abs(p[i])))  // Float, 5 updates
      #expect(gradients.pointer[i] == 0)
    }
  }

  @Test("The result is the same bit for bit for any thread count")
  func threadsDoNotMatter() {
    let results = [1, 2, 3, 8].map { threads in
      let count = 1003
      let optimizer = AdamW(count: count, decayed: [0..<500])
      let (parameters, gradients) = (Buffer<Float>(count: count), Buffer<Float>(count: count))
      var generator = SeededGenerator(seed: 9)
      for _ in 0..<3 {
        for i in 0..<count { gradients.pointer[i] = Float(generator.nextNormal()) }
        optimizer.update(parameters.pointer, gradients: gradients.pointer, learningRate: 0.1, threads: threads)
      }
      return (0..<count).map { parameters.pointer[$0].bitPattern }
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test("Matrices have weight decay, norm weights have none")
  func whatDecays() {
    var layout = ParameterLayout()
    _ = layout.add("model.embeddings.weight", [4, 3])
    _ = layout.add("norm", [3])
    _ = layout.add("projection", [2, 3])
    #expect(layout.decayed == [0..<12, 15..<21])
  }
}

@Suite("Weight average")
struct WeightAverageTests {
  @Test("a ← a + (1 − d) (p − a) with d rising to the decay, for any thread count", arguments: [1, 3])
  func followsEquation(threads: Int) {
    let count = 77
    let parameters = Buffer<Float>(count: count)
    var generator = SeededGenerator(seed: 5)
    func change() { for i in 0..<count { parameters.pointer[i] = Float(generator.nextNormal()) } }
    change()
    let average = WeightAverage(parameters, decay: 0.6)
    var expected = parameters.values.map(Double.init)
    // (1 + t) / (10 + t) is 2/11, 3/12 … and above 0.6 from t = 13 on.
    for t in 1...30 {
      change()
      let decay = t < 13 ? Double(1 + t) / Double(10 + t) : 0.6
      for i in 0..<count { expected[i] = decay * expected[i] + (1 - decay) * Double(parameters.pointer[i]) }
      average.update(parameters.pointer, updates: t, threads: threads)
    }
    #expect(zip(average.parameters.values, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })  // Float, 30 updates
  }
}

@Suite("Gradient clipping")
struct GradientClippingTests {
  @Test("Workers' gradients are summed, and ‖g‖ is that of the sum", arguments: [1, 2, 5])
  func reduces(threads: Int) {
    let count = 10_001  // several blocks, the last one short
    var generator = SeededGenerator(seed: 2)
    let buffers = (0..<3).map { _ in Buffer<Float>(count: count) }
    for buffer in buffers { for i in 0..<count { buffer.pointer[i] = Float(generator.nextNormal()) } }
    let sums = (0..<count).map { i in buffers.reduce(0.0) { $0 + Double($1.pointer[i]) } }
    let norm = GradientClipping.reduce(
      into: buffers[0].pointer, [buffers[1].pointer, buffers[2].pointer], count: count, threads: threads)
    let expected = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm - expected) < 1e-6 * expected)
    #expect((0..<count).allSatisfy { abs(Double(buffers[0].pointer[$0]) - sums[$0]) < 1e-6 })
    #expect((0..<count).allSatisfy { buffers[1].pointer[$0] == 0 && buffers[2].pointer[$0] == 0 })
  }

  @Test("A longer gradient is clipped to the limit, a shorter one is unchanged, and 0 disables clipping")
  func scales() {
    #expect(GradientClipping.scale(norm: 4, limit: 1) == 0.25)
    #expect(GradientClipping.scale(norm: 0.5, limit: 1) == 1)
    #expect(GradientClipping.scale(norm: 4, limit: 0) == 1)
  }
}

@Suite("Learning rate")
struct LearningRateScheduleTests {
  @Test("The rate rises to the peak, is midway at half the cosine, and ends at the floor")
  func knownPoints() {
    let schedule = LearningRateSchedule(peak: 1, floor: 0.1, warmUp: 10, steps: 111)
    #expect(schedule.rate(at: 0) == 0.1)
    #expect(schedule.rate(at: 4) == 0.5)
    #expect(schedule.rate(at: 9) == 1)
    #expect(schedule.rate(at: 10) == 1)
    #expect(abs(schedule.rate(at: 60) - 0.55) < 1e-12)
    #expect(abs(schedule.rate(at: 110) - 0.1) < 1e-12)
    #expect(abs(schedule.rate(at: 500) - 0.1) < 1e-12)
  }

  @Test("Without warm-up the first step has the peak rate, and a run of one step does not divide by zero")
  func edges() {
    #expect(LearningRateSchedule(peak: 2, floor: 0, warmUp: 0, steps: 5).rate(at: 0) == 2)
    #expect(LearningRateSchedule(peak: 2, floor: 0, warmUp: 0, steps: 1).rate(at: 0) == 2)
    #expect(LearningRateSchedule(peak: 2, floor: 0, warmUp: 1, steps: 1).rate(at: 0) == 2)
  }
}

@Suite("Muon")
struct MuonTests {
  /// Shapes wide, tall and square, each with fewer and more columns than a vector has lanes.
  static let shapes = [(rows: 4, columns: 9), (rows: 20, columns: 6), (rows: 8, columns: 8)]

  @Test("X = Σ sᵢ uᵢ vᵢᵀ becomes Σ p(p(p(p(p(sᵢ / ‖s‖))))) uᵢ vᵢᵀ with p(s) = a s + b s³ + c s⁵", arguments: shapes)
  func orthogonalizes(_ shape: (rows: Int, columns: Int)) {
    let side = min(shape.rows, shape.columns)
    let left = Self.orthonormal(side, length: shape.rows, seed: 1)
    let right = Self.orthonormal(side, length: shape.columns, seed: 2)
    let singular = (0..<side).map { 3 / Double(1 + $0) }
    func matrix(_ values: [Double]) -> [Double] {
      (0..<shape.rows * shape.columns).map { at in
        let (i, j) = at.quotientAndRemainder(dividingBy: shape.columns)
        return (0..<side).reduce(0) { $0 + values[$1] * left[$1][i] * right[$1][j] }
      }
    }
    let length = singular.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let expected = matrix(
      singular.map { value in
        (0..<5).reduce(value / length) { s, _ in 3.4445 * s - 4.7750 * s * s * s + 2.0315 * s * s * s * s * s }
      })
    let found = Buffer(copying: matrix(singular).map { Float($0) })
    Muon.orthogonalize(found.matrix(rows: shape.rows, columns: shape.columns), Muon.Scratch())
    // Float products of five steps; each amplifies an error up to 3.4 times.
    #expect(zip(found.values, expected).allSatisfy { abs(Double($0) - $1) < 1e-3 })
  }

  @Test("A matrix of zeros stays zero")
  func zeros() {
    let x = Buffer<Float>(count: 12)
    Muon.orthogonalize(x.matrix(rows: 3, columns: 4), Muon.Scratch())
    #expect(x.values == Array(repeating: 0, count: 12))
  }

  @Test("M, U and W follow the update's equations, vectors are unchanged, gradients become zero", arguments: [1, 2, 5])
  func followsEquations(threads: Int) {
    var layout = ParameterLayout()
    let matrices = Self.shapes.enumerated().map { layout.add("m\($0)", [$1.rows, $1.columns]) }
    let vector = layout.add("norm", [7])
    let muon = Muon(layout.entries.map(\.parameter), weightDecay: 0.3)
    #expect(muon.slices.map(\.range) == matrices.map { $0.offset..<$0.offset + $0.count })
    let (w, g) = (Buffer<Float>(count: layout.count), Buffer<Float>(count: layout.count))
    let m = Buffer<Float>(count: layout.count)
    var generator = SeededGenerator(seed: 4)
    for i in 0..<layout.count { w.pointer[i] = Float(generator.nextNormal()) }
    var expected = w.values.map(Double.init)
    var momentum = Array(repeating: 0.0, count: layout.count)
    for _ in 0..<3 {
      for i in 0..<layout.count { g.pointer[i] = Float(generator.nextNormal()) }
      let gradient = g.values.map { 0.5 * Double($0) }
      for matrix in matrices {
        let range = matrix.offset..<matrix.offset + matrix.count
        for i in range { momentum[i] = 0.95 * momentum[i] + gradient[i] }
        let direction = Buffer(copying: range.map { Float(gradient[$0] + 0.95 * momentum[$0]) })
        Muon.orthogonalize(direction.matrix(rows: matrix.shape[0], columns: matrix.shape[1]), Muon.Scratch())
        let size = 0.2 * Double(matrix.shape.max()!).squareRoot()
        for (i, o) in zip(range, direction.values) {
          expected[i] -= 0.01 * (size * Double(o) + 0.3 * expected[i])
        }
      }
      muon.update(
        w.pointer, gradients: g.pointer, momentum: m.pointer, learningRate: 0.01, gradientScale: 0.5, threads: threads)
      #expect(matrices.allSatisfy { matrix in (0..<matrix.count).allSatisfy { g.pointer[matrix.offset + $0] == 0 } })
    }
    // Rounding errors of the direction, amplified by the five steps, times rate and size.
    #expect(zip(w.values, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
    #expect((0..<vector.count).allSatisfy { m.pointer[vector.offset + $0] == 0 })
  }

  @Test("AdamW skips the parameters that Muon updates")
  func adamSkips() {
    let optimizer = AdamW(count: 40, decayed: [0..<40], skipped: [10..<20])
    let (w, g) = (Buffer<Float>(count: 40), Buffer(copying: [Float](repeating: 1, count: 40)))
    optimizer.update(w.pointer, gradients: g.pointer, learningRate: 0.1)
    #expect(w.values.enumerated().allSatisfy { ($1 == 0) == (10..<20).contains($0) })
    #expect(g.values.enumerated().allSatisfy { ($1 == 1) == (10..<20).contains($0) })
  }

  /// `count` random orthogonal vectors of the same length (Gram–Schmidt).
  private static func orthonormal(_ count: Int, length: Int, seed: UInt64) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    var basis: [[Double]] = []
    for _ in 0..<count {
      var vector = (0..<length).map { _ in Double(generator.nextNormal()) }
      for known in basis {
        let along = zip(vector, known).reduce(0) { $0 + $1.0 * $1.1 }
        for i in 0..<length { vector[i] -= along * known[i] }
      }
      let size = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      basis.append(vector.map { $0 / size })
    }
    return basis
  }
}
