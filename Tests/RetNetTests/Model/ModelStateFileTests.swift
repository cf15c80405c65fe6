import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("States of layers and models in files")
struct ModelStateFileTests {
  private let folder: TemporaryFolder
  private var file: URL { folder.url.appending(path: "state.safetensors") }

  init() throws { folder = try TemporaryFolder() }

  private static let stack = RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2)

  private func state(batch: Int = 2) throws -> ModelState {
    let stack = try RetNetStack(Self.stack, seed: 1)
    var state = try stack.makeState(batch: batch)
    _ = try stack(Tensor(normal: [batch, 5, 8], seed: 2), form: .chunkwise(length: 2), state: &state)
    return state
  }

  @Test("A state is read with the bits that were written, and its text continues with the same bits")
  func roundTrip() throws {
    let stack = try RetNetStack(Self.stack, seed: 1)
    var state = try state()
    try state.write(to: file)
    var read = try ModelState(contentsOf: file)
    #expect(read == state)
    #expect(read.position == 5)
    let next = try Tensor(normal: [2, 1, 8], seed: 3)
    let expected = try stack(next, form: .recurrent, state: &state)
    #expect(try stack(next, form: .recurrent, state: &read) == expected)
    #expect(read == state)
  }

  @Test("A layer's state is a model's state of one layer")
  func layer() throws {
    let layer = try state().layers[1]
    try layer.write(to: file)
    #expect(try RetentionState<Float>(contentsOf: file) == layer)
    #expect(try ModelState(contentsOf: file).layers == [layer])
    try state().write(to: file)
    let error = #expect(throws: StorageError.self) { _ = try RetentionState<Float>(contentsOf: file) }
    #expect(error?.description.contains("2 layers, expected 1") == true)
  }

  @Test("The file has the documented tensors")
  func tensors() throws {
    let state = try state(batch: 1)
    try state.write(to: file)
    let read = try SafetensorsFile(path: file.path)
    #expect(read.metadata == ["retnet_state": "1"])
    #expect(try read.integers("positions") == [5, 5])
    #expect(read.info("layers.1.state")?.shape == [1, 2, 4, 8])
    #expect(try read.floats("layers.1.state") == state.layers[1].matrix)
    #expect(try read.doubles("layers.0.key_sum") == state.layers[0].keySum)
    #expect(try read.doubles("layers.0.decay_sum") == state.layers[0].decaySum)
    #expect(read.names.count == 7)
  }

  /// The tensors of a valid file of one layer.
  private func written(_ change: (inout [SafetensorsWriter.Tensor]) -> Void) throws {
    var tensors: [SafetensorsWriter.Tensor] = [
      .init(name: "positions", type: .i64, shape: [1], source: .integers([3])),
      .init(name: "layers.0.state", type: .f32, shape: [1, 1, 2, 2], source: .floats([1, 2, 3, 4])),
      .init(name: "layers.0.key_sum", type: .f64, shape: [1, 1, 2], source: .doubles([1, 2])),
      .init(name: "layers.0.decay_sum", type: .f64, shape: [1], source: .doubles([2.5])),
    ]
    change(&tensors)
    try SafetensorsWriter.write(tensors, metadata: ["retnet_state": "1"], to: file.path)
  }

  @Test("Damaged files, other files and missing ones are errors that name what is wrong")
  func damaged() throws {
    try written { _ in }
    #expect(try ModelState(contentsOf: file).position == 3)
    let changes: [(part: String, change: (inout [SafetensorsWriter.Tensor]) -> Void)] = [
      ("3 tensors, expected 4", { $0.removeLast() }),
      ("'layers.0.key_sum'", { $0[2].name = "layers.0.sum" }),
      ("1 tensors, expected 4", { $0.removeSubrange(1...) }),
      ("[2, 2]", { $0[1].shape = [2, 2] }),
      ("[2, 1]", { $0[2].shape = [2, 1] }),
      ("-1", { $0[0].source = .integers([-1]) }),
      ("3.5", { $0[3].source = .doubles([3.5]) }),
      ("nan", { $0[3].source = .doubles([.nan]) }),
      (
        "batch is 0",
        {
          ($0[1].shape, $0[1].source) = ([0, 1, 2, 2], .floats([]))
          ($0[2].shape, $0[2].source) = ([0, 1, 2], .doubles([]))
        }
      ),
    ]
    for (part, change) in changes {
      try written(change)
      let error = #expect(throws: StorageError.self, "\(part)") { _ = try ModelState(contentsOf: file) }
      #expect(error?.description.contains(part) == true, "\(part): \(String(describing: error))")
    }
    try Data("{}".utf8).write(to: file)
    #expect(throws: StorageError.self) { _ = try ModelState(contentsOf: file) }
    #expect(throws: StorageError.self) { _ = try ModelState(contentsOf: folder.url.appending(path: "none")) }
    #expect(throws: StorageError.self) { try state().write(to: folder.url.appending(path: "none/state")) }
  }
}
