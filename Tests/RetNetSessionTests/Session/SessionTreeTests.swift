import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("The session as a tree")
struct SessionTreeTests {
  /// A session whose branches fork at random nodes, as `:grow` makes them.
  private static func grown(_ rounds: Int, each: Int = 3, tokens: Int = 10, snapshots: Int = 40) async throws -> Engine
  {
    let engine = try TimeTravelTests.engine(snapshots: snapshots)
    try await engine.submit("where is the cat?")
    var steps = 0
    while steps < 24, try await engine.step() != nil { steps += 1 }
    var random = SeededGenerator(seed: 3)
    for _ in 0..<rounds {
      let branches = await engine.session.branches
      let branch = branches[random.index(below: branches.count)]
      let node = branch.fork + random.index(below: max(branch.length - branch.fork, 1)) + 1
      _ = try await engine.visit(min(node, branch.length), on: branch.id)
      for continuation in await engine.continuations(each) {
        _ = await engine.keep(try await engine.extend(continuation, to: tokens))
      }
    }
    return engine
  }

  /// The logits and the state of a new model after plain steps with the tokens of a branch.
  private static func plain(
    _ engine: Engine, _ branch: RecordedBranch, _ position: Int
  ) throws -> (logits: [Float], state: ModelState) {
    let inference = Inference(engine.model)
    var state = engine.model.makeState()
    var logits: [Float] = []
    for token in branch.tokens.prefix(position) {
      logits = Array(try inference.step(token, norms: engine.model.norms, state: &state))
    }
    return (logits, state)
  }

  @Test(
    "Any node of any branch has the bits of a plain run of its tokens, with any memory limit", arguments: [1, 12, 40])
  func sameBits(snapshots: Int) async throws {
    let engine = try await Self.grown(12, snapshots: snapshots)
    let recorded = await engine.recording(SessionFile.Model(name: "", sha256: "")).branches
    #expect(recorded.count > 12)
    var random = SeededGenerator(seed: 5)
    for _ in 0..<40 {
      let branch = recorded[random.index(below: recorded.count)]
      let position = 1 + random.index(below: branch.tokens.count)
      let result = try #require(try await engine.visit(position, on: branch.id))
      let (logits, state) = try Self.plain(engine, branch, position)
      #expect(result.position == position)
      #expect(result.state == state)
      #expect(await engine.nextToken?.logits == logits)
      #expect(await engine.session.branch == branch.id)
      #expect(await engine.tokens == Array(branch.tokens.prefix(position)))
    }
  }

  @Test("The snapshots of all branches stay within the limit")
  func memory() async throws {
    let engine = try await Self.grown(20, snapshots: 12)
    #expect(await engine.snapshots.count == 12)
  }

  @Test("A node of a visited branch is recomputed with fewer steps than from the start")
  func nearStates() async throws {
    let engine = try await Self.grown(20)
    let branches = await engine.session.branches
    let deep = try #require(branches.max { $0.length < $1.length })
    _ = try await engine.visit(deep.length, on: deep.id)
    _ = try await engine.visit(3, on: 0)
    let start = try await engine.begin(visit: deep.length, on: deep.id)
    #expect((start.result?.position ?? 0) > 3)
  }

  @Test("With the snapshots of the app, a node of a thousand branches is at most 128 steps from one")
  func distances() async throws {
    // 64 MiB hold so many snapshots of the bundled chat model.
    let engine = try TimeTravelTests.engine(snapshots: 140)
    try await engine.submit("where is the cat?")
    while await engine.hasTyped { _ = try await engine.step() }
    while await engine.session.position < 900 {
      let candidates = try #require(await engine.current.result).candidates
      for candidate in candidates { if (try? await engine.pick(candidate.token)) != nil { break } }
    }
    var random = SeededGenerator(seed: 2)
    func node(_ branches: [SessionSummary.Branch]) -> (position: Int, branch: Int) {
      let branch = branches[random.index(below: branches.count)]
      let first = max(branch.fork + 1, 200)
      return (min(first + random.index(below: max(branch.length - first + 1, 1)), branch.length), branch.id)
    }
    for _ in 0..<600 where await engine.session.branches.count < 1000 {
      let (position, branch) = node(await engine.session.branches)
      _ = try await engine.visit(position, on: branch)
      for continuation in await engine.continuations(8) {
        _ = await engine.keep(try await engine.extend(continuation, to: 16))
      }
    }
    let branches = await engine.session.branches
    #expect(branches.count >= 1000)
    var steps: [Int] = []
    for _ in 0..<300 {
      let (position, branch) = node(branches)
      let start = try await engine.begin(visit: position, on: branch).result?.position ?? 0
      steps.append(position - start)
      _ = try await engine.visit(position, on: branch)
    }
    #expect(steps.sorted().last ?? 0 <= 128, "\(steps.sorted().suffix(9))")
    #expect(await engine.snapshots.count <= 140)
  }

