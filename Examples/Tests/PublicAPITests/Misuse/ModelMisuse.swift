import Foundation
import RetNet
import RetNetSession
import RetNetText

extension Misuse {
  static let languageModels = table {
    let vocabulary = Sample.model.configuration.vocabularySize
    let tokens = [-1, vocabulary, Int.max, Int.min]
    tokens.flatMap { token in
      [
        step("token \(token)", found: "\(token)", expected: "0 to \(vocabulary - 1)", token: token),
        Misuse("logits after token \(token)", found: token, expected: "0 to \(vocabulary - 1)") {
          let inference = try Inference(model: Sample.model)
          var state = try inference.makeState()
          let before = state
          defer { if state != before { preconditionFailure("the state has changed") } }
          _ = try inference.logits(of: [[1, token, 2]], state: &state)
        },
        Misuse("the text of token \(token)", found: token, expected: "0 to \(Sample.tokenizer.vocabularySize - 1)") {
          _ = try Sample.tokenizer.text(of: [1, token])
        },
        Misuse("the name of token \(token)", found: token, expected: "0 to \(Sample.tokenizer.vocabularySize - 1)") {
          _ = try Sample.tokenizer.name(of: token)
        },
      ]
    }
    [[], [[]], [[], []]].map { texts in
      logits("no tokens in \(texts)", found: "no tokens", expected: "at least one", texts)
    }
    [[[1, 2], [1]], [[1], [1, 2], []]].map { texts in
      logits("texts \(texts)", found: "\(texts.map(\.count))", expected: "must be equal", texts)
    }
    [[[1], [1]], [[1], [2], [3]]].map { texts in
      logits("\(texts.count) texts with a state of 1", found: "[2, 1, 4", expected: "[2, \(texts.count), 4", texts)
    }
    [0, -1, Int.max, Int.min].map { length in
      Misuse("logits in chunks of \(length)", found: length, expected: "1 to 1073741824") {
        let inference = try Inference(model: Sample.model)
        var state = try inference.makeState()
        _ = try inference.logits(of: [[1, 2]], form: .chunkwise(length: length), state: &state)
      }
    }
    [Float.nan, -1, .infinity].flatMap { epsilon in
      [
        Misuse("logits with ε \(epsilon)", found: epsilon, expected: "0 or more") {
          let inference = try Inference(model: Sample.model)
          var state = try inference.makeState()
          _ = try inference.logits(of: [[1]], norms: NormOptions(epsilon: epsilon), state: &state)
        },
        step("ε \(epsilon)", found: "\(epsilon)", expected: "0 or more", norms: NormOptions(epsilon: epsilon)),
      ]
    }
    [0, 1, vocabulary - 1, vocabulary + 1].map { (count: Int) in
      step("\(count) logits of the next token", found: "[\(count)]", expected: "[\(vocabulary)]", logits: count)
    }
    [0, -1, 257, Int.max].flatMap { threads in
      [
        Misuse("a model on \(threads) threads", found: threads, expected: "1 to 256") {
          _ = try Inference(model: Sample.model, threads: threads)
        },
        Misuse("a chat model on \(threads) threads", found: threads, expected: "1 to 256") {
          _ = try ChatModel(contentsOf: Sample.models.appending(path: "recall"), threads: threads)
        },
      ]
    }
    [0, -1, Int.max, Int.min].map { batch in
      Misuse("a model's state of \(batch) texts", found: batch, expected: "1 to 1048576") {
        _ = try Inference(model: Sample.model).makeState(batch: batch)
      }
    }
    otherStates
  }

  /// States of stacks and models of other shapes.
  private static let otherStates: [Misuse] = {
    let own = Sample.model.configuration
    let expected = "[\(own.layers), 1, \(own.heads), \(own.headDim), \(own.headValueDim)]"
    let others: [(String, found: String, @Sendable () throws -> ModelState)] = [
      ("a stack", "[2, 1, 2, 4, 8]", { try Sample.stack.makeState() }),
      (
        "a larger model", "[\(Sample.large.configuration.layers), 1, ",
        { try Inference(model: Sample.large).makeState() }
      ),
      ("two texts", "[2, 2, 4, 8, 8]", { try Inference(model: Sample.model).makeState(batch: 2) }),
      ("one layer", "[1, 1, 4, 8, 8]", { try stack(layers: 1).makeState() }),
      ("three layers", "[3, 1, 4, 8, 8]", { try stack(layers: 3).makeState() }),
    ]
    @Sendable func stack(layers: Int) throws -> RetNetStack {
      try RetNetStack(
        RetNetStackConfiguration(modelDim: 32, layers: layers, heads: 4, valueFactor: 1, mlpWidth: .widths([4])),
        seed: 1)
    }
    return others.flatMap { name, found, makeState in
      [
        Misuse("logits with a state of \(name)", found: found, expected: expected) {
          var state = try makeState()
          let before = state
          defer { if state != before { preconditionFailure("the state has changed") } }
          _ = try Inference(model: Sample.model).logits(of: [[1, 2, 3]], state: &state)
        },
        Misuse("a step with a state of \(name)", found: found, expected: expected) {
          var state = try makeState()
          let before = state
          defer { if state != before { preconditionFailure("the state has changed") } }
          var row = [Float](repeating: 0, count: own.vocabularySize)
          try Inference(model: Sample.model).step(1, state: &state, into: &row)
        },
      ]
    }
  }()

