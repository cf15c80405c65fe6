import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

/// Conversions of random models of both dialects.
@Suite("Properties of conversions")
struct ConversionProperties {
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private func convert(
    _ from: String, _ to: String, _ change: (inout ModelConversion.Options) -> Void = { _ in }
  ) throws {
    var options = ModelConversion.Options()
    change(&options)
    _ = try ModelConversion(from: root.path(from), to: root.path(to), options).run()
  }

  private func logits(_ model: RetNetModel, _ test: RandomModel) throws -> [Float] {
    var state = model.makeState()
    return try Inference(model).logits([test.tokens], form: .chunkwise(length: 3), norms: test.norms, state: &state)
  }

  @Test(
    "A model in the other dialect, and back, has the logits of the plain Double code", arguments: RandomCase.seeds(30))
  func dialects(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    var test = RandomModel(&random, convertible: true)
    test.initial = nil
    // A group norm without its weight, or none, would be another function after the weight moves into W_o.
    test.norms.group = .model
    try test.model.save(to: root.path("source"), type: .f32)
    let source = test.model.configuration.dialect
    let target: Dialect = source == .fla ? .torchscale : .fla
    try convert("source", "there") { $0.dialect = target }
    try convert("there", "back") { $0.dialect = source }
    for (folder, dialect) in [("there", target), ("back", source)] {
      let read = try RetNetModel.load(from: root.path(folder))
      #expect(read.configuration.dialect == dialect)
      let error = errorInRoundings(try logits(read, test), seed: seed) { rounding in
        var plain = test.plain()
        if rounding != nil {
          for name in plain.weights.keys.sorted() { plain.weights[name] = rounding!.rounded(plain.weights[name]!) }
        }
        return plain.logits(test.tokens).logits.flatMap { $0 }
      }
      #expect(error < 60, "seed \(seed), \(folder), \(test)")
    }
  }

  @Test(
    "Shards, and F32 from BF16 or F16, have the same logits to the bit; int8 and int4 have those of the model in memory",
    arguments: RandomCase.seeds(20))
  func types(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    var test = RandomModel(&random)
    test.initial = nil
    let type = random.pick([TensorType.f32, .bf16, .f16])
    try test.model.save(to: root.path("source"), type: type)
    let expected = try logits(RetNetModel.load(from: root.path("source"), storage: .expanded), test)
    try convert("source", "shards") { $0.shardBytes = random.integer(1...2000) }
    try convert("shards", "wide") { $0.type = .f32 }
    for folder in ["shards", "wide"] {
      let read = try RetNetModel.load(from: root.path(folder), storage: .expanded)
      #expect(try logits(read, test) == expected, "seed \(seed), \(folder) of \(type), \(test)")
    }
    let weights = random.pick([WeightType.int8, .int4])
    try test.model.save(to: root.path("exact"), type: .f32)
    try convert("exact", "rounded") { $0.type = weights }
    let rounded = try RetNetModel.load(from: root.path("rounded"))
    // Conversion rounds a matrix with an odd number of columns to int8 instead of int4; a model in memory does not.
    let isEven = test.model.architecture.layout.entries.allSatisfy {
      $0.parameter.isVector || $0.parameter.columns % 2 == 0
    }
    guard weights == .int8 || isEven else { return }
    let inMemory = test.model.storing(weights)
    #expect(try logits(rounded, test) == logits(inMemory, test), "seed \(seed), \(weights), \(test)")
  }
}
