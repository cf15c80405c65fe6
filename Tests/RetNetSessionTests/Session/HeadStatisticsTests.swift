import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Head statistics")
struct HeadStatisticsTests {
  /// Two heads; the second has the S `matrix`, row by row.
  private func statistics(_ matrix: [Float], _ rows: Int, _ columns: Int) -> HeadStatistics {
    var state = RetentionState<Float>(heads: 2, headDim: rows, valueDim: columns)
    state.matrix = Array(repeating: 3, count: rows * columns) + matrix
    state.decaySum = [7, 4]
    return HeadStatistics(state, head: 1, gamma: 0.875, energy: 1.5)
  }

  @Test("A product of two vectors has rank 1 and the norm ‖k‖ ‖v‖", arguments: [(3, 5), (5, 3), (4, 4), (1, 6)])
  func rankOne(_ rows: Int, _ columns: Int) {
    let (k, v) = ((1...rows).map { Float($0) }, (1...columns).map { 2 - Float($0) })
    let found = statistics(k.flatMap { k in v.map { k * $0 } }, rows, columns)
    #expect(found.effectiveRank == 1)
    let norm = (k.reduce(0) { $0 + $1 * $1 } * v.reduce(0) { $0 + $1 * $1 }).squareRoot()
    #expect(abs(found.norm - norm) < 1e-5 * norm)  // Float32
    #expect(found.saturation == 0.5)
    #expect(found.energy == 1.5)
  }

  @Test("Orthogonal rows of equal length have the rank min(d_k, d_v)", arguments: [(4, 9), (9, 4), (6, 6)])
  func full(_ rows: Int, _ columns: Int) {
    let matrix = (0..<rows * columns).map { Float($0 / columns == $0 % columns ? 2.5 : 0) }
    #expect(statistics(matrix, rows, columns).effectiveRank == Float(min(rows, columns)))
  }

  @Test(
    "Two orthogonal directions with σ₁ and σ₂ have the rank (σ₁² + σ₂²)² / (σ₁⁴ + σ₂⁴)",
    arguments: [(Float(1), Float(1)), (2, 1), (3, 0.1)])
  func two(_ first: Float, _ second: Float) {
    // Directions that lie across rows and columns: (1, 1)/√2 and (1, −1)/√2 in rows, (0.6, 0.8) and (0.8, −0.6) in
    // columns.
    let half = Float(0.5).squareRoot()
    let (u, v): ([[Float]], [[Float]]) = (
      [[half, half, 0], [half, -half, 0]], [[0.6, 0, 0.8, 0], [0.8, 0, -0.6, 0]]
    )
    let matrix = (0..<3).flatMap { i in
      (0..<4).map { j in first * u[0][i] * v[0][j] + second * u[1][i] * v[1][j] }
    }
    let (a, b) = (first * first, second * second)
    let expected = (a + b) * (a + b) / (a * a + b * b)
    #expect(abs(statistics(matrix, 3, 4).effectiveRank - expected) < 1e-5)  // Float32
  }

  @Test("An empty state has rank 0")
  func empty() {
    let state = RetentionState<Float>(heads: 1, headDim: 3, valueDim: 4)
    let found = HeadStatistics(state, head: 0, gamma: 0.5, energy: 0)
    #expect(found == HeadStatistics(norm: 0, effectiveRank: 0, saturation: 0, energy: 0))
  }
}
