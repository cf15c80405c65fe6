import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Session files")
struct SessionFileTests {
  static let configuration = ModelConfiguration(
    vocabularySize: 100, modelDim: 8, layers: 2, heads: 2, feedForwardDim: 8)
  static let hash = String(repeating: "0123456789abcdef", count: 4)

  /// Two branches under several conditions.
  static func session() -> SessionFile {
    var sampling = SamplingOptions()
    sampling.temperature = 0.7
    sampling.seed = .max
    let norms = NormOptions(
      retention: RetentionNorms(norm1: false, norm2: true, norm3: .paper), group: .rms, epsilon: 1e-3)
    var changes = HeadOverrides()
    changes[HeadIndex(layer: 1, head: 0)] = HeadOverride(scale: 0.1, isFrozen: true)
    changes[HeadIndex(layer: 0, head: 1)].gamma = 1.0 / 3
    let (zeroed, copied) = (HeadIndex(layer: 0, head: 0), HeadIndex(layer: 1, head: 1))
    let edited = StepOptions(
      norms: norms, changes: changes, edits: [.zero(zeroed), .copy(from: zeroed, to: copied)])
    let first = RecordedBranch(
      tokens: [1, 99, 0, 5], options: Array(repeating: StepOptions(norms: norms), count: 4),
      turns: [.init(index: 0, speaker: .user), .init(index: 2, speaker: .reply)])
    let second = RecordedBranch(
      id: 1, parent: 0, fork: 2, tokens: [1, 99, 7],
      options: [StepOptions(norms: norms), edited, StepOptions(norms: norms, changes: changes)],
      turns: [.init(index: 0, speaker: .user)], pending: [.init(token: 42), .init(token: 4, opens: .reply)])
    return SessionFile(
      model: .init(name: "chat", sha256: hash), sampling: sampling, branches: [first, second], branch: 1, position: 2)
  }

  /// The session's JSON with one substring replaced.
  private func json(_ old: String, _ new: String) throws -> Data {
    let text = String(decoding: try Self.session().json(), as: UTF8.self)
    try #require(text.contains(old), "\(text)")
    return Data(text.replacing(old, with: new, maxReplacements: 1).utf8)
  }

  private func reading(_ data: Data) throws {
    try SessionFile(json: data).check(for: Self.configuration, sha256: Self.hash)
  }

