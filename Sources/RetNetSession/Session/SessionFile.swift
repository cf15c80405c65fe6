import Foundation
import RetNet

/// A recorded session that can be recomputed bit for bit: tokens and step options, without states.
///
///     {"format":"retnet session","version":1,"model":{"name":…,"sha256":…},"sampling":{…},
///      "branch":0,"position":40,"branches":[…]}
package struct SessionFile: Sendable, Hashable {
  /// The model that the session was recorded with.
  package struct Model: Sendable, Hashable, Codable {
    package var name: String
    /// SHA-256 of the weights' bytes, 64 hexadecimal digits (`SessionFile.hash`).
    package var sha256: String

    package init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// The version that is written and read.
  package static let version = 1

  package var model: Model
  /// SHA-256 of the initial state (`InitialState.sha256`); nil is an empty state.
  package var initialState: String?
  package var sampling: SamplingOptions
  /// In the order of creation.
  package var branches: [RecordedBranch]
  /// Id of the current branch.
  package var branch: Int
  /// The position in the current branch.
  package var position: Int
  /// Bookmarks and notes; without any, the file has no such key.
  package var marks: [NodeMark]

  package init(
    model: Model, initialState: String? = nil, sampling: SamplingOptions, branches: [RecordedBranch], branch: Int,
    position: Int, marks: [NodeMark] = []
  ) {
    self.model = model
    self.initialState = initialState
    self.sampling = sampling
    self.branches = branches
    self.branch = branch
    self.position = position
    self.marks = marks
  }

  /// SHA-256 of the weights in a model folder: of `model.safetensors`, or of all shards in the order of their names.
  ///
  /// Reads every byte: milliseconds for a small model, seconds for gigabytes.
  /// - Throws: `FileError` or `CheckpointError`.
  package static func hash(ofModelIn folder: String) throws -> String {
    let (whole, index) = (
      ModelFolder.path(folder, ModelFolder.weightsFile), ModelFolder.path(folder, ModelFolder.indexFile)
    )
    guard !FileManager.default.fileExists(atPath: whole), FileManager.default.fileExists(atPath: index) else {
      return try SHA256.hex(ofFile: whole)
    }
    var hash = SHA256()
    for shard in Set(try ShardIndex(path: index).shards.values).sorted() {
      try hash.update(file: ModelFolder.path(folder, shard))
    }
    return hash.hex()
  }
}

// MARK: Reading and writing

extension SessionFile {
  /// Reads a session of this model. Throws `FileError` or `SessionFileError`.
  ///
  /// - Parameter sha256: hash of the model's weights.
  package static func read(
    from path: String, for configuration: ModelConfiguration, sha256: String
  ) throws -> SessionFile {
    let session = try SessionFile(json: try FileBytes.read(path))
    try session.check(for: configuration, sha256: sha256)
    return session
  }

  /// Writes the file atomically. Throws `FileError.unwritable`.
  package func write(to path: String) throws { try AtomicFile.write(try json(), to: path) }

  /// Throws `SessionFileError` if `json` is not a consistent session.
  package init(json: Data) throws {
    let decoder = JSONDecoder()
    do {
      // The version is decoded first, since other versions may have a different structure.
      let head = try decoder.decode(Head.self, from: json)
      guard head.format == Self.format else {
        throw SessionFileError.notASession(reason: "its format is '\(head.format)', not '\(Self.format)'")
      }
      guard head.version == Self.version else {
        throw SessionFileError.unsupportedVersion(found: head.version, supported: Self.version)
      }
      self = try decoder.decode(SessionFile.self, from: json)
    } catch let error as DecodingError {
      throw SessionFileError(error)
    }
    try checkSampling()
    try checkLengths()
  }

  /// The session as one line of JSON.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  package static let format = "retnet session"
  /// Leaves room to number further branches.
  private static let largestId = 1 << 32

  private struct Head: Decodable {
    var format: String
    var version: Int
  }
}

// MARK: Checks

extension SessionFile {
  /// Throws `SessionFileError` if the session cannot be recomputed with this model.
  ///
  /// - Parameter sha256: hash of the model's weights.
  package func check(for configuration: ModelConfiguration, sha256: String) throws {
    guard model.sha256 == sha256 else {
      throw SessionFileError.otherModel(name: model.name, expected: model.sha256, found: sha256)
    }
    for branch in branches {
      for (index, token) in branch.allTokens.enumerated() where !(0..<configuration.vocabularySize).contains(token) {
        throw SessionFileError.tokenOutsideVocabulary(
          branch: branch.id, index: index, token: token, vocabularySize: configuration.vocabularySize)
      }
      for run in StepOptionsRun.runs(of: branch.options) { try check(run.options, configuration) }
    }
  }

  private func checkSampling() throws {
    do throws(ChatError) {
      try sampling.check()
    } catch .sampling(let name, let found, let expected) {
      throw SessionFileError.outOfRange(what: "the sampling value '\(name)'", found: found, expected: expected)
    }
  }

  private func check(_ options: StepOptions, _ configuration: ModelConfiguration) throws {
    func check(_ index: HeadIndex) throws {
      try require(
        (0..<configuration.layers).contains(index.layer) && (0..<configuration.heads).contains(index.head),
        "a change of", "layer \(index.layer) head \(index.head)",
        "one of \(configuration.layers) layers and \(configuration.heads) heads")
    }
    for (index, change) in options.changes.heads {
      try check(index)
      try require(change.scale.isFinite, "a head's scale", "\(change.scale)", "a finite number")
      if let gamma = change.gamma {
        try require((0...1).contains(gamma), "a decay", "\(gamma)", "a number from 0 to 1")
      }
    }
    for edit in options.edits {
      switch edit {
      case .zero(let index): try check(index)
      case .copy(let from, let to):
        try check(from)
        try check(to)
      }
    }
  }

  private func checkLengths() throws {
    let ids = Set(branches.map(\.id))
    try require(ids.count == branches.count, "branches of", "one id", "an id of its own for each")
    for branch in branches {
      let (name, count) = ("branch \(branch.id)", branch.tokens.count)
      try require(
        (0...Self.largestId).contains(branch.id), "a branch with the id", "\(branch.id)",
        "one from 0 to \(Self.largestId)")
      try require(
        (0...count).contains(branch.fork), "\(name) with a fork at", "\(branch.fork)", "one from 0 to \(count)")
      if let parent = branch.parent {
        try require(
          ids.contains(parent) && parent < branch.id, "\(name) from branch", "\(parent)",
          "an earlier one of its branches")
      }
      var last = -1
      for turn in branch.turns {
        try require(
          turn.index > last && turn.index < count, "\(name) with a turn at", "\(turn.index)",
          "turns in order, before its end at \(count)")
        last = turn.index
      }
    }
    guard let current = branches.first(where: { $0.id == branch }) else {
      throw SessionFileError.outOfRange(
        what: "as its current branch", found: "\(branch)", expected: "one of its branches")
    }
    try require(
      (0...current.tokens.count).contains(position), "as its current position", "\(position)",
      "one from 0 to \(current.tokens.count)")
    try checkMarks()
  }

  /// Throws `SessionFileError` if the tokens that a branch shares with its parent differ.
  func checkShared() throws {
    let all = Dictionary(branches.map { ($0.id, $0) }) { first, _ in first }
    for branch in branches {
      guard let parent = branch.parent.flatMap({ all[$0] }) else { continue }
      let shared = zip(zip(branch.tokens, branch.options), zip(parent.tokens, parent.options))
      let common = shared.prefix { $0 == $1 }.count
      try require(
        branch.fork <= common, "branch \(branch.id) with a fork at", "\(branch.fork)",
        "one up to \(common), the tokens that it shares with branch \(parent.id)")
    }
  }

  func require(_ fits: Bool, _ what: String, _ found: String, _ expected: String) throws {
    if !fits { throw SessionFileError.outOfRange(what: what, found: found, expected: expected) }
  }
}

extension SessionFile: Codable {
  private enum CodingKeys: String, CodingKey {
    case format, version, model, initialState, sampling, branches, branch, position, marks
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try values.decode(Model.self, forKey: .model)
    initialState = try values.decodeIfPresent(String.self, forKey: .initialState)
    sampling = try values.decode(SamplingOptions.self, forKey: .sampling)
    branches = try values.decode([RecordedBranch].self, forKey: .branches)
    branch = try values.decode(Int.self, forKey: .branch)
    position = try values.decode(Int.self, forKey: .position)
    marks = try values.decodeIfPresent([NodeMark].self, forKey: .marks) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Self.format, forKey: .format)
    try values.encode(Self.version, forKey: .version)
    try values.encode(model, forKey: .model)
    try values.encodeIfPresent(initialState, forKey: .initialState)
    try values.encode(sampling, forKey: .sampling)
    try values.encode(branches, forKey: .branches)
    try values.encode(branch, forKey: .branch)
    try values.encode(position, forKey: .position)
    if !marks.isEmpty { try values.encode(marks, forKey: .marks) }
  }
}

extension SessionFileError {
  fileprivate init(_ error: DecodingError) {
    func path(_ keys: [any CodingKey]) -> String {
      keys.reduce("") { path, key in
        path + (key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? key.stringValue : ".\(key.stringValue)"))
      }
    }
    switch error {
    case .dataCorrupted(let context) where context.codingPath.isEmpty: self = .notJSON
    case .keyNotFound(let key, let context):
      self = .notASession(reason: "'\(path(context.codingPath + [key]))' is missing")
    case .valueNotFound(_, let context), .typeMismatch(_, let context), .dataCorrupted(let context):
      let keyPath = path(context.codingPath)
      self = .notASession(reason: keyPath.isEmpty ? "it is not an object" : "'\(keyPath)' is not valid in a session")
    @unknown default: self = .notASession(reason: "a part of it cannot be read")
    }
  }
}
