import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Damaged chat state files")
struct ChatStateFileTests {
  /// A model, and the file of one of its chats after some tokens.
  private struct Saved {
    let folder: ChatFolder
    let model: ChatModel
    let url: URL
    let bytes: Data

    init() async throws {
      folder = try ChatFolder()
      model = try folder.open()
      let chat = model.makeChat(seed: 1)
      _ = try await chat.tokens("hello", 5)
      url = folder.file("chat.state")
      try await chat.state.write(to: url)
      bytes = try Data(contentsOf: url)
    }

    func read() throws(ChatError) -> ChatState { try ChatState(contentsOf: url, for: model) }

    func errorReading() -> ChatError? {
      do throws(ChatError) {
        _ = try read()
        return nil
      } catch {
        return error
      }
    }

    /// A changed copy of the file.
    func rewrite(
      metadata changedMetadata: [String: String?] = [:], _ changed: [String: SafetensorsWriter.Tensor?] = [:]
    ) throws {
      let file = try SafetensorsFile(path: url.path(percentEncoded: false))
      var metadata = file.metadata
      for (key, value) in changedMetadata { metadata[key] = value }
      let tensors = try file.names.compactMap { name -> SafetensorsWriter.Tensor? in
        if let tensor = changed[name] { return tensor }
        let info = try #require(file.info(name))
        return SafetensorsWriter.Tensor(
          name: name, type: info.type, shape: info.shape, source: .bytes(try file.withBytes(name) { Array($0) }))
      }
      try SafetensorsWriter.write(tensors, metadata: metadata, to: url.path(percentEncoded: false))
    }
  }

  @Test("Every truncation of a file is an error")
  func truncated() async throws {
    let saved = try await Saved()
    let header = 8 + saved.bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    let file = try SafetensorsFile(path: saved.url.path(percentEncoded: false))
    let ends = file.names.compactMap { file.info($0)?.byteRange }.flatMap { [$0.lowerBound, $0.upperBound - 1] }
    for length in [0, 1, 7, 8, 9, header / 2, header - 1] + ends {
      try saved.bytes.prefix(length).write(to: saved.url)
      guard case .state(_, let reason) = saved.errorReading() else {
        Issue.record("cut off at \(length) of \(saved.bytes.count)")
        continue
      }
      #expect(reason.contains("chat.state"))
    }
  }

  @Test("Invalid values are refused, and the error names the tensor")
  func values() async throws {
    let saved = try await Saved()
    let shape = [4, 8, 16]
    func matrix(_ value: Float) -> SafetensorsWriter.Tensor {
      var values = [Float](repeating: 0, count: 512)
      values[200] = value
      return .init(name: "layers.1.state", type: .f32, shape: shape, source: .floats(values))
    }
    func position(_ value: Int) -> SafetensorsWriter.Tensor {
      .init(name: "position", type: .i64, shape: [1], source: .integers([value]))
    }
    func recent(_ values: [Int]) -> SafetensorsWriter.Tensor {
      .init(name: "recent_tokens", type: .i64, shape: [values.count], source: .integers(values))
    }
    func decay(_ value: Double) -> SafetensorsWriter.Tensor {
      .init(name: "layers.0.decay_sum", type: .f64, shape: [4], source: .doubles([1, 1, 1, value]))
    }
    let hostile: [SafetensorsWriter.Tensor] = [
      matrix(.nan), matrix(.infinity), matrix(-.infinity),
      .init(name: "layers.1.state", type: .f32, shape: [4, 16, 8], source: .floats([Float](repeating: 0, count: 512))),
      .init(name: "layers.1.state", type: .f16, shape: shape, source: .floats([Float](repeating: 0, count: 512))),
      .init(name: "layers.1.state", type: .f32, shape: [0], source: .floats([])),
      .init(
        name: "layers.0.key_sum", type: .f64, shape: [4, 8], source: .doubles([Double](repeating: .nan, count: 32))),
      decay(.nan), decay(.infinity), decay(-1), decay(1e300),
      position(-1), position(.max), position(.min), position(1 << 54), position(2),
      .init(name: "position", type: .f64, shape: [1], source: .doubles([.nan])),
      .init(name: "position", type: .i64, shape: [0], source: .integers([])),
      .init(name: "position", type: .i64, shape: [2], source: .integers([9, 9])),
      recent([-1]), recent([saved.model.model.configuration.vocabularySize]), recent([.max]),
      recent([Int](repeating: 5, count: 10_000)),
      .init(name: "recent_tokens", type: .i64, shape: [1, 1], source: .integers([5])),
      .init(name: "recent_tokens", type: .i64, shape: [], source: .integers([5])),
      .init(name: "recent_tokens", type: .u8, shape: [1], source: .integers([5])),
      .init(name: "generator", type: .u64, shape: [4], source: .integers([0, 0, 0, 0])),
      .init(name: "generator", type: .u64, shape: [5], source: .integers([1, 2, 3, 4, 5])),
      .init(name: "generator", type: .u64, shape: [0], source: .integers([])),
    ]
    for tensor in hostile {
      try saved.bytes.write(to: saved.url)
      try saved.rewrite([tensor.name: tensor])
      guard case .state(_, let reason) = saved.errorReading() else {
        Issue.record("\(tensor) was read, or refused as \(String(describing: saved.errorReading()))")
        continue
      }
      let isNamed = reason.contains("'\(tensor.name)'") || reason.contains("recent_tokens")
      #expect(isNamed, "\(reason)")
    }
  }

