import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Initial state")
struct InitialStateTests {
  private let root: TemporaryFolder
  private static let shape = ModelConfiguration(
    vocabularySize: 13, modelDim: 8, layers: 2, heads: 2, valueDim: 12, feedForwardDim: 6)

  init() throws { root = try TemporaryFolder() }

  private func path(_ name: String) -> String { root.url.appendingPathComponent(name).path }

  private func example(_ configuration: ModelConfiguration = shape, hash: String = "a") -> InitialState {
    var generator = SeededGenerator(seed: 3)
    let matrices = (0..<configuration.layers).map { _ in
      (0..<configuration.stateCount).map { _ in Float(generator.nextNormal()) }
    }
    return InitialState(matrices: matrices, modelHash: hash)
  }

  @Test("An initial state is read back as written")
  func roundTrip() throws {
    let state = example()
    try state.write(to: path("a.state"), for: Self.shape)
    #expect(try InitialState.read(from: path("a.state"), for: Self.shape, modelHash: "a") == state)
  }

  @Test("Errors name a state of other weights or another shape, NaN, and another kind of file")
  func refusals() throws {
    let file = path("a.state")
    try example().write(to: file, for: Self.shape)
    #expect(throws: InitialStateError.otherModel(path: file, trainedWith: "a", found: "b")) {
      try InitialState.read(from: file, for: Self.shape, modelHash: "b")
    }
    var wider = Self.shape
    wider.valueDim = 16
    #expect(throws: CheckpointError.shapeMismatch(name: "layers.0.state", expected: [2, 4, 8], found: [2, 4, 6])) {
      try InitialState.read(from: file, for: wider, modelHash: "a")
    }
    var deeper = Self.shape
    deeper.layers = 3
    #expect(throws: CheckpointError.missingTensor(name: "layers.2.state", path: file)) {
      try InitialState.read(from: file, for: deeper, modelHash: "a")
    }
    var matrices = example().matrices
    matrices[1][5] = .nan
    try InitialState(matrices: matrices, modelHash: "a").write(to: file, for: Self.shape)
    #expect(throws: InitialStateError.notFinite(path: file, tensor: "layers.1.state")) {
      try InitialState.read(from: file, for: Self.shape, modelHash: "a")
    }
    let other = path("other.safetensors")
    try SafetensorsWriter.write([], to: other)
    #expect(throws: InitialStateError.notAState(path: other)) {
      try InitialState.read(from: other, for: Self.shape, modelHash: "a")
    }
  }

  @Test(
    "The logits after it are those of the plain Double model, in every form",
    arguments: [RetentionForm.parallel, .recurrent, .chunkwise(length: 3)])
  func logits(_ form: RetentionForm) throws {
    let model = ModelCase(name: "initial state", configuration: Self.shape).disturbedModel()
    let initial = example()
    let tokens = [1, 4, 9, 2, 2, 7, 10, 3]
    var plain = PlainModel(model, norms: model.norms)
    plain.initial = initial.matrices.map { $0.map(Double.init) }
    var state = try initial.state(for: Self.shape)
    let found = try Inference(model).logits([tokens], form: form, norms: model.norms, state: &state)
    #expect(maxRelativeError(found, plain.logits(tokens).logits.flatMap { $0 }.map { Float($0) }) < 1e-5)  // Float32
    #expect(state.position == tokens.count)
  }

  @Test("A state of another shape is refused")
  func otherShape() throws {
    var wider = Self.shape
    wider.valueDim = 16
    #expect(throws: InitialStateError.otherShape(found: [48, 48], expected: [64, 64])) {
      try example().state(for: wider)
    }
  }

  @Test("Single steps from it give the same logits as the whole text")
  func steps() throws {
    let model = ModelCase(name: "initial state", configuration: Self.shape).disturbedModel()
    let tokens = [1, 4, 9, 2]
    var (whole, stepped) = (try example().state(for: Self.shape), try example().state(for: Self.shape))
    let expected = try Inference(model).logits([tokens], form: .recurrent, norms: model.norms, state: &whole)
    let inference = Inference(model)
    var found: [Float] = []
    for token in tokens { found += try inference.step(token, norms: model.norms, state: &stepped) }
    #expect(maxRelativeError(found, expected) < 1e-5)  // Float32
  }
}
