import Foundation

/// Answers and commands of a learner, derived independently: nothing here comes from the lesson files.
enum LessonScripts {
  enum Turn {
    case answer(right: (PlainRun) -> String, wrong: (PlainRun) -> String)
    case actions([String])
  }

  /// By lesson, then by step from 0; steps without a task have none.
  static var all: [String: [Int: Turn]] {
    [
      "recurrence": [
        1: number { $0.gamma(0) * $0.before[0][0][3 * 8 + 4] },
        2: number { $0.key(3, 0, 0)[3] * $0.value(3, 0, 0)[4] },
        3: number { 31.0 / 32 * $0.before[0][0][3 * 8 + 4] + $0.key(3, 0, 0)[3] * $0.value(3, 0, 0)[4] },
        4: .actions([":step"]),
        5: number { _ in 8 * 8 },
      ],
      "sum-to-state": [
        0: number { run in Double(run.tokens.indices.reduce(0) { sum, n in sum + n + 1 }) },
        1: number { _ in hand.byState },
        2: number { _ in hand.bySum },
        3: choice("b", wrong: "a"),
        4: .actions([":step", ":step", ":step", ":entry 5 0"]),
        5: choice("a", wrong: "c"),
        6: number { _ in 63.0 / 64 * 63 / 64 * 63 / 64 },
        7: number { _ in 4 },
      ],
      "decay": [
        0: number { _ in 255.0 / 256 },
        1: number { _ in -log(2) / log(31.0 / 32) },
        2: number { _ in (0..<100).reduce(1.0) { left, _ in left * 31 / 32 } },
        3: number { _ in 32 },
        4: .actions([":gamma 0.5", ":step"]),
      ],
      "parallel": [
        0: number { _ in 29_791.0 / 32_768 },
        1: number(wrong: { _ in "1" }) { _ in 0 },
        2: number { _ in otherHand.byState },
        3: number { _ in otherHand.bySum },
        4: choice("c", wrong: "b"),
        5: .actions([":step", ":step", ":step", ":entry 6 0"]),
        6: number { score($0, of: 6, layer: 1, head: 0) },
        7: choice("b", wrong: "a"),
      ],
      "chunkwise": [
        0: number { _ in 961.0 / 1024 },
        1: number { _ in 29_791.0 / 32_768 },
        2: number { _ in chunkByHand },
        3: choice("b", wrong: "a"),
        4: .actions([":chunk 3", ":back", ":back"]),
        5: number { run in entry(run, weight: { $0 < 4 ? pow(31.0 / 32, Double(7 - $0)) : 1 }) },
        6: choice("a", wrong: "b"),
        7: number { _ in 2 },
      ],
      "xpos": [
        0: number { _ in 0.1 },
        1: number { run in hypot(run.key(3, 0, 2)[0], run.key(3, 0, 2)[4]) },
        2: number { dot($0.query(4, 0, 2), $0.key(2, 0, 2)) },
        3: choice("a", wrong: "b"),
        4: choice("b", wrong: "c"),
      ],
      "norms": [
        0: number { _ in 1 / 8.0.squareRoot() },
        1: number { _ in 1 + 31.0 / 32 * (1 + 31.0 / 32 * (1 + 31.0 / 32)) },
        2: .actions([":norm2 on", ":step"]),
        3: number { run in
          let row = run.tokens.indices.reduce(0.0) { sum, m in
            sum + pow(31.0 / 32, Double(run.tokens.count - 1 - m))
              * dot(run.query(run.tokens.count - 1, 0, 0), run.key(m, 0, 0))
          }
          return max(abs(row) / 8.0.squareRoot(), 1)
        },
        4: choice("a", wrong: "c"),
      ],
      "group-norm": [
        0: number { _ in 3 / 12.5.squareRoot() },
        1: number { _ in 3 / 12.5.squareRoot() },
        2: number { _ in 0.003 / 0.000_013_5.squareRoot() },
        3: .actions([":back", ":norm1 off", ":step"]),
        4: number { run in
          // Norm 1 alone is on, so that without it the scores are the products themselves.
          let o = (0..<8).map { summed(run, layer: 1, head: 1, column: $0, scale: 1) }
          return o.reduce(0) { $0 + $1 * $1 }.squareRoot()
        },
        5: choice("b", wrong: "a"),
      ],
      "memory": [
        0: choice("7", wrong: "3"),
        1: choice("a", wrong: "c"),
        2: .actions([":goto 6"]),
        3: number { _ in (0..<6).reduce(1.0) { left, _ in left * 31 / 32 } },
        4: .actions((0..<4).flatMap { [":head \($0)", ":zero"] } + [":step"]),
        5: choice("b", wrong: "c"),
      ],
      "limits": [
        0: number { _ in (0..<1000).reduce(1.0) { left, _ in left * 255 / 256 } },
        1: choice("a", wrong: "c"),
        2: number { _ in 8 },
        3: number { _ in 8 },
        4: choice("a", wrong: "b"),
      ],
      "costs": [
        0: number { _ in 6 * 8 * (32 + 64) },
        1: number { _ in 32 * 64 * 4 + 32 * 8 + 8 },
        2: number { _ in 48 * 8456 / 18_432 },
        3: number { _ in 100_000 * 18_432 / (48 * 8456) },
        4: choice("b", wrong: "a"),
      ],
      "mistakes": [
        0: number { _ in 0.25 },
        1: number { _ in log(0.5) / log(31.0 / 64) },
        2: choice("a", wrong: "c"),
        3: number { _ in 1 },
        4: number { _ in (0...64).reduce(0.0) { $0 + pow(31.0 / 32, Double($1)) }.squareRoot() },
        5: choice("a", wrong: "b"),
      ],
    ]
  }

