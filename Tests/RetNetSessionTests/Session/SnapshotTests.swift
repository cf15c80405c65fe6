import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Snapshots of a conversation")
struct SnapshotTests {
  private func engine(snapshots: Int) throws -> Engine { try TimeTravelTests.engine(snapshots: snapshots) }

  /// The address of S of each layer.
  private func addresses(_ state: ModelState) -> [UnsafeRawPointer?] {
    state.layers.map { layer in layer.matrix.withUnsafeBytes { $0.baseAddress } }
  }

  @Test("The number of snapshots depends on memory: at least one of a large model, at most 512 of a small one")
  func limits() {
    // 24 layers of 8 heads of 256 × 512 numbers are 96 MiB.
    let large = ModelConfiguration(
      vocabularySize: 32000, modelDim: 2048, layers: 24, heads: 8, keyDim: 2048, valueDim: 4096, feedForwardDim: 5632)
    let each = Snapshot.byteCount(large)
    #expect(each > 24 * 8 * 256 * 512 * 4)
    #expect(each < 100 << 20)
    #expect(Snapshots(bytes: Engine.snapshotBytes, each: each).limit == 1)
    #expect(Snapshots(bytes: 3 * each, each: each).limit == 3)
    let small = ModelConfiguration(vocabularySize: 4096, modelDim: 256, layers: 6, heads: 8, feedForwardDim: 512)
    let count = Snapshots(bytes: Engine.snapshotBytes, each: Snapshot.byteCount(small)).limit
    #expect((128..<(64 << 20) / (384 << 10)).contains(count))
    #expect(Snapshots(bytes: Engine.snapshotBytes, each: 1).limit == 512)
    #expect(Snapshots(bytes: 0, each: 0).limit == 1)
  }

  @Test("Every step back restores the same bits, also with little memory", arguments: [0, 1, 3, 7])
  func back(snapshots: Int) async throws {
    let engine = try engine(snapshots: snapshots)
    var results: [StepResult] = []
    for text in ["where is the cat?", "who saw the dog"] {
      try await engine.submit(text)
      for try await result in engine.run(maximumTokens: 9) { results.append(result) }
    }
    #expect(await engine.snapshots.count == max(snapshots, 1))
    for expected in results.dropLast().reversed() {
      let result = try #require(try await engine.back())
      #expect(result.state == expected.state)
      #expect(result.trace == expected.trace)
      #expect((result.position, result.token, result.turn) == (expected.position, expected.token, expected.turn))
      #expect(result.turnText == expected.turnText)
      #expect(result.role == expected.role)
      #expect(result.logProbability == expected.logProbability)
      #expect(result.candidates == expected.candidates)
      #expect(await engine.snapshots.count <= max(snapshots, 1))
    }
    #expect(try await engine.back() == nil)
    // The first message is pending again, and the random numbers repeat.
    let first = results.prefix { $0.turn < 2 }
    for expected in first { #expect(try await engine.step()?.token == expected.token) }
  }

  @Test("Undoing turns older than the snapshots recomputes the step before them")
  func undo() async throws {
    let engine = try engine(snapshots: 2)
    var ends: [StepResult?] = [nil]
    for text in ["the cat", "the dog", "all dogs"] {
      try await engine.submit(text)
      for try await result in engine.run(maximumTokens: 6) { ends[ends.count - 1] = result }
      ends.append(nil)
    }
    for expected in [ends[1], ends[0], nil] {
      let (result, _) = try await engine.undoTurn()
      #expect(result?.state == expected?.state)
      #expect(result?.turnText == expected?.turnText)
      #expect(await engine.isReplying == false)
    }
    #expect(await engine.tokens.isEmpty)
  }

  @Test("A step changes its state in place: the address of S is constant")
  func inPlace() throws {
    let model = try RetNetModel.small(TrainedTokenizer.unigram.get())
    let inference = Inference(model)
    var state = model.makeState()
    let before = addresses(state)
    var trace = StepTrace()
    for token in [1, 5, 9] { _ = try inference.step(token, norms: model.norms, state: &state, trace: &trace) }
    #expect(addresses(state) == before)
    // The state is copied once, and only if it is shared.
    let held = state
    _ = try inference.step(3, norms: model.norms, state: &state)
    let moved = addresses(state)
    #expect(addresses(held) == before)
    #expect(zip(moved, before).allSatisfy { $0 != $1 })
    for token in [1, 5, 9] { _ = try inference.step(token, norms: model.norms, state: &state) }
    #expect(addresses(state) == moved)
  }

  @Test("The engine's snapshots share memory with the step results it has returned")
  func shared() async throws {
    let engine = try engine(snapshots: 5)
    try await engine.submit("where is the cat?")
    var results: [StepResult] = []
    for try await result in engine.run(maximumTokens: 9) { results.append(result) }
    let kept = await engine.snapshots
    #expect(kept.count == 5)
    for snapshot in kept.all {
      let result = results[snapshot.position - 1]
      #expect(addresses(snapshot.state) == addresses(result.state))
      #expect(snapshot.result.map { addresses($0.state) } == addresses(result.state))
    }
    #expect(kept.all.map(\.position) == Array(results.count - 5..<results.count))
  }
}