  @Test("The same session gives the same continuations, and each has random numbers of its own")
  func continuations() async throws {
    func texts(_ engine: Engine) async throws -> [[String]] {
      var texts: [[String]] = []
      for continuation in await engine.continuations(4) {
        texts.append(try await engine.extend(continuation, to: 12).tokens.map(\.text))
      }
      return texts
    }
    let (one, other) = (try await Self.grown(0), try await Self.grown(0))
    let first = try await texts(one)
    #expect(first.count == 4)
    #expect(try await texts(other) == first)
    #expect(Set(first).count > 1)
    // Continuations that are kept give way to others.
    for continuation in await one.continuations(4) { _ = await one.keep(try await one.extend(continuation, to: 12)) }
    #expect(try await texts(one) != first)
  }

  @Test("A continuation is a branch with the probabilities that plain steps give its tokens")
  func probabilities() async throws {
    let engine = try await Self.grown(0)
    let position = await engine.session.position
    let drawn = try await engine.extend(try #require(await engine.continuations(1).first), to: 8)
    let id = try #require(await engine.keep(drawn))
    #expect(await engine.keep(drawn) != id)
    let recorded = try #require(
      await engine.recording(SessionFile.Model(name: "", sha256: "")).branches.first { $0.id == id })
    #expect(recorded.fork == position)
    let shown = try #require(await engine.tree().tokens[id])
    #expect(shown.count == recorded.tokens.count - position)
    for (offset, token) in shown.enumerated() {
      let logits = try Self.plain(engine, recorded, position + offset).logits
      let expected = PlainSoftmax.logProbability(of: recorded.tokens[position + offset], logits)
      #expect(abs(Double(try #require(token.logProbability)) - expected) < 1e-5)
    }
    #expect(abs(drawn.logProbability - shown.reduce(0) { $0 + Double($1.logProbability ?? 0) }) < 1e-5)
    // Where the reply resumes, it draws on.
    _ = try await engine.visit(recorded.tokens.count, on: id)
    #expect(await engine.isReplying == !drawn.hasEnded)
  }

  @Test("No continuation begins where a reply has ended")
  func ended() async throws {
    let engine = try await Self.grown(0)
    await engine.endReply()
    #expect(await engine.continuations(3).isEmpty)
  }

  @Test("The masses are the products of plain probabilities, the most probable nodes first")
  func masses() async throws {
    let engine = try await Self.grown(0)
    var search = try #require(await engine.tokenMass(levels: 3, least: 0.001))
    while !search.isComplete { search = try await engine.extend(search, for: .zero) }
    let mass = search.mass
    let tokens = await engine.tokens
    #expect(mass.roots.count > 1)
    #expect(mass.nodes.map(\.level).max() == 2)
    for (index, node) in mass.nodes.enumerated() {
      var (product, before) = (1.0, tokens)
      for token in mass.path(to: index) {
        let branch = RecordedBranch(
          tokens: before, options: Array(repeating: StepOptions(norms: engine.model.norms), count: before.count),
          turns: [])
        product *= exp(
          PlainSoftmax.logProbability(of: token, try Self.plain(engine, branch, before.count).logits))
        before.append(token)
      }
      #expect(abs(node.mass - product) < 1e-4 * product + 1e-9)
    }
    for node in [nil] + mass.nodes.indices.map(Optional.some) {
      let children = mass.children(of: node).map { mass.nodes[$0].probability }
      #expect(children == children.sorted(by: >))
      #expect(children.reduce(0, +) <= 1.0001)
    }
  }

