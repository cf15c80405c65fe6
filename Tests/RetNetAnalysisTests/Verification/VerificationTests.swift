import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Verification of the forms")
struct VerificationTests {
  static let shape = ModelConfiguration(
    vocabularySize: 29, modelDim: 24, layers: 2, heads: 3, keyDim: 24, valueDim: 48, feedForwardDim: 16)

  /// A random model with queries and keys `sharpness` times larger than initially.
  static func model(_ shape: ModelConfiguration = shape, sharpness: Float = 12, seed: UInt64 = 3) -> RetNetModel {
    let model = RetNetModel(shape, seed: seed)
    model.parameters.withMutablePointer { base in
      for entry in model.architecture.layout.entries where entry.shape.count == 2 {
        let isScore = entry.name.contains("q_proj") || entry.name.contains("k_proj")
        for i in entry.offset..<entry.offset + entry.count { base[i] *= isScore ? sharpness : 6 }
      }
    }
    return model
  }

  static func tokens(_ count: Int, seed: UInt64 = 5) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int.random(in: 0..<29, using: &generator) }
  }

  static let norms: [NormOptions] = [false, true].flatMap { norm1 in
    [false, true].flatMap { norm2 in
      RetentionNorms.Score.allCases.map {
        NormOptions(retention: RetentionNorms(norm1: norm1, norm2: norm2, norm3: $0))
      }
    }
  }

  @Test(
    "Correct forms pass for every norm combination and group norm, well within their error budget", arguments: norms)
  func rightForms(norms: NormOptions) throws {
    for group in NormOptions.Group.allCases {
      var norms = norms
      norms.group = group
      let found = try Verification(Self.model(), tokens: Self.tokens(70), norms: norms)
      #expect(found.passed, "\(norms)")
      let share = max(
        found.heads.map(\.deviation.budgetShare).max() ?? 0, found.logits.map(\.deviation.budgetShare).max() ?? 0)
      // Rounding errors cancel in part; the effect of ε without the divisor does not.
      #expect(share > 0)
      #expect(share < (found.isExact ? 0.2 : 0.8))
      // The error budget is also small.
      #expect(found.budget > 0)
      #expect(found.budget < 5e-3)
      #expect(found.isExact == (norms.retention.norm3 != .torchscale))
      // 2 stages for each of 6 forms, 3 heads, 2 layers; a form without its divisor is only compared after the norm.
      let left = found.isExact ? 6 * 2 : group == .off ? 2 : 2 + 5
      #expect(found.heads.count == 6 * left)
      #expect(found.logits.count == (found.isExact || group != .off ? 6 : 1))
    }
  }

  @Test("Correct forms pass at every length, with sharp and flat weights", arguments: [1, 2, 7, 64, 65, 300], [1, 60])
  func lengths(count: Int, sharpness: Int) throws {
    var shape = Self.shape
    shape.keyValueHeads = 1
    let model = Self.model(shape, sharpness: Float(sharpness), seed: UInt64(count))
    let norms = NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper))
    let found = try Verification(model, tokens: Self.tokens(count), norms: norms)
    #expect(found.passed)
    #expect(
      found.forms == [.parallel, .recurrent] + Set([1, 7, 64, count + 1]).sorted().map { .chunkwise(length: $0) })
    #expect(found.heads.map(\.deviation.budgetShare).max() ?? 1 < 0.2)
  }

  @Test("Correct forms pass on models of random shape and sharpness, with random norms and ε", arguments: 0..<40)
  func randomModels(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let heads = draw(1...3)
    let modelDim = heads * 2 * draw(1...6)
    let shape = ModelConfiguration(
      vocabularySize: 29, modelDim: modelDim, layers: draw(1...4), heads: heads, keyDim: modelDim,
      valueDim: heads * draw(2...9), feedForwardDim: 16)
    let sharpness = exp(Double.random(in: -3...6, using: &generator))
    var norms = Self.norms[draw(0...11)]
    norms.group = NormOptions.Group.allCases[draw(0...3)]
    norms.epsilon = [nil, 1e-12, 1e-6, 1e-2][draw(0...3)]
    let found = try Verification(
      Self.model(shape, sharpness: Float(sharpness), seed: UInt64(seed)), tokens: Self.tokens(draw(1...60)),
      norms: norms)
    #expect(found.passed, "\(norms), \(shape)")
  }

  @Test("The reference is Eq. 4 summed term by term", arguments: norms)
  func reference(norms: NormOptions) {
    let example = RetentionSample(time: 40)
    let (plain, time) = (example.plain, 40)
    let expected = example.summed(norms.retention)
    let reference = RetentionReference()
    for h in 0..<plain.heads {
      func buffer(_ x: [Float]) -> Buffer<Float> {
        let size = x.count / plain.heads
        let buffer = Buffer<Float>(count: size)
        for i in 0..<size { buffer.pointer[i] = x[h * size + i] }
        return buffer
      }
      let (q, k, v) = (buffer(example.q), buffer(example.k), buffer(example.v))
      let (output, divisor) = (Buffer<Double>(count: time * plain.valueDim), Buffer<Double>(count: time))
      reference.sum(
        RetentionHead(gamma: plain.gammas[h], norms: norms.retention),
        .init(
          q: q.view(rows: time, columns: plain.headDim), k: k.view(rows: time, columns: plain.headDim),
          v: v.view(rows: time, columns: plain.valueDim)),
        into: .init(
          output: output.matrix(rows: time, columns: plain.valueDim), bound: nil,
          divisor: divisor.matrix(rows: time, columns: 1)))
      func part(_ x: [Double]) -> [Double] {
        Array(x[h * x.count / plain.heads..<(h + 1) * x.count / plain.heads])
      }
      #expect(maxRelativeError((0..<output.count).map { output.pointer[$0] }, part(expected.output)) < 1e-12)
      #expect(maxRelativeError((0..<time).map { divisor.pointer[$0] }, part(expected.divisors)) < 1e-12)
    }
  }

  @Test("Stored models of every dialect pass", arguments: ["fla-f32", "fla-bf16-tied", "torchscale-gelu"])
  func storedModels(name: String) throws {
    let model = try RetNetModel.load(from: Repository.reference(name))
    let tokens = (0..<80).map { $0 * 7 % model.configuration.vocabularySize }
    for norm3 in RetentionNorms.Score.allCases {
      var norms = model.norms
      norms.retention.norm3 = norm3
      let found = try Verification(model, tokens: tokens, norms: norms)
      #expect(found.passed)
      #expect(found.isExact == (norm3 != .torchscale))
      #expect(found.heads.contains { $0.stage == .afterGroupNorm && $0.form == .recurrent })
    }
  }

  @Test("Texts beyond the limit are refused, as are tokens outside of the vocabulary")
  func badTokens() throws {
    let model = Self.model()
    #expect(throws: VerificationError.tooLong(tokens: 4097)) {
      _ = try Verification(model, tokens: Self.tokens(4097), norms: model.norms)
    }
    #expect(throws: ModelError.tokenOutOfRange(token: 29, index: 1, vocabularySize: 29)) {
      _ = try Verification(model, tokens: [3, 29], norms: model.norms)
    }
    #expect(throws: ModelError.noTokens) { _ = try Verification(model, tokens: [], norms: model.norms) }
  }
}
