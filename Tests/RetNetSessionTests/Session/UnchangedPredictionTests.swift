import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("The prediction without experiments")
struct UnchangedPredictionTests {
  @Test("It equals that of a session without experiments on the same tokens, and its KL is the definition's")
  func comparison() async throws {
    let engine = try TimeTravelTests.engine()
    #expect(try await engine.unchangedPrediction() == nil)
    try await engine.submit("where is the cat?")
    _ = try await engine.step()
    _ = try await engine.step()
    await engine.add(Experiment(.scale(0), at: HeadIndex(layer: 0, head: 1)))
    _ = try await engine.step()
    await engine.add(Experiment(.zero, at: HeadIndex(layer: 1, head: 0)))
    _ = try await engine.step()
    let tokens = await engine.tokens

    // The model itself, without a session.
    let inference = Inference(engine.model)
    var (state, logits) = (engine.model.makeState(), [Float]())
    for token in tokens { logits = Array(try inference.step(token, norms: engine.model.norms, state: &state)) }
    func probabilities(_ logits: [Float]) -> [Double] {
      let largest = Double(logits.max() ?? 0)
      let powers = logits.map { exp(Double($0) - largest) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
    let (unchanged, changed) = (probabilities(logits), probabilities(try #require(await engine.nextToken).logits))
    let divergence = zip(unchanged, changed).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    #expect(divergence > 1e-6)

    let found = try #require(try await engine.unchangedPrediction())
    #expect(found.position == 4)
    #expect(abs(found.divergence - divergence) < 1e-9 + 1e-4 * divergence)
    let ranked = unchanged.indices.sorted { (unchanged[$1], $0) < (unchanged[$0], $1) }
    #expect(found.candidates.map(\.token) == Array(ranked.prefix(10)))
    for candidate in found.candidates {
      #expect(abs(Double(candidate.probability) - unchanged[candidate.token]) < 1e-5)
    }
    // The session itself is unchanged.
    #expect(await engine.tokens == tokens)
  }

  @Test("Without experiments it is the session's own, and KL is 0")
  func same() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    let result = try #require(try await engine.step())
    let found = try #require(try await engine.unchangedPrediction())
    #expect(found.candidates == result.candidates)
    #expect(found.divergence == 0)
  }
}

@Suite("The tree of branches")
struct BranchTreeTests {
  private func branch(_ id: Int, _ parent: Int?, _ fork: Int) -> SessionSummary.Branch {
    SessionSummary.Branch(id: id, parent: parent, fork: fork, length: fork + 5, text: "")
  }

  @Test("Each branch is after its origin, and later forks are before earlier ones")
  func order() {
    let summary = SessionSummary(
      branches: [branch(0, nil, 0), branch(1, 0, 4), branch(2, 0, 12), branch(3, 1, 7), branch(4, 0, 12)])
    #expect(BranchTree(summary.branches).branches.map(\.id) == [0, 2, 4, 1, 3])
  }

  @Test("A branch that shares none of its parent's own tokens originates from an earlier branch")
  func origin() {
    let summary = SessionSummary(
      branches: [branch(0, nil, 0), branch(1, 0, 8), branch(2, 1, 3), branch(3, 1, 8), branch(4, 1, 9)])
    let tree = BranchTree(summary.branches)
    #expect(summary.branches.map { tree.origin(of: $0.id) } == [nil, 0, 0, 0, 1])
    #expect(tree.branches.map(\.id) == [0, 1, 4, 3, 2])
  }

  @Test("The tree of random branches agrees with a search from branch to branch", arguments: 0..<20)
  func random(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var branches = [branch(0, nil, 0)]
    for id in 1..<60 {
      let parent = branches[random.index(below: id)]
      branches.append(branch(id, parent.id, random.index(below: parent.length)))
    }
    let tree = BranchTree(branches)
    for branch in branches.dropFirst() {
      // The tokens before a fork are the parent's, so the origin is the branch that made the last of them.
      var owner = branch.parent ?? 0
      while owner != 0, branch.fork <= branches[owner].fork { owner = branches[owner].parent ?? 0 }
      #expect(tree.origin(of: branch.id) == owner)
      #expect(tree.owner(of: branch.fork + 1, on: branch.id) == branch.id)
      if branch.fork > 0 { #expect(tree.owner(of: branch.fork, on: branch.id) == owner) }
      #expect((tree.line(of: owner) ?? .max) < (tree.line(of: branch.id) ?? 0))
    }
    #expect(tree.branches.count == 60)
  }
}