  @Test("A search for masses expands the most probable node first")
  func bestFirst() async throws {
    let engine = try await Self.grown(0)
    var search = try #require(await engine.tokenMass(levels: 3, least: 0.0001))
    var last = Double.infinity
    for _ in 0..<4 where !search.isComplete {
      let before = search.mass
      search = try await engine.extend(search, for: .zero)
      let expanded = try #require(
        search.mass.nodes.indices.first {
          $0 < before.nodes.count && before.nodes[$0].children != search.mass.nodes[$0].children
        })
      #expect(search.mass.nodes[expanded].mass <= last)
      last = search.mass.nodes[expanded].mass
    }
    #expect(last < .infinity)
  }

  @Test("A mark belongs to the branch that owns the node, and disappears with its last part")
  func marks() async throws {
    let engine = try await Self.grown(1)
    let branch = try #require(await engine.session.branches.last)
    await engine.mark(.bookmark("cat"), branch: branch.id, position: 2)
    await engine.mark(.note("good"), branch: 0, position: 2)
    #expect(await engine.session.marks == [NodeMark(branch: 0, position: 2, bookmark: "cat", note: "good")])
    await engine.mark(.bookmark(nil), branch: 0, position: 2)
    await engine.mark(.note("own"), branch: branch.id, position: branch.fork + 1)
    #expect(await engine.session.marks.map(\.branch) == [0, branch.id])
    await engine.mark(.note(nil), branch: 0, position: 2)
    #expect(await engine.session.marks.map(\.note) == ["own"])
  }

  @Test("A recorded tree opens with its marks; a branch that does not share its parent's tokens is refused")
  func opened() async throws {
    let engine = try await Self.grown(3)
    await engine.mark(.bookmark("here"), branch: 0, position: 4)
    let session = await engine.recording(SessionFile.Model(name: "", sha256: ""))
    let other = try TimeTravelTests.engine()
    try await other.open(session, sha256: "")
    #expect(await other.session.marks == [NodeMark(branch: 0, position: 4, bookmark: "here")])
    #expect(await other.session.branches.map(\.length) == engine.session.branches.map(\.length))
    // Probabilities are computed with the steps.
    #expect(await other.tree().tokens[0]?.contains { $0.logProbability != nil } == false)
    let branch = try #require(session.branches.last)
    _ = try await other.visit(branch.tokens.count, on: branch.id)
    #expect(await other.tree().tokens[branch.id] == engine.tree().tokens[branch.id])
    var wrong = session
    wrong.branches[wrong.branches.count - 1].tokens[0] ^= 1
    await #expect(throws: SessionFileError.self) { try await other.open(wrong, sha256: "") }
  }

  @Test("Tokens that a visit did not pass are recalled with the records that their steps had")
  func recalled() async throws {
    let engine = try await Self.grown(0)
    let end = await engine.session.position
    _ = try await engine.visit(0, on: 0)
    var steps: [TokenRecord] = []
    while await engine.session.position < end, let result = try await engine.step() { steps.append(result.record) }
    var recall = await engine.recall(3..<end)
    while !recall.isComplete { recall = try await engine.extend(recall, for: .zero) }
    #expect(recall.records.map(\.position) == Array(4...end))
    for (record, step) in zip(recall.records, steps.dropFirst(3)) {
      #expect(record.token == step.token)
      #expect(record.logProbability == step.logProbability)
      #expect(record.trace == step.trace)
      #expect(record.turn == step.turn)
    }
  }

  @Test("Turns are shown as they were typed and written, up to the position")
  func turns() async throws {
    let engine = try await Self.grown(0)
    let end = await engine.session.position
    let visit = try await engine.begin(visit: end, on: 0)
    #expect(visit.turns.map(\.speaker) == [.user, .reply])
    #expect(visit.turns.first?.text == "where is the cat?")
    let early = try await engine.begin(visit: 3, on: 0)
    let message = try #require(early.turns.first)
    #expect(message.whole == "where is the cat?")
    #expect(message.whole.hasPrefix(message.text))
    #expect(message.text.count < message.whole.count)
  }
}

/// ln softmax by its definition.
private enum PlainSoftmax {
  static func logProbability(of token: Int, _ logits: [Float]) -> Double {
    let largest = Double(logits.max() ?? 0)
    return Double(logits[token]) - largest - log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }
}
