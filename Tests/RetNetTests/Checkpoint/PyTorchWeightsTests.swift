import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Weights in PyTorch's format")
struct PyTorchWeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes files that begin like PyTorch's.
  private func write(_ names: String...) throws {
    for name in names { _ = try folder.write(name, [0x50, 0x4B, 3, 4]) }
  }

  private func refusal() throws -> CheckpointError {
    try #require(throws: CheckpointError.self) { _ = try TensorFiles(folder: folder.url.path) }
  }

  @Test(
    "One file is refused with the three lines of Python that convert it", arguments: ["bin", "pt", "PTH"])
  func oneFile(_ ending: String) throws {
    try write("weights.\(ending)")
    let path = folder.path("weights.\(ending)")
    let error = try refusal()
    #expect(error == .pickled(paths: [path]))
    #expect(
      error.description
        == "'\(path)' is a PyTorch pickle (.pt, .pth, .bin), which can run code when opened and is not supported: "
        + "convert it to safetensors with these lines of Python.")
    // Verified with PyTorch 2.15 and safetensors 0.8, on tensors that share memory, are transposed, or are slices.
    #expect(
      error.remedy == [
        "import torch, safetensors.torch",
        "states = [torch.load(path, map_location='cpu', weights_only=True) for path in ['\(path)']]",
        "safetensors.torch.save_file({name: tensor.clone().contiguous() for state in states for name, tensor in "
          + "state.get('model', state).items() if torch.is_tensor(tensor)}, '\(folder.path("model.safetensors"))', "
          + "{'format': 'pt'})",
      ])
    #expect(CheckpointError.pickled(at: path) == error)
    let byContent = CheckpointError.notSafetensors(path: path, found: .pytorchZip)
    #expect(throws: byContent) { _ = try TensorFiles(path: path) }
    #expect(byContent.remedy == error.remedy)
    #expect(byContent.description == error.description)
  }

  @Test("The error names all parts of a model, without files that training adds")
  func parts() throws {
    try write("optimizer.pt", "training_args.bin", "scheduler.pt", "rng_state.pth")
    #expect(throws: FileError.missing(path: folder.path("model.safetensors"))) {
      _ = try TensorFiles(folder: folder.url.path)
    }
    try write("pytorch_model-00002-of-00002.bin", "pytorch_model-00001-of-00002.bin")
    let parts = [folder.path("pytorch_model-00001-of-00002.bin"), folder.path("pytorch_model-00002-of-00002.bin")]
    let error = try refusal()
    #expect(error == .pickled(paths: parts))
    #expect(error.description.hasPrefix("'\(parts[0])' (and 1 more) is a PyTorch pickle"))
    #expect(error.remedy[1].hasSuffix("for path in ['\(parts[0])', '\(parts[1])']]"))
    try write("pytorch_model.bin", "a.bin")
    #expect(try refusal() == .pickled(paths: [folder.path("pytorch_model.bin")]))
  }

  @Test("Safetensors in the same folder are read instead")
  func besideSafetensors() throws {
    try write("pytorch_model.bin")
    _ = try folder.write("model.safetensors", HandMadeSafetensors.tensor("U8", [1], [7]))
    #expect(try TensorFiles(folder: folder.url.path).names == ["t"])
  }

  @Test("Quotes and newlines in a path are escaped in Python's string")
  func quoted() {
    let remedy = CheckpointError.pickled(paths: ["it's\\a\n.pt"]).remedy
    #expect(remedy[1].hasSuffix(#"for path in ['it\'s\\a\x0a.pt']]"#))
    #expect(remedy[2].hasSuffix(", 'model.safetensors', {'format': 'pt'})"))
  }

  @Test("Files with other extensions are not refused")
  func otherEndings() {
    #expect(CheckpointError.pickled(at: "model.safetensors") == nil)
    #expect(CheckpointError.pickled(at: "d.bin/model") == nil)
  }
}