  private static func logits(_ name: String, found: String, expected: String, _ texts: [[Int]]) -> Misuse {
    Misuse("logits of \(name)", found: found, expected: expected) {
      let inference = try Inference(model: Sample.model)
      var state = try inference.makeState()
      let before = state
      defer { if state != before { preconditionFailure("the state has changed") } }
      _ = try inference.logits(of: texts, state: &state)
    }
  }

  private static func step(
    _ name: String, found: String, expected: String, token: Int = 1, norms: NormOptions? = nil, logits: Int? = nil
  ) -> Misuse {
    Misuse("a step with \(name)", found: found, expected: expected) {
      let inference = try Inference(model: Sample.model)
      var state = try inference.makeState()
      let before = state
      defer { if state != before { preconditionFailure("the state has changed") } }
      var row = [Float](repeating: 0, count: logits ?? Sample.model.configuration.vocabularySize)
      try inference.step(token, norms: norms, state: &state, into: &row)
    }
  }

  /// The options of a sampler, each out of range.
  private typealias BadOption = (name: String, found: String, expected: String, options: SamplingOptions)

  private static let badOptions: [BadOption] = {
    func changed(_ change: (inout SamplingOptions) -> Void) -> SamplingOptions {
      var options = SamplingOptions()
      change(&options)
      return options
    }
    let shares: [Float] = [-0.1, 1.1, .nan, .infinity, -.infinity]
    let counts = [-1, Int.min, Int.max, (1 << 24) + 1]
    var bad: [BadOption] = []
    bad += [Float.nan, -1, 101, .infinity, -.infinity].map { value in
      ("temperature", "\(value)", "from 0.0 to 100.0", changed { $0.temperature = value })
    }
    bad += shares.map { value in ("topP", "\(value)", "from 0.0 to 1.0", changed { $0.topP = value }) }
    bad += shares.map { value in ("minP", "\(value)", "from 0.0 to 1.0", changed { $0.minP = value }) }
    bad += [Float.nan, 0, -1, 101, .infinity].map { value in
      ("repetitionPenalty", "\(value)", "from 0.01 to 100.0", changed { $0.repetitionPenalty = value })
    }
    bad += counts.map { value in ("topK", "\(value)", "from 0 to 16777216", changed { $0.topK = value }) }
    bad += counts.map { value in
      ("repetitionWindow", "\(value)", "from 0 to 16777216", changed { $0.repetitionWindow = value })
    }
    return bad
  }()

  static let sampling = table {
    badOptions.flatMap { name, found, expected, options in
      [
        Misuse("a sampler with \(name) \(found)", found: "'\(name)' is \(found)", expected: expected) {
          _ = try Sampler(options, seed: 1)
        },
        Misuse("a chat with \(name) \(found)", found: "'\(name)' is \(found)", expected: expected) {
          _ = try Sample.recall.makeChat(seed: 1, sampling: options)
        },
      ]
    }
    [-1, 3, Int.max, Int.min].map { token in
      Misuse("recent token \(token) of 3", found: token, expected: "0 to 2") {
        var sampler = try Sampler(SamplingOptions(), seed: 1)
        _ = try sampler.draw([0, 1, 2], recent: [1, token])
      }
    }
    [Float.nan, .infinity].map { logit in
      Misuse("a logit of \(logit)", found: logit, expected: "below infinity") {
        var sampler = try Sampler(SamplingOptions(), seed: 1)
        _ = try sampler.draw([0, logit, 2])
      }
    }
    [0, -1, Int.min].map { bound in
      Misuse("a random number below \(bound)", found: bound, expected: "1 or more") {
        var generator = SeededGenerator(seed: 1)
        _ = try generator.next(below: bound)
      }
    }
  }

