import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Random language models of both dialects: shared heads, gates, norms, initial states, threads, splits.
@Suite("Properties of language models")
struct ModelProperties {
  @Test("Every split into pieces of any form equals the plain Double code", arguments: RandomCase.seeds(60))
  func forward(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    let test = RandomModel(&random)
    let inference = Inference(test.model, threads: test.threads)
    var state = test.makeState()
    let found = try test.pieces.flatMap { piece in
      try inference.logits([Array(test.tokens[piece.range])], form: piece.form, norms: test.norms, state: &state)
    }
    let error = Self.error(found, test, [test.tokens], seed)
    #expect(error < ModuleProperties.mostRoundings, "seed \(seed), \(test)")
    #expect(state.position == test.tokens.count)
    #expect(state.layers.allSatisfy { $0.position == state.position })

    var stepped = test.makeState()
    let rows = try test.tokens.map { try Array(inference.step($0, norms: test.norms, state: &stepped)) }
    let stepError = Self.error(rows.flatMap { $0 }, test, [test.tokens], seed)
    #expect(stepError < ModuleProperties.mostRoundings, "seed \(seed), \(test)")
    #expect(stepped.position == test.tokens.count)
  }

  @Test("The texts of a batch give what each gives alone", arguments: RandomCase.seeds(20))
  func batch(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    var test = RandomModel(&random)
    test.initial = nil
    let form = random.form(upTo: test.tokens.count)
    let texts = (0..<random.integer(2...4)).map { b in
      test.tokens.map { ($0 + b) % test.model.configuration.vocabularySize }
    }
    var state = test.model.makeState(batch: texts.count)
    let found = try Inference(test.model, threads: test.threads).logits(
      texts, form: form, norms: test.norms, state: &state)
    let error = Self.error(found, test, texts, seed)
    #expect(error < ModuleProperties.mostRoundings, "seed \(seed), \(form), \(test)")
  }

  /// The error of logits `[batch, time, vocabulary]` against the plain model.
  private static func error(_ found: [Float], _ test: RandomModel, _ texts: [[Int]], _ seed: UInt64) -> Double {
    errorInRoundings(found, seed: seed) { rounding in
      var plain = test.plain()
      if rounding != nil {
        for name in plain.weights.keys.sorted() { plain.weights[name] = rounding!.rounded(plain.weights[name]!) }
      }
      return texts.flatMap { plain.logits($0).logits.flatMap { $0 } }
    }
  }

  @Test(
    "A model that is written and read in F32 is the same to the bit, and in BF16 and F16 the nearest numbers",
    arguments: RandomCase.seeds(30))
  func folder(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    let test = RandomModel(&random)
    let root = try TemporaryFolder()
    func logits(_ model: RetNetModel) throws -> [Float] {
      var state = model.makeState()
      return try Inference(model).logits([test.tokens], form: .recurrent, norms: model.norms, state: &state)
    }
    for (type, unit, smallest) in [
      (TensorType.f32, 0.0, 0.0), (.bf16, 0x1p-8, 0x1p-134), (.f16, 0x1p-11, 0x1p-25),
    ] {
      let folder = root.path(type.rawValue)
      try test.model.save(to: folder, type: type)
      let read = try RetNetModel.load(from: folder, storage: random.pick([.automatic, .expanded, .mapped]))
      #expect(read.configuration == test.model.configuration, "seed \(seed), \(type), \(test)")
      for entry in test.model.architecture.layout.entries {
        let (before, after) = (test.model.parameters.values(entry.parameter), read.parameters.values(entry.parameter))
        let isNearest = zip(before, after).allSatisfy {
          abs(Double($0) - Double($1)) <= max(abs(Double($0)) * unit, smallest)
        }
        #expect(isNearest, "seed \(seed), \(type), '\(entry.name)', \(test)")
      }
      if type == .f32 { #expect(try logits(read) == logits(test.model), "seed \(seed), \(test)") }
      // Written again, the numbers are those of the type, so the file is the same.
      let again = root.path("again-\(type.rawValue)")
      try read.save(to: again, type: type)
      #expect(
        try root.bytes("\(type.rawValue)/model.safetensors") == root.bytes("again-\(type.rawValue)/model.safetensors"))
    }
  }

  @Test("An initial state that is written and read is the same to the bit", arguments: RandomCase.seeds(20))
  func initialState(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    let test = RandomModel(&random)
    let root = try TemporaryFolder()
    let shape = test.model.configuration
    let state = InitialState(
      matrices: (0..<shape.layers).map { _ in random.normal(shape.stateCount, deviation: random.pick([1e-30, 1, 1e30]))
      },
      modelHash: "a")
    try state.write(to: root.path("a.state"), for: shape)
    #expect(try InitialState.read(from: root.path("a.state"), for: shape, modelHash: "a") == state, "seed \(seed)")
  }
}
