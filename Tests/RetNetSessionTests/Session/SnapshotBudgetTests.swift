import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Budget of snapshots")
struct SnapshotBudgetTests {
  /// Bytes of the arrays of a snapshot, counted one by one.
  private func bytes(_ snapshot: Snapshot) -> Int {
    let state = snapshot.state.layers.reduce(0) {
      $0 + 4 * $1.matrix.count + 8 * $1.keySum.count + 8 * $1.decaySum.count
    }
    let trace = snapshot.result?.trace.layers.reduce(0) { $0 + 4 * $1.count + 16 * $1.heads } ?? 0
    let text = (snapshot.result?.turnText.utf8.count ?? 0) + (snapshot.result?.piece.utf8.count ?? 0)
    let candidates = snapshot.result?.candidates.reduce(0) {
      $0 + MemoryLayout<StepResult.Candidate>.stride + $1.piece.utf8.count
    }
    return state + trace + text + (candidates ?? 0) + 4 * (snapshot.next?.logits.count ?? 0)
      + 8 * snapshot.divisions.count
  }

  @Test("After 50,000 tokens the snapshots are within their budget, dense at the end, and return the same bits")
  func longConversation() async throws {
    let snapshots = 64
    let engine = try TimeTravelTests.engine(snapshots: snapshots)
    let budget = snapshots * Snapshot.byteCount(engine.model.configuration)
    var checked: [Int] = []
    while await engine.session.length < 50_000 {
      try await engine.submit("where is the cat?")
      var replied = 0
      run: while replied < 4000 {
        let batch = await engine.steps(for: .seconds(60), maximumReply: 4000 - replied)
        replied += batch.replyTokens
        switch batch.end {
        case .more: if batch.result == nil { break run }
        case .replyEnded: break run
        case .breakpoint, .failed: Issue.record("the run ended: \(batch.end)")
        }
      }
      await engine.endReply()
      checked.append(await engine.snapshots.all.reduce(0) { $0 + bytes($1) })
    }
    #expect(checked.allSatisfy { $0 <= budget })
    let (length, positions) = (await engine.session.length, await engine.snapshots.all.map(\.position))
    #expect(positions.count == snapshots)
    #expect(positions == positions.sorted())
    // The newest in every 64 tokens, and never further apart than half of the distance to the end.
    for (before, after) in zip([0] + positions, positions + [length]) {
      #expect(after - before <= max(128, (length - before) / 2), "\(before) and \(after) of \(length)")
    }
    #expect(positions.count { $0 > length - 64 * 24 } >= 20)

    // A plain run gives the states to compare with.
    var random = SeededGenerator(seed: 7)
    let wanted = Set((0..<12).map { _ in Int(random.next() % UInt64(length)) + 1 } + [1, length])
    let inference = Inference(engine.model)
    var (state, states) = (engine.model.makeState(), [Int: ModelState]())
    for token in await engine.conversation.recorded {
      _ = try inference.step(token, norms: engine.model.norms, state: &state)
      if wanted.contains(state.position) { states[state.position] = state }
    }
    for position in wanted.sorted(by: >) {
      #expect(try await engine.go(to: position)?.state == states[position])
      #expect(await engine.snapshots.count <= snapshots)
    }
  }

  @Test("Starts of turns are kept longer than other positions, and branches share the snapshots before their fork")
  func anchors() {
    var snapshots = Snapshots(bytes: 32, each: 1)
    func snapshot(_ position: Int) -> Snapshot {
      var layer = RetentionState<Float>(heads: 1, headDim: 1, valueDim: 1)
      layer.position = position
      return Snapshot(state: ModelState(layers: [layer]))
    }
    let starts = [100, 230, 410]
    for position in 1...500 { snapshots.insert(snapshot(position), isAnchor: starts.contains(position)) }
    #expect(snapshots.count == 32)
    for start in starts { #expect(snapshots.last(atMost: start)?.position == start) }
    #expect(snapshots.all.map(\.position).suffix(16) == Array(485...500)[...])

    // Branch 1 forks at 410, branch 2 from it at 420.
    for position in 411...420 { snapshots.insert(snapshot(position), of: 1, fork: 410) }
    let path: [Snapshots.Segment] = [(2, .max), (1, 420), (0, 410)]
    #expect(snapshots.last(atMost: 1000, on: path)?.position == 420)
    #expect(snapshots.last(atMost: 410, on: path)?.position == 410)
    #expect(snapshots.last(atMost: 1000)?.position == 500)
    snapshots.insert(snapshot(421), of: 2, fork: 420)
    #expect(snapshots.last(atMost: 1000, on: path)?.position == 421)
    #expect(snapshots.last(atMost: 1000, on: [(1, .max), (0, 410)])?.position == 420)
  }

  @Test("The path and the owner of a position follow the forks")
  func lineage() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    for try await _ in engine.run(maximumTokens: 9) {}
    let start = await engine.conversation.start(ofTurn: 1)
    for _ in 0..<2 {
      _ = try await engine.change(turn: 1, .regenerate())
      for _ in 0..<4 { _ = try await engine.step() }
    }
    let branches = await engine.branches
    #expect(branches.path(of: 2).map(\.branch) == [2, 0])
    #expect(branches.path(of: 2).map(\.end) == [.max, start])
    #expect(branches.owner(of: start).branch == 0)
    #expect(branches.owner(of: start + 1).branch == 2)
    #expect(branches.owner(of: start + 1).fork == start)
    #expect(branches.count(continuing: start, await engine.conversation) == 3)
    #expect(branches.count(continuing: start + 1, await engine.conversation) == 1)
  }

  @Test("A session file whose branches differ before their fork is refused")
  func wrongFork() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    for try await _ in engine.run(maximumTokens: 9) {}
    _ = try await engine.change(turn: 1, .regenerate())
    _ = try await engine.step()
    var file = await engine.recording(SessionFile.Model(name: "tiny", sha256: "0"))
    try await engine.open(file, sha256: "0")
    file.branches[1].tokens[2] = file.branches[1].tokens[2] == 9 ? 10 : 9
    let fork = file.branches[1].fork
    await #expect(
      throws: SessionFileError.outOfRange(
        what: "branch 1 with a fork at", found: "\(fork)",
        expected: "one up to 2, the tokens that it shares with branch 0")
    ) { try await engine.open(file, sha256: "0") }
    #expect(await engine.session.branches.count == 2)
  }
}
