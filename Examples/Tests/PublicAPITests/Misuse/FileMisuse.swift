import Foundation
import RetNet
import RetNetTraining

extension Misuse {
  private static let tutorial = URL(filePath: #filePath)
  private static let chatWeights = Sample.models.appending(path: "chat/model.safetensors")
  private static let nowhere = URL(filePath: "/nonexistent/folder/file")

  static let textTraining = table {
    [Int.min, -1, 0, Int.max].flatMap { value in
      [
        training("layers", value, expected: "1 to 4096") { $0.layers = value },
        training("width", value, expected: "1 to 65536") { $0.modelDim = value },
        training("heads", value, expected: "1 to 49") { $0.heads = value },
        training("steps", value, expected: "1 to 1073741824") { $0.steps = value },
        training("length", value, expected: "1 to 16777216") { $0.length = value },
        training("tokens of a step", value, expected: "512 to 16777216") { $0.batchTokens = value },
        training("threads", value, expected: "1 to 256") { $0.threads = value },
        training("pieces", value, expected: "300 to 65536") { $0.vocabulary = .pieces(value) },
      ]
    }
    training("width and 8 heads", 24, expected: "2 · heads, which is 16") { $0.modelDim = 24 }
    [0, -1, Double.nan, .infinity, 2e6].map { value in
      training("learning rate", value, expected: "above 0 and at most 1000000") { $0.learningRate = value }
    }
    Misuse("training on no files", found: "empty", expected: "1 file or more") { _ = try TextTraining(files: []) }
    Misuse("training on a web page", found: "https://example.org/a", expected: "a file URL") {
      _ = try TextTraining(files: [URL(filePath: "/a"), URL(string: "https://example.org/a") ?? nowhere])
    }
    Misuse("training on a missing file", found: nowhere.path, expected: "Check the path") {
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: folder) }
      try TextTraining(files: [nowhere]).run(in: folder)
    }
    Misuse("training into a model's folder", found: "already contains a model", expected: "another folder") {
      try TextTraining(files: [tutorial]).run(in: Sample.models.appending(path: "chat"))
    }
    Misuse("training into a folder that cannot be made", found: "/dev/null/model", expected: "cannot be") {
      try TextTraining(files: [tutorial]).run(in: URL(filePath: "/dev/null/model"))
    }
  }

  private static func training(
    _ name: String, _ value: some CustomStringConvertible & Sendable, expected: String,
    _ change: @escaping @Sendable (inout TextTraining.Options) -> Void
  ) -> Misuse {
    Misuse("training with \(name) of \(value)", found: value, expected: expected) {
      var options = TextTraining.Options()
      change(&options)
      _ = try TextTraining(files: [tutorial], options: options)
    }
  }

  static let heatmaps = table {
    [[], [3], [2, 2, 2], [1, 1, 1, 1], [0]].map { shape in
      Misuse("a heatmap of \(shape)", found: shape, expected: "[rows, columns]") {
        _ = try Heatmap(Sample.zeros(shape))
      }
    }
    [0, -1, Float.nan, .infinity, -.infinity].map { limit in
      Misuse("a heatmap with the limit \(limit)", found: limit, expected: "a finite number above 0") {
        _ = try Heatmap(Sample.zeros([1, 1]), limit: limit)
      }
    }
  }

  static let storedStates = table {
    Misuse("a model's state from a missing file", found: nowhere.path, expected: "Check the path") {
      _ = try ModelState(contentsOf: nowhere)
    }
    Misuse("a layer's state from a missing file", found: nowhere.path, expected: "Check the path") {
      _ = try RetentionState<Float>(contentsOf: nowhere)
    }
    Misuse("a state from a web page", found: "https://example.org", expected: "file URL") {
      _ = try ModelState(contentsOf: URL(string: "https://example.org") ?? nowhere)
    }
    Misuse("a state from weights", found: "no 'retnet_state'", expected: "a file of a state") {
      _ = try ModelState(contentsOf: chatWeights)
    }
    Misuse("a state from Swift code", found: tutorial.path, expected: "safetensors") {
      _ = try ModelState(contentsOf: tutorial)
    }
    Misuse("a state in a folder that does not exist", found: nowhere.path, expected: "Check that its folder exists") {
      try Sample.stack.makeState().write(to: nowhere)
    }
    Misuse("a layer's state in a folder that does not exist", found: nowhere.path, expected: "its folder exists") {
      try Sample.layer.makeState().write(to: nowhere)
    }
  }
}
