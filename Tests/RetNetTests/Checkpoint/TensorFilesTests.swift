import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Weights in one file or several")
struct TensorFilesTests {
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private func write(_ file: String, _ tensors: [String: [Float]]) throws {
    try SafetensorsWriter.write(
      tensors.sorted { $0.key < $1.key }.map {
        .init(name: $0.key, type: .f32, shape: [$0.value.count], source: .floats($0.value))
      }, metadata: ["format": "pt"], to: root.root + "/" + file)
  }

  private func write(index: String) throws {
    try Data(index.utf8).write(to: root.url.appendingPathComponent("model.safetensors.index.json"))
  }

  private var index: String { root.root + "/model.safetensors.index.json" }

  @Test("Shards are read as one model")
  func sharded() throws {
    try write("a.safetensors", ["x": [1, 2], "z": [5]])
    try write("b.safetensors", ["y": [3, 4, 5]])
    try write(
      index:
        #"{"metadata": {"total_size": 7}, "weight_map": {"x": "a.safetensors", "y": "b.safetensors", "z": "a.safetensors"}}"#
    )
    let files = try TensorFiles(folder: root.root)
    #expect(files.names == ["x", "z", "y"])
    #expect(files.files.count == 2)
    #expect(files.byteCount == 24)
    #expect(try files.floats("y") == [3, 4, 5])
    #expect(try files.doubles("z") == [5])
    #expect(files.path(of: "y") == root.root + "/b.safetensors")
    #expect(files.path(of: "w") == nil)
    #expect(files.info("x")?.shape == [2])
    #expect(files.metadata == ["format": "pt"])
    #expect(throws: CheckpointError.missingTensor(name: "w", path: index)) { _ = try files.floats("w") }
  }

  @Test("A single file takes precedence over shards, and a tensor missing in the index is found in its shard")
  func precedence() throws {
    try write("a.safetensors", ["x": [1], "extra": [2]])
    try write(index: #"{"weight_map": {"x": "a.safetensors"}}"#)
    #expect(try TensorFiles(folder: root.root).floats("extra") == [2])
    try write("model.safetensors", ["w": [3]])
    #expect(try TensorFiles(folder: root.root).names == ["w"])
  }

  @Test("Errors name a missing shard, a tensor missing in its shard, and a tensor in two shards")
  func wrongShards() throws {
    try write("a.safetensors", ["x": [1]])
    try write(index: #"{"weight_map": {"x": "a.safetensors", "y": "b.safetensors"}}"#)
    #expect(throws: CheckpointError.missingShard(index: index, shard: "b.safetensors")) {
      _ = try TensorFiles(folder: root.root)
    }
    try write("b.safetensors", ["other": [1]])
    #expect(throws: CheckpointError.missingInShard(index: index, name: "y", shard: "b.safetensors")) {
      _ = try TensorFiles(folder: root.root)
    }
    try write("b.safetensors", ["x": [1], "y": [1]])
    #expect(
      throws: CheckpointError.duplicateTensor(
        name: "x", first: root.root + "/a.safetensors", second: root.root + "/b.safetensors")
    ) { _ = try TensorFiles(folder: root.root) }
  }

  @Test(
    "An invalid index is an error with the reason",
    arguments: [
      ("[1]", "is not a JSON object"), ("{", "is not a JSON object"), ("", "is not a JSON object"),
      (#"{"metadata": {}}"#, "has no 'weight_map' of tensors to shards"),
      (#"{"weight_map": {}}"#, "has no 'weight_map' of tensors to shards"),
      (#"{"weight_map": ["a"]}"#, "has no 'weight_map' of tensors to shards"),
      (#"{"weight_map": {"x": 1}}"#, "has no file name for tensor 'x'"),
      (
        #"{"weight_map": {"x": "../a.safetensors"}}"#,
        "assigns tensor 'x' to '../a.safetensors', which is not a file in its folder"
      ),
      (
        #"{"weight_map": {"x": "/etc/passwd"}}"#,
        "assigns tensor 'x' to '/etc/passwd', which is not a file in its folder"
      ),
      (#"{"weight_map": {"x": ""}}"#, "assigns tensor 'x' to '', which is not a file in its folder"),
      (#"{"weight_map": {"x": ".."}}"#, "assigns tensor 'x' to '..', which is not a file in its folder"),
    ])
  func badIndex(_ json: String, _ problem: String) throws {
    try write(index: json)
    #expect(throws: CheckpointError.badIndex(path: index, problem: problem)) { _ = try TensorFiles(folder: root.root) }
  }

  @Test("A folder without weights, and one with safetensors of another name")
  func noWeights() throws {
    #expect(throws: FileError.missing(path: root.root + "/model.safetensors")) {
      _ = try TensorFiles(folder: root.root)
    }
    try write("weights.safetensors", ["x": [1]])
    let error = #expect(throws: CheckpointError.otherWeights(folder: root.root, found: "weights.safetensors")) {
      _ = try TensorFiles(folder: root.root)
    }
    #expect(error?.remedy == [])
    #expect(
      CheckpointError.otherWeights(folder: "d", found: "w.safetensors").description
        == "There is no file 'model.safetensors' and no index of shards in 'd', but 'w.safetensors'. "
        + "Rename the weights, or copy the missing model.safetensors.index.json.")
  }
}
