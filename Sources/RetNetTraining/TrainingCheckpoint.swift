import Foundation
import RetNet

/// All that a run needs to go on bit for bit: parameters, moments and average in Float32, and where it is in its data.
///
/// One safetensors file, put in place by rename: a kill at any moment leaves the last checkpoint or the new one. The
/// shuffles follow from seed and epoch, so the cursor stands for the generator's state too.
package struct TrainingCheckpoint: Sendable, Hashable, Codable {
  package static let fileName = "training.safetensors"
  private static let metadataKey = "retnet_training"

  package var options: TrainingOptions
  package var step: Int
  package var tokens: Int
  package var seconds: Double
  package var cursor: TrainingCursor
  /// Of the corpus that the cursor counts in.
  var dataFingerprint: UInt64
  /// Where documents that are under way go on; their states are tensors. Nil where none are carried.
  package var open: [TrainingCorpus.Piece]?

  /// Writes the trainer's state to `path`. Throws `FileError.unwritable`; the file is then as it was.
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

  /// Reads what the file says beside the tensors. Throws `FileError`, `CheckpointError` or `TrainingError`.
  package static func read(path: String) throws -> (checkpoint: TrainingCheckpoint, file: SafetensorsFile) {
    let file = try SafetensorsFile(path: path)
    guard let json = file.metadata[metadataKey] else {
      throw TrainingError.notACheckpoint(path: path, reason: "it has no '\(metadataKey)' in its metadata")
    }
    do {
      return (try JSONDecoder().decode(TrainingCheckpoint.self, from: Data(json.utf8)), file)
    } catch {
      throw TrainingError.notACheckpoint(path: path, reason: "its '\(metadataKey)' is not what is written here")
    }
  }

  /// Puts the stored state into `trainer`. Throws `CheckpointError` where a tensor is missing or has another shape.
  func restore(_ trainer: Trainer, from file: SafetensorsFile) throws {
    let parts = Self.parts(of: trainer)
    let open = open ?? []
    guard open.allSatisfy({ trainer.canGoOn(with: $0) }) else {
      throw TrainingError.notACheckpoint(path: file.path, reason: "a document under way lies outside the data")
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