  // MARK: Examples by hand

  /// Two tokens of two entries with γ = 1/2, and the first entry of token 1's output in two ways.
  private struct HandExample {
    var k: [[Double]]
    var v: [[Double]]
    var q: [Double]

    /// S_n = γ S_(n−1) + k_nᵀ v_n, then q S.
    var byState: Double {
      var state = [[0.0, 0.0], [0.0, 0.0]]
      for (k, v) in zip(k, v) {
        for i in 0..<2 { for j in 0..<2 { state[i][j] = state[i][j] / 2 + k[i] * v[j] } }
      }
      return q[0] * state[0][0] + q[1] * state[1][0]
    }

    /// Σ_m γ^(n−m) (q·k_m) v_m.
    var bySum: Double {
      0.5 * LessonScripts.dot(q, k[0]) * v[0][0] + LessonScripts.dot(q, k[1]) * v[1][0]
    }
  }

  private static let hand = HandExample(k: [[2, 0], [1, 1]], v: [[6, 4], [3, 1]], q: [1, 3])
  private static let otherHand = HandExample(k: [[0, 2], [3, 1]], v: [[2, 6], [4, 1]], q: [2, 1])

  /// Token 2 of `hand` as the first of a chunk: q (γ S_1 + k_2ᵀ v_2), first entry.
  private static var chunkByHand: Double {
    let (k, q, v) = ([1.0, 0.0], [2.0, 4.0], 2.0)
    let column = [9.0, 3.0]
    return (0..<2).reduce(0) { $0 + q[$1] * (column[$1] / 2 + k[$1] * v) }
  }

  /// A right number, and one off by a third plus 1.
  private static func number(_ right: @escaping (PlainRun) -> Double) -> Turn {
    number(wrong: { "\(right($0) * 1.3 + 1)" }, right)
  }

  private static func number(wrong: @escaping (PlainRun) -> String, _ right: @escaping (PlainRun) -> Double) -> Turn {
    .answer(right: { "\(right($0))" }, wrong: wrong)
  }

  private static func choice(_ right: String, wrong: String) -> Turn {
    .answer(right: { _ in right }, wrong: { _ in wrong })
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// γ^(n−m) q_n·k_m d_k^(−1/2) of the last token.
  private static func score(
    _ run: PlainRun, of m: Int, layer: Int, head: Int, scale: Double = 1 / 8.0.squareRoot()
  ) -> Double {
    let n = run.tokens.count - 1
    return scale * pow(1 - pow(2, -5 - Double(head)), Double(n - m))
      * dot(run.query(n, layer, head), run.key(m, layer, head))
  }

  /// Eq. 4, one entry of the last token's output.
  private static func summed(
    _ run: PlainRun, layer: Int, head: Int, column: Int, scale: Double = 1 / 8.0.squareRoot()
  ) -> Double {
    run.tokens.indices.reduce(0) {
      $0 + score(run, of: $1, layer: layer, head: head, scale: scale) * run.value($1, layer, head)[column]
    }
  }

  /// Row 2, column 3 of layer 0, head 0 as a weighted sum over the tokens.
  private static func entry(_ run: PlainRun, weight: (Int) -> Double) -> Double {
    run.tokens.indices.reduce(0) { $0 + weight($1) * run.key($1, 0, 0)[2] * run.value($1, 0, 0)[3] }
  }
}