  /// Values decoded from text of others.
  static let decoding = table {
    [
      decode(
        SeededGenerator.self, #"{"state0":0,"state1":0,"state2":0,"state3":0}"#, found: "[0, 0, 0, 0]",
        expected: "a word that is not 0"),
      decode(SeededGenerator.self, #"{"state0":1,"state1":2,"state2":3}"#, found: "keyNotFound", expected: "state3"),
      decode(
        SeededGenerator.self, #"{"state0":1,"state1":-2,"state2":3,"state3":4}"#, found: "corrupted",
        expected: "not valid JSON"),
      decode(NormOptions.self, #"{"retention":{},"group":"model"}"#, found: "keyNotFound", expected: "norm1"),
      decode(
        NormOptions.self, #"{"retention":{"norm1":true,"norm2":false,"norm3":"off"},"group":"batch"}"#, found: "batch",
        expected: "Group"),
      decode(RetentionNorms.self, #"{"norm1":true,"norm2":false,"norm3":"all"}"#, found: "all", expected: "Score"),
      decode(RetentionNorms.self, #"{"norm1":1,"norm2":false,"norm3":"off"}"#, found: "norm1", expected: "Bool"),
      decode([Activation].self, #"["tanh"]"#, found: "tanh", expected: "Activation"),
      decode(AdamW.Options.self, #"{"beta1":0.9,"beta2":0.98,"epsilon":1e-8}"#, found: "key", expected: "weightDecay"),
    ]
    [("beta1", "1", "1.0"), ("beta2", "-0.5", "-0.5"), ("epsilon", "0", "0.0"), ("weightDecay", "-1", "-1.0")].map {
      key, value, found in
      Misuse("an optimizer of decoded options with \(key) \(value)", found: found, expected: "expected") {
        var values = ["beta1": "0.9", "beta2": "0.98", "epsilon": "1e-8", "weightDecay": "0"]
        values[key] = value
        let json = "{" + values.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        let options = try JSONDecoder().decode(AdamW.Options.self, from: Data(json.utf8))
        _ = try AdamW(tensors: Sample.linear.tensors, options: options)
      }
    }
    [("temperature", "-1"), ("topK", "-1"), ("topP", "7"), ("minP", "-2"), ("repetitionPenalty", "0")].map {
      key, value in
      Misuse("a chat of decoded sampling values with \(key) \(value)", found: "'\(key)' is \(value)", expected: "from")
      {
        var object =
          try JSONSerialization.jsonObject(with: JSONEncoder().encode(SamplingOptions())) as? [String: Any] ?? [:]
        object[key] = Double(value)
        let json = try JSONSerialization.data(withJSONObject: object)
        let options = try JSONDecoder().decode(SamplingOptions.self, from: json)
        _ = try Sample.recall.makeChat(seed: 1, sampling: options)
      }
    }
    [
      Misuse("a layer's call with decoded norms of ε −1", found: -1, expected: "0 or more") {
        let json = #"{"retention":{"norm1":true,"norm2":false,"norm3":"off"},"group":"rms","epsilon":-1}"#
        _ = try Sample.layer(Sample.x, norms: JSONDecoder().decode(NormOptions.self, from: Data(json.utf8)))
      }
    ]
  }

  private static func decode<Value: Decodable & Sendable>(
    _ type: Value.Type, _ json: String, found: String, expected: String
  ) -> Misuse {
    Misuse("\(Value.self) from \(json)", found: found, expected: expected) {
      _ = try JSONDecoder().decode(type, from: Data(json.utf8))
    }
  }

  static let chats = table {
    ["", " ", "\n\t ", "\u{3000}"].map { message in
      Misuse("the message \(message.debugDescription)", found: "empty", expected: "Send some text") {
        _ = try await Sample.recall.makeChat(seed: 1).reply(to: message)
      }
    }
    [
      Misuse("a chat state of another model", found: "states of shape [2, 4, 8, 8]", expected: "states of shape [") {
        let state = await Sample.recall.makeChat(seed: 1).state
        try await Sample.chat.makeChat(seed: 1).restore(state)
      },
      Misuse("a chat state of a larger model", found: "states of shape [", expected: "states of shape [2, 4, 8, 8]") {
        let state = await Sample.chat.makeChat(seed: 1).state
        try await Sample.recall.makeChat(seed: 1).restore(state)
      },
      Misuse("a second reply", found: "still responding", expected: "Read that reply to its end") {
        let chat = Sample.recall.makeChat(seed: 1)
        var first = chat.respond(to: "A cat", maxTokens: 5).makeAsyncIterator()
        _ = try await first.next(isolation: nil)
        defer { withExtendedLifetime(first) {} }
        _ = try await chat.reply(to: "A dog")
      },
      Misuse("restoring during a reply", found: "still responding", expected: "Read that reply to its end") {
        let chat = Sample.recall.makeChat(seed: 1)
        let state = await chat.state
        var first = chat.respond(to: "A cat", maxTokens: 5).makeAsyncIterator()
        _ = try await first.next(isolation: nil)
        defer { withExtendedLifetime(first) {} }
        try await chat.restore(state)
      },
      Misuse("a state at a web address", found: "https://example.org/a", expected: "file URL") {
        try await Sample.recall.makeChat(seed: 1).state.write(to: URL(string: "https://example.org/a")!)
      },
      Misuse("a missing state", found: "no file", expected: "Check the path") {
        _ = try ChatState(contentsOf: URL(filePath: "/nonexistent/a.state"), for: Sample.recall)
      },
      Misuse("a missing persona", found: "no file", expected: "Check the path") {
        _ = try Sample.recall.makeChat(seed: 1, persona: URL(filePath: "/nonexistent/a.state"))
      },
      Misuse("weights as a persona", found: "no initial state", expected: "train --state-only") {
        _ = try Sample.recall.makeChat(
          seed: 1, persona: Sample.models.appending(path: "recall/model.safetensors"))
      },
      Misuse("weights as a state", found: "no 'retnet_chat_state'", expected: "ChatState.write") {
        _ = try ChatState(contentsOf: Sample.models.appending(path: "recall/model.safetensors"), for: Sample.recall)
      },
      Misuse("a configuration as a state", found: "config.json", expected: "safetensors") {
        _ = try ChatState(contentsOf: Sample.models.appending(path: "recall/config.json"), for: Sample.recall)
      },
    ]
    stateFiles
  }

  /// Damaged files of a chat's state.
  private static let stateFiles: [Misuse] = [
    file("of another model", found: "states of shape [2, 4, 8, 8]", expected: "[", model: { Sample.chat }) { _ in },
    file("at position −1", found: "-1", expected: "0 to 2^53") { $0.set("position", [Int64(-1)]) },
    file("at position 2⁶²", found: 1 << 62, expected: "0 to 2^53") { $0.set("position", [Int64(1 << 62)]) },
    file("at position 0 with recent tokens", found: "tokens", expected: "no more than its position 0") {
      $0.set("position", [Int64(0)])
    },
    file("with recent token −1", found: -1, expected: "tokens from 0 to") { $0.set("recent_tokens", [Int64(-1)]) },
    file("with a recent token of 2⁴⁰", found: 1 << 40, expected: "tokens from 0 to") {
      $0.set("recent_tokens", [Int64(1 << 40)])
    },
    file("with a generator of zeros", found: "four zeros", expected: "a nonzero state") {
      $0.set("generator", [UInt64](repeating: 0, count: 4))
    },
    file("with NaN in S", found: "layers.0.state", expected: "numbers") { $0.set("layers.0.state", [Float.nan]) },
    file("with ∞ in z", found: "layers.1.key_sum", expected: "numbers") {
      $0.set("layers.1.key_sum", [Double.infinity])
    },
    file("with c below 0", found: "-3.0", expected: "from 0 to its position") {
      $0.set("layers.1.decay_sum", [-3.0])
    },
    file("with c above its position", found: "1000000000.0", expected: "from 0 to its position") {
      $0.set("layers.0.decay_sum", [1e9])
    },
    file("of two heads", found: "1024 bytes", expected: "shape [2, 8, 8] of F32 needs 512") {
      $0.replace("[4,8,8]", "[2,8,8]")
    },
    file("without its last byte", found: "3543 bytes", expected: "ends at byte 3544") { $0.bytes.removeLast() },
    file("with a byte more", found: "3544 to 3545", expected: "no gaps") { $0.bytes.append(0) },
    file("without content", found: "is empty", expected: "safetensors file") { $0.bytes = Data() },
    file("of another version", found: "'9'", expected: "expected 1") {
      $0.replace(#""retnet_chat_state":"1""#, #""retnet_chat_state":"9""#)
    },
    file("with another tensor's name", found: "no tensor", expected: "layers.1.state") {
      $0.replace("layers.1.state", "layers.9.state")
    },
  ]

  private static func file(
    _ name: String, found: any CustomStringConvertible, expected: String,
    model: @escaping @Sendable () -> ChatModel = { Sample.recall },
    _ change: @escaping @Sendable (inout StateFile) -> Void
  ) -> Misuse {
    Misuse("a state file \(name)", found: "\(found)", expected: expected) {
      let chat = Sample.recall.makeChat(seed: 1)
      _ = try await chat.reply(to: "A cat", maxTokens: 3)
      let url = URL(filePath: NSTemporaryDirectory()).appending(path: "\(UUID().uuidString).state")
      defer { try? FileManager.default.removeItem(at: url) }
      try await chat.state.write(to: url)
      var file = StateFile(bytes: try Data(contentsOf: url))
      change(&file)
      try file.bytes.write(to: url)
      _ = try ChatState(contentsOf: url, for: model())
    }
  }

  static let folders = table {
    [
      "/nonexistent", "/dev/null", "/etc/hostname", "relative/nonexistent", "",
    ].flatMap { path in
      let url = URL(filePath: path)
      let readers: [(String, @Sendable () throws -> Void)] = [
        ("a model", { _ = try RetNetModel(contentsOf: url) }), ("a stack", { _ = try RetNetStack(contentsOf: url) }),
        ("a module", { _ = try MultiScaleRetention(contentsOf: url) }),
        ("a chat model", { _ = try ChatModel(contentsOf: url) }),
      ]
      return readers.map { name, read in
        Misuse("\(name) in '\(path)'", found: "'", expected: ".") { try read() }
      }
    }
    [
      Misuse("a model at a web address", found: "https://example.org/model", expected: "file URL") {
        _ = try RetNetModel(contentsOf: URL(string: "https://example.org/model")!)
      },
      Misuse("a tokenizer at a web address", found: "https://example.org/model", expected: "file URL") {
        _ = try Tokenizer(contentsOf: URL(string: "https://example.org/model")!)
      },
      Misuse("a chat model at a web address", found: "https://example.org/model", expected: "file URL") {
        _ = try ChatModel(contentsOf: URL(string: "https://example.org/model")!)
      },
      Misuse("a configuration as a tokenizer", found: "config.json", expected: "tokenizer") {
        _ = try Tokenizer(contentsOf: Sample.models.appending(path: "chat/config.json"))
      },
      Misuse("a language model as a stack", found: "no tensor", expected: "layers.0.0.pre_norm.weight") {
        _ = try RetNetStack(contentsOf: Sample.models.appending(path: "recall"))
      },
      Misuse("a language model as a module", found: "missing", expected: "dim_model") {
        _ = try MultiScaleRetention(contentsOf: Sample.models.appending(path: "recall"))
      },
      Misuse(
        "writing a layer without a configuration", found: "no configuration", expected: "RetentionModuleConfiguration"
      ) {
        try Sample.layer.write(to: URL(filePath: NSTemporaryDirectory()))
      },
      Misuse("writing a stack below a file", found: "/dev/null/stack", expected: "cannot be written") {
        try Sample.stack.write(to: URL(filePath: "/dev/null/stack"))
      },
      Misuse("a dialogue that is missing", found: "/nonexistent.txt", expected: "Check the path") {
        _ = try DialogueFile.read(path: "/nonexistent.txt")
      },
      Misuse("a file in a missing folder", found: "/nonexistent/a", expected: "cannot be written") {
        try AtomicFile.write("a", to: "/nonexistent/a")
      },
    ]
  }
}

/// The bytes of a state's file, with changes at the tensors that its header lists.
struct StateFile {
  var bytes: Data

  /// Overwrites the first elements of a tensor.
  mutating func set<Element>(_ tensor: String, _ values: [Element]) {
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try? JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: Any]
    guard let offsets = (header?[tensor] as? [String: Any])?["data_offsets"] as? [Int], let first = offsets.first else {
      preconditionFailure("no tensor '\(tensor)'")
    }
    let start = 8 + length + first
    values.withUnsafeBytes { bytes.replaceSubrange(start..<start + $0.count, with: $0) }
  }

  /// Replaces a text of the header by one of the same length.
  mutating func replace(_ old: String, _ new: String) {
    precondition(old.utf8.count == new.utf8.count)
    var rest = bytes.startIndex..<bytes.endIndex
    while let range = bytes.range(of: Data(old.utf8), in: rest) {
      bytes.replaceSubrange(range, with: Data(new.utf8))
      rest = range.upperBound..<bytes.endIndex
    }
  }
}
