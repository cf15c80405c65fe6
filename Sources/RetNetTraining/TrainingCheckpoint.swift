import Foundation
import RetNet

/// Everything that resumes a run bit for bit: parameters, moments and average as Float32, and the position in the data.
///
/// One safetensors file, replaced by an atomic rename: an interruption leaves either the old or the new checkpoint.
/// Shuffles depend only on seed and epoch, so the cursor also replaces the state of the random generator.
package struct TrainingCheckpoint: Sendable, Hashable, Codable {
  package static let fileName = "training.safetensors"
  private static let metadataKey = "retnet_training"
  /// Far above any run: it leaves room to count further.
  private static let mostTokens = 1 << 60

  package var options: TrainingOptions
  package var step: Int
  package var tokens: Int
  package var seconds: Double
  package var cursor: TrainingCursor
  /// Fingerprint of the corpus that the cursor refers to.
  var dataFingerprint: UInt64
  /// Continuations of partly read documents, whose states are stored as tensors. Nil without carried states.
  package var open: [TrainingCorpus.Piece]?

  /// Writes the trainer's state to `path`. Throws `FileError.unwritable`; the file is then unchanged.
  package static func write(_ trainer: Trainer, dataFingerprint: UInt64, seconds: Double, to path: String) throws {
    let checkpoint = TrainingCheckpoint(
      options: trainer.options, step: trainer.step, tokens: trainer.tokens, seconds: seconds, cursor: trainer.cursor,
      dataFingerprint: dataFingerprint, open: trainer.open.isEmpty ? nil : trainer.open)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = String(decoding: try encoder.encode(checkpoint), as: UTF8.self)
    let tensors = parts(of: trainer).flatMap { prefix, buffer in
      trainer.layout.entries.map { entry in
        SafetensorsWriter.Tensor(
          name: prefix + entry.name, type: .f32, shape: entry.shape,
          source: .later {
            .floats(Array(UnsafeBufferPointer(start: buffer.pointer + entry.offset, count: entry.count)))
          })
      }
    }
    try SafetensorsWriter.write(
      tensors + CarriedStates.tensors(trainer.states), metadata: [metadataKey: json], to: path)
  }

  /// Reads the metadata. Throws `FileError`, `CheckpointError` or `TrainingError`.
  package static func read(path: String) throws -> (checkpoint: TrainingCheckpoint, file: SafetensorsFile) {
    let file = try SafetensorsFile(path: path)
    guard let json = file.metadata[metadataKey] else {
      throw TrainingError.notACheckpoint(path: path, reason: "it has no '\(metadataKey)' in its metadata")
    }
    do {
      return (try JSONDecoder().decode(TrainingCheckpoint.self, from: Data(json.utf8)), file)
    } catch {
      throw TrainingError.notACheckpoint(path: path, reason: "its '\(metadataKey)' cannot be decoded")
    }
  }

  /// Restores the state of `trainer`. Throws `CheckpointError` if a tensor is missing or has another shape.
  func restore(_ trainer: Trainer, from file: SafetensorsFile) throws {
    let parts = Self.parts(of: trainer)
    let open = open ?? []
    func require(_ fits: Bool, _ what: String) throws {
      if !fits { throw TrainingError.notACheckpoint(path: file.path, reason: "its \(what) is out of range") }
    }
    try require((0...options.steps).contains(step), "step \(step) of \(options.steps)")
    try require((0...Self.mostTokens).contains(tokens), "number of tokens, \(tokens),")
    try require(seconds >= 0 && seconds.isFinite, "time, \(seconds) seconds,")
    try require((0...Self.mostTokens).contains(cursor.epoch), "epoch \(cursor.epoch)")
    try require(trainer.hasPiece(at: cursor), "piece \(cursor.index) of epoch \(cursor.epoch)")
    guard open.allSatisfy({ trainer.isContinuation($0) }) else {
      throw TrainingError.notACheckpoint(path: file.path, reason: "a partly read document lies outside the data")
    }
    let states = try CarriedStates.read(file, positions: open.map(\.position), empty: trainer.makeState())
    for (prefix, _) in parts {
      for entry in trainer.layout.entries { try file.require(prefix + entry.name, shape: entry.shape) }
    }
    for (prefix, buffer) in parts {
      for entry in trainer.layout.entries {
        let target = UnsafeMutableBufferPointer(start: buffer.pointer + entry.offset, count: entry.count)
        try file.read(prefix + entry.name, into: target)
      }
    }
    trainer.restore(step: step, tokens: tokens, cursor: cursor, open: open, states: states)
  }

  private static func parts(of trainer: Trainer) -> [(prefix: String, buffer: Buffer<Float>)] {
    [
      ("weight.", trainer.parameters), ("adam.m.", trainer.optimizer.firstMoment),
      ("adam.v.", trainer.optimizer.secondMoment),
    ] + (trainer.average.map { [("average.", $0.parameters)] } ?? [])
  }
}
