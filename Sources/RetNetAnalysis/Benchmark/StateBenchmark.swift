import RetNet
import RetNetSession

/// The cost of storing a snapshot and of restoring it.
package enum StateBenchmark {
  package struct Result: Sendable, Hashable {
    /// Bytes of the model's whole state.
    package var bytes: Int
    /// Seconds to copy the state, as the app does before a step changes it.
    package var snapshotSeconds: Double
    /// Seconds to replace the current state by the snapshot, ready for the next step.
    package var restoreSeconds: Double
  }

  package static func run(_ model: RetNetModel, seconds: Double) throws -> Result {
    var present = Snapshot(state: model.makeState())
    _ = try Inference(model).step(0, norms: model.norms, state: &present.state)
    var restored: [Double] = []
    let samples = try TimedRounds.run(
      [
        TimedRounds.Trial(kind: "snapshot") {
          var snapshots = Snapshots(bytes: 0, each: 1)
          let copied = Stopwatch.seconds {
            snapshots.insert(present)
            touch(&present.state)
          }
          restored.append(
            Stopwatch.seconds {
              if let before = snapshots.last(atMost: .max) { present = before }
              touch(&present.state)
            })
          return copied
        }
      ], seconds: seconds, most: 1000)
    return Result(
      bytes: model.configuration.stateBytes, snapshotSeconds: samples[0]?.median ?? .nan,
      restoreSeconds: TimedRounds.Samples(restored)?.median ?? .nan)
  }

  /// Writes to every array of the state, which forces the copy of a shared array.
  private static func touch(_ state: inout ModelState) {
    for index in state.layers.indices {
      state.layers[index].matrix[0] += 0
      state.layers[index].keySum[0] += 0
      state.layers[index].decaySum[0] += 0
    }
  }
}