  @Test("A session is read back as written")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("session.json")
    try Self.session().write(to: path)
    #expect(try SessionFile.read(from: path, for: Self.configuration, sha256: Self.hash) == Self.session())
    let empty = SessionFile(
      model: .init(name: "\"x\"\n", sha256: ""), sampling: SamplingOptions(),
      branches: [RecordedBranch(tokens: [], options: [], turns: [])], branch: 0, position: 0)
    #expect(try SessionFile(json: empty.json()) == empty)
  }

  @Test("Conditions are written as runs, changes and edits with readable keys")
  func text() throws {
    let text = String(decoding: try Self.session().json(), as: UTF8.self)
    let norms =
      #""norms":{"epsilon":0.001,"group":"rms","retention":{"norm1":false,"norm2":true,"norm3":"paper"}}"#
    #expect(text.contains(#""conditions":[{"count":4,"# + norms + "}]"))
    #expect(
      text.contains(
        #"{"changes":[{"gamma":0.3333333333333333,"head":1,"layer":0},{"frozen":true,"head":0,"layer":1,"scale":0.1}],"#
          + #""count":1,"edits":[{"zero":{"head":0,"layer":0}},"#
          + #"{"copy":{"from":{"head":0,"layer":0},"to":{"head":1,"layer":1}}}],"# + norms + "}"))
    #expect(text.contains(#""turns":[{"index":0,"speaker":"user"},{"index":2,"speaker":"reply"}]"#))
    #expect(text.contains(#""format":"retnet session""#))
    #expect(text.contains(#""version":1"#))
  }

  @Test("A thousand tokens under the same conditions need little more than the tokens")
  func size() throws {
    var session = Self.session()
    session.branches = [
      RecordedBranch(
        tokens: Array(repeating: 42, count: 1000), options: Array(repeating: StepOptions(), count: 1000),
        turns: [])
    ]
    session.branch = 0
    #expect(try session.json().count < 3000 + 700)
    #expect(try SessionFile(json: session.json()) == session)
  }

  @Test("Unknown keys are ignored")
  func unknownKeys() throws {
    #expect(try SessionFile(json: json("{", #"{"note":{"by":"somebody"},"#)) == Self.session())
  }

  @Test("The error names a file that is no session", arguments: ["", "no JSON", "{\"format\":", "[1,", "\u{1}"])
  func notJSON(_ text: String) {
    #expect(throws: SessionFileError.notJSON) { try SessionFile(json: Data(text.utf8)) }
  }

  @Test(
    "JSON of another structure is an error with the path",
    arguments: [
      (#""format":"retnet session""#, #""format":"x""#, "its format is 'x', not 'retnet session'"),
      (#""format":"retnet session","#, "", "'format' is missing"),
      (#""sha256":"#, #""hash":"#, "'model.sha256' is missing"),
      (#""temperature":0.7"#, #""temperature":"hot""#, "'sampling.temperature' is not valid in a session"),
      (#""tokens":[1,99,7]"#, #""tokens":[1,"a",7]"#, "'branches[1].tokens[1]' is not valid in a session"),
      (#""speaker":"reply""#, #""speaker":"bot""#, "'branches[0].turns[1].speaker' is not valid in a session"),
      (#""zero":{"#, #""nothing":{"#, "'branches[1].conditions[1].edits' is not valid in a session"),
    ])
  func otherShape(_ old: String, _ new: String, _ reason: String) throws {
    let data = try json(old, new)
    #expect(throws: SessionFileError.notASession(reason: reason)) { try SessionFile(json: data) }
    #expect(throws: SessionFileError.notASession(reason: "it is not an object")) {
      try SessionFile(json: Data("[1]".utf8))
    }
  }

  @Test("The version is checked before the other keys")
  func version() throws {
    #expect(throws: SessionFileError.unsupportedVersion(found: 2, supported: 1)) {
      try SessionFile(json: Data(#"{"format":"retnet session","version":2}"#.utf8))
    }
  }

  @Test("Conditions for more or fewer steps than tokens are refused before memory is allocated")
  func lengths() throws {
    for count in ["3", "5", "0", "-1", "4611686018427387904"] {
      let data = try json(#"{"count":4,"#, "{\"count\":\(count),")
      #expect(throws: SessionFileError.optionsCountMismatch(branch: 0)) { try SessionFile(json: data) }
    }
  }

  @Test("The error names a token outside of the vocabulary and its index", arguments: [-1, 100])
  func vocabulary(_ token: Int) throws {
    let data = try json(#""tokens":[1,99,7]"#, "\"tokens\":[1,99,\(token)]")
    #expect(
      throws: SessionFileError.tokenOutsideVocabulary(branch: 1, index: 2, token: token, vocabularySize: 100)
    ) { try reading(data) }
  }

  @Test("Weights with another hash are another model")
  func model() throws {
    let other = String(repeating: "f", count: 64)
    #expect(throws: SessionFileError.otherModel(name: "chat", expected: Self.hash, found: other)) {
      try Self.session().check(for: Self.configuration, sha256: other)
    }
  }

  @Test(
    "Invalid numbers are refused",
    arguments: [
      (#""fork":2"#, #""fork":4"#), (#""fork":2"#, #""fork":-1"#), (#""parent":0"#, #""parent":7"#),
      (#""parent":0"#, #""parent":1"#), (#""id":1"#, #""id":0"#),
      (#""id":1"#, #""id":9223372036854775807"#),
      (#""branch":1"#, #""branch":2"#),
      (#""position":2"#, #""position":4"#), (#"{"index":2,"#, #"{"index":4,"#), (#"{"index":2,"#, #"{"index":0,"#),
      (#""layer":1,"scale""#, #""layer":2,"scale""#), (#""zero":{"head":0"#, #""zero":{"head":2"#),
      (#""to":{"head":1"#, #""to":{"head":-1"#), (#""gamma":0.333"#, #""gamma":1.333"#),
    ])
  func outOfRange(_ old: String, _ new: String) throws {
    let data = try json(old, new)
    let error = #expect(throws: SessionFileError.self) { try reading(data) }
    guard case .outOfRange = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "Sampling values out of range are refused by name",
    arguments: [
      (#""repetitionWindow":64"#, #""repetitionWindow":-1"#), (#""topK":40"#, #""topK":-3"#),
      (#""repetitionPenalty":"#, #""repetitionPenalty":-"#), (#""frequencyPenalty":0"#, #""frequencyPenalty":1e9"#),
      (#""topP":"#, #""topP":9"#),
    ])
  func sampling(_ old: String, _ new: String) throws {
    let error = #expect(throws: SessionFileError.self) { try reading(try json(old, new)) }
    let name = old.split(separator: "\"")[0]
    #expect("\(try #require(error))".contains("'\(name)'"))
  }

  @Test("A session of an earlier version, without the newer sampling values, is read with their defaults")
  func olderSampling() throws {
    var text = String(decoding: try Self.session().json(), as: UTF8.self)
    for key in ["frequencyPenalty", "presencePenalty", "topNSigma", "typicalP", "logitBias"] {
      // The first key has a comma after it, the others before.
      let value = "\"\(key)\":(\\{\\}|[^,{}]*)"
      let (after, before) = (try Regex(",\(value)"), try Regex("\(value),"))
      let found = text.firstMatch(of: after) ?? text.firstMatch(of: before)
      text.removeSubrange(try #require(found).range)
    }
    #expect(try SessionFile(json: Data(text.utf8)) == Self.session())
  }

  @Test("A branch comes from an earlier one, so that no branches come from each other")
  func parents() throws {
    func branch(_ id: Int, _ parent: Int?) -> RecordedBranch {
      RecordedBranch(id: id, parent: parent, fork: 0, tokens: [], options: [], turns: [])
    }
    for (branches, isRead) in [([branch(0, nil), branch(1, 0)], true), ([branch(0, 1), branch(1, 0)], false)] {
      let session = SessionFile(
        model: .init(name: "chat", sha256: Self.hash), sampling: SamplingOptions(), branches: branches, branch: 0,
        position: 0)
      let data = try session.json()
      if isRead { try reading(data) } else { #expect(throws: SessionFileError.self) { try reading(data) } }
    }
  }

  @Test("Every message is one line")
  func messages() {
    let errors: [SessionFileError] = [
      .notJSON, .notASession(reason: "'model' is missing"), .unsupportedVersion(found: 2, supported: 1),
      .otherModel(name: "chat", expected: Self.hash, found: Self.hash), .optionsCountMismatch(branch: 1),
      .tokenOutsideVocabulary(branch: 1, index: 2, token: 3, vocabularySize: 2),
      .outOfRange(what: "a decay", found: "2", expected: "a number from 0 to 1"),
    ]
    for error in errors {
      #expect(!error.description.contains("\n"))
      #expect(error.description.hasSuffix("."))
    }
    #expect(
      errors[3].description
        == "The session was recorded with the model 'chat' whose weights have SHA-256 0123456789ab…, "
        + "but this model's weights have 0123456789ab…. Open it with that model.")
  }

  @Test("The hash of a model is that of its weights' bytes, of all shards in the order of their names")
  func hash() throws {
    let folder = try TemporaryFolder()
    let bytes = { (name: String) in try folder.write(name, name) }
    _ = try bytes("model-1.safetensors")
    _ = try bytes("model-2.safetensors")
    _ = try folder.write(
      ModelFolder.indexFile,
      #"{"weight_map":{"a":"model-2.safetensors","b":"model-1.safetensors","c":"model-2.safetensors"}}"#)
    // sha256sum of "model-1.safetensorsmodel-2.safetensors", then of "abc".
    #expect(
      try SessionFile.hash(ofModelIn: folder.url.path)
        == "b75cd3a60482d0f49578b0ce9cf222a08d1c5e9c58ead833f4377484e46046af")
    _ = try folder.write(ModelFolder.weightsFile, "abc")
    #expect(
      try SessionFile.hash(ofModelIn: folder.url.path)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
