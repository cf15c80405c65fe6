import Foundation
import RetNet
import RetNetSession
import RetNetText
import RetNetTraining
import Testing

/// An invalid call. It throws a typed error whose text contains what was found and what was expected.
struct Misuse: Sendable {
  let name: String
  let found: String
  let expected: String
  let call: @Sendable () async throws -> Void

  init(
    _ name: String, found: any CustomStringConvertible, expected: String,
    _ call: @escaping @Sendable () async throws -> Void
  ) {
    (self.name, self.found, self.expected, self.call) = (name, "\(found)", expected, call)
  }

  /// Makes the call and checks its error.
  func check() async {
    do {
      try await call()
      Issue.record("\(name) was accepted")
    } catch {
      let isTyped =
        error is RetNetError || error is ModelError || error is ChatError || error is StorageError
        || error is DecodingError || error is TextError || error is FileError || error is TextTrainingError
      #expect(isTyped, "\(name): \(type(of: error))")
      let text = "\(error)"
      #expect(text.contains(found), "\(name): \(text)")
      #expect(text.contains(expected), "\(name): \(text)")
    }
  }

  /// Every table of invalid calls.
  static let tables: [(name: String, calls: [Misuse])] = [
    ("tensors", tensors), ("creations", creations), ("sizes", sizes), ("inputs", inputs), ("settings", settings),
    ("states", states), ("weights", weights), ("gradients", gradients), ("optimizers", optimizers),
    ("equations", equations), ("decoding", decoding), ("language models", languageModels), ("sampling", sampling),
    ("chats", chats), ("folders", folders), ("training on text files", textTraining), ("heatmaps", heatmaps),
    ("states in files", storedStates),
  ]
}

@Suite("Invalid calls of every public entry throw typed errors")
struct MisuseTests {
  @Test("The error has what was found and what was expected", arguments: Misuse.tables.map(\.name))
  func refused(_ table: String) async {
    for (name, calls) in Misuse.tables where name == table {
      for call in calls { await call.check() }
    }
  }

  @Test("There are at least 1,000 invalid calls, each with its own name")
  func count() {
    let names = Misuse.tables.flatMap(\.calls).map(\.name)
    #expect(names.count >= 1_000, "\(names.count)")
    #expect(Set(names).count == names.count)
  }
}

/// Collects the calls of a table, one statement after another.
@resultBuilder
enum MisuseTable {
  static func buildExpression(_ misuse: Misuse) -> [Misuse] { [misuse] }
  static func buildExpression(_ table: [Misuse]) -> [Misuse] { table }
  static func buildBlock(_ tables: [Misuse]...) -> [Misuse] { tables.flatMap { $0 } }
}

func table(@MisuseTable _ calls: () -> [Misuse]) -> [Misuse] { calls() }

/// The values that the tables share.
enum Sample {
  static let x = try! Tensor(normal: [2, 5, 8], seed: 1)
  static let layer = try! MultiScaleRetention(modelDim: 8, heads: 2, seed: 1)
  static let module = try! MultiScaleRetention(RetentionModuleConfiguration(modelDim: 8, heads: 2), seed: 1)
  static let stack = try! RetNetStack(
    RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2, mlpWidth: .widths([6])), seed: 1)
  static let linear = try! Linear(inputs: 8, outputs: 3, seed: 1)
  static let forms: [RetentionForm] = [.parallel, .recurrent, .chunkwise(length: 2)]
  static let models = URL(filePath: #filePath).appending(path: "../../../../../Models").standardizedFileURL
  static let chat = try! ChatModel(contentsOf: models.appending(path: "chat"))
  static let recall = try! ChatModel(contentsOf: models.appending(path: "recall"))
  static let tokenizer = try! Tokenizer(contentsOf: models.appending(path: "recall/tokenizer.model"))
  static let large = try! RetNetModel(contentsOf: models.appending(path: "chat"))
  static let model = try! RetNetModel(contentsOf: models.appending(path: "recall"))

  static func zeros(_ shape: [Int]) throws -> Tensor { try Tensor(zeros: shape) }
}