  @Test("The error names a missing tensor")
  func missing() async throws {
    let saved = try await Saved()
    for name in try SafetensorsFile(path: saved.url.path(percentEncoded: false)).names {
      try saved.bytes.write(to: saved.url)
      try saved.rewrite([name: nil])
      guard case .state(_, let reason) = saved.errorReading() else {
        Issue.record("without \(name)")
        continue
      }
      #expect(reason.contains(name))
    }
  }

  @Test("Another kind of file, another version and another model have different errors")
  func metadata() async throws {
    let saved = try await Saved()
    func error(_ metadata: [String: String?]) throws -> ChatError? {
      try saved.bytes.write(to: saved.url)
      try saved.rewrite(metadata: metadata)
      return saved.errorReading()
    }
    guard case .state(_, let kind) = try error(["retnet_chat_state": nil]) else { throw NotRefused() }
    #expect(kind.contains("retnet_chat_state"))
    guard case .state(_, let version) = try error(["retnet_chat_state": "2"]) else { throw NotRefused() }
    #expect(version.contains("'2'"))
    guard case .otherModel = try error(["model_sha256": "0123"]) else { throw NotRefused() }
    guard case .otherModel = try error(["model_shape": "[1, 2, 3, 4]"]) else { throw NotRefused() }
    guard case .otherModel = try error(["model_shape": nil]) else { throw NotRefused() }
    let weights = saved.folder.file("model.safetensors")
    guard case .state = (Result { try ChatState(contentsOf: weights, for: saved.model) }).chatError else {
      throw NotRefused()
    }
    guard case .file = (Result { try ChatState(contentsOf: saved.folder.url, for: saved.model) }).chatError else {
      throw NotRefused()
    }
    guard
      case .file = (Result { try ChatState(contentsOf: saved.folder.file("none"), for: saved.model) }).chatError
    else { throw NotRefused() }
  }

  @Test("Any changed byte gives an error or a valid state, and no trap")
  func fuzzed() async throws {
    let saved = try await Saved()
    let header = 8 + saved.bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    var generator = SeededGenerator(seed: 3)
    let chat = saved.model.makeChat(seed: 1)
    for _ in 0..<400 {
      var bytes = saved.bytes
      // Mostly in the header and the small tensors after it.
      bytes[generator.index(below: min(header + 400, bytes.count))] = UInt8(generator.index(below: 256))
      try bytes.write(to: saved.url)
      do throws(ChatError) {
        try await chat.restore(try saved.read())
        _ = try await chat.reply(to: "a", maxTokens: 1)
      } catch {
        #expect(error != .alreadyResponding)
      }
    }
  }

  private struct NotRefused: Error {}
}

extension Result {
  fileprivate var chatError: ChatError? {
    if case .failure(let error) = self { error as? ChatError } else { nil }
  }
}
