/// A file with the inputs of retention: queries, keys, values and decays, without a model.
///
/// The file has `q` and `k`, `[batch, heads, time, headDim]`, rotated, `v`, `[batch, heads, time, valueDim]`, and
/// `gamma`, `[heads]`.
package struct RetentionExample: Sendable {
  package let batch: Int
  package let heads: Int
  package let time: Int
  /// d_k
  package let headDim: Int
  /// d_v
  package let valueDim: Int
  package let decay: Decay

  package let file: SafetensorsFile

  /// The shape of the output, `[batch, heads, time, valueDim]`.
  package var outputShape: [Int] { [batch, heads, time, valueDim] }
  /// The shape of S, `[batch, heads, headDim, valueDim]`.
  package var matrixShape: [Int] { [batch, heads, headDim, valueDim] }
  /// The shape of z, `[batch, heads, headDim]`.
  package var keySumShape: [Int] { [batch, heads, headDim] }

  /// Opens a file and checks shapes and values of its tensors.
  ///
  /// - Throws: `FileError`, `CheckpointError`, `RetentionExampleError`.
  package init(path: String) throws {
    file = try SafetensorsFile(path: path)
    let q = try Self.shape("q", rank: 4, "[batch, heads, time, key width]", in: file)
    let v = try Self.shape("v", rank: 4, "[batch, heads, time, value width]", in: file)
    (batch, heads, time, headDim, valueDim) = (q[0], q[1], q[2], q[3], v[3])
    try Self.require("k", [batch, heads, time, headDim], in: file)
    try Self.require("v", [batch, heads, time, valueDim], in: file)
    try Self.require("gamma", [heads], in: file)
    let gammas = try file.doubles("gamma")
    for (head, gamma) in gammas.enumerated() where !(gamma > 0 && gamma < 1) {
      throw RetentionExampleError.badDecay(head: head, found: gamma)
    }
    decay = Decay(gammas: gammas)
    for name in ["q", "k", "v"] {
      guard let index = try file.doubles(name).firstIndex(where: { !$0.isFinite }) else { continue }
      throw RetentionExampleError.notFinite(name: name, index: index)
    }
  }

  /// Computes the example in one form.
  ///
  /// - Returns: the output, `[batch, heads, time, valueDim]`, and the state after the last token, without norms.
  /// - Throws: `RetentionExampleError.notFinite` if products exceed the scalar's range.
  package func compute<Scalar: BLASScalar>(
    in scalar: Scalar.Type, form: RetentionForm, norms: RetentionNorms
  ) throws -> (output: [Scalar], state: RetentionState<Scalar>) {
    try form.requireMemory(time: time, bytesPerNumber: MemoryLayout<Scalar>.stride)
    let retention = BatchedRetention<Scalar>(decay: decay, headDim: headDim, valueDim: valueDim)
    var state = retention.makeState(batch: batch)
    let output = retention(
      q: try values("q"), k: try values("k"), v: try values("v"), form: form, norms: norms, state: &state)
    if let index = output.firstIndex(where: { !$0.isFinite }) {
      throw RetentionExampleError.notFinite(name: "output", index: index)
    }
    if let index = state.matrix.firstIndex(where: { !$0.isFinite }) {
      throw RetentionExampleError.notFinite(name: "state.S", index: index)
    }
    return (output, state)
  }

  private func values<Scalar: BLASScalar>(_ name: String) throws -> [Scalar] {
    try file.doubles(name).map { Scalar($0) }
  }

  private static func shape(_ name: String, rank: Int, _ expected: String, in file: SafetensorsFile) throws -> [Int] {
    guard let shape = file.info(name)?.shape else {
      throw RetentionExampleError.missing(name: name, path: file.path)
    }
    guard shape.count == rank, shape.allSatisfy({ $0 > 0 }) else {
      throw RetentionExampleError.shape(name: name, found: shape, expected: expected + " without zeros")
    }
    return shape
  }

  private static func require(_ name: String, _ expected: [Int], in file: SafetensorsFile) throws {
    guard let shape = file.info(name)?.shape else {
      throw RetentionExampleError.missing(name: name, path: file.path)
    }
    guard shape == expected else {
      throw RetentionExampleError.shape(name: name, found: shape, expected: "\(expected) from q and v")
    }
  }
}

/// An invalid `RetentionExample` file.
package enum RetentionExampleError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(name: String, path: String)
  case shape(name: String, found: [Int], expected: String)
  case badDecay(head: Int, found: Double)
  case notFinite(name: String, index: Int)
  case nothingToCheck(path: String)

  package var description: String {
    switch self {
    case .missing(let name, let path):
      "'\(path)' has no tensor '\(name)'. Give a file with q, k, v and gamma."
    case .shape(let name, let found, let expected):
      "Tensor '\(name)' has shape \(found), expected \(expected). Correct the file."
    case .badDecay(let head, let found):
      "The decay of head \(head) in tensor 'gamma' is \(found), expected a number between 0 and 1. Correct the file."
    case .notFinite(let name, let index):
      "'\(name)' is NaN or infinite at element \(index). Give smaller numbers, or compute in Double."
    case .nothingToCheck(let path):
      "'\(path)' has no expected outputs such as 'out.qk1.row0.score-off'. Use it without --check."
    }
  }
}
