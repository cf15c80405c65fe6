import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("States of branches")
struct BranchStatesTests {
  private func snapshot(_ position: Int) -> Snapshot {
    var state = RetentionState<Float>(heads: 1, headDim: 1, valueDim: 1)
    state.position = position
    return Snapshot(state: ModelState(layers: [state]))
  }

  private let branches = [
    BranchStates.Branch(id: 0, parent: nil, fork: 0, length: 100),
    BranchStates.Branch(id: 1, parent: 0, fork: 40, length: 160),
    BranchStates.Branch(id: 2, parent: 1, fork: 20, length: 30),
  ]

  private func start(_ id: Int) -> (parent: Int?, fork: Int) { (branches[id].parent, branches[id].fork) }

  @Test("A node is recomputed from the nearest state of its own tokens or of those before its fork")
  func nearest() {
    var states = BranchStates(limit: 10)
    for (position, branch) in [(10, 0), (30, 0), (60, 0), (90, 1)] { states.insert(snapshot(position), on: branch) }
    func last(_ position: Int, _ branch: Int) -> Int? {
      states.last(atMost: position, on: branch, start: start)?.position
    }
    #expect(last(100, 0) == 60)
    #expect(last(80, 1) == 30)
    #expect(last(95, 1) == 90)
    #expect(last(30, 2) == 10)
    #expect(last(9, 0) == nil)
  }

  @Test("Beyond the limit the state goes whose loss makes the longest way the shortest")
  func eviction() {
    var states = BranchStates(limit: 3)
    for (position, branch) in [(10, 0), (20, 0), (60, 0), (90, 1)] { states.insert(snapshot(position), on: branch) }
    states.trim(branches)
    #expect(states.count == 3)
    // Without 10 its nodes are 20 from the start; without any other, more.
    #expect(states.last(atMost: 19, on: 0, start: start) == nil)
    for (position, branch) in [(20, 0), (60, 0), (90, 1)] {
      #expect(states.last(atMost: position, on: branch, start: start)?.position == position)
    }
  }

  @Test("Of random trees, the farthest node is not farther than after any other single loss", arguments: 0..<20)
  func random(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var all = [BranchStates.Branch(id: 0, parent: nil, fork: 0, length: 60)]
    for id in 1..<8 {
      let parent = all[random.index(below: id)]
      let fork = parent.fork + random.index(below: parent.length - parent.fork)
      all.append(BranchStates.Branch(id: id, parent: parent.id, fork: fork, length: fork + 5 + random.index(below: 60)))
    }
    var nodes: [(Int, Int)] = []
    for _ in 0..<9 {
      let branch = all[random.index(below: all.count)]
      let node = (branch.fork + 1 + random.index(below: branch.length - branch.fork), branch.id)
      if !nodes.contains(where: { $0 == node }) { nodes.append(node) }
    }
    func states(_ nodes: [(Int, Int)], limit: Int) -> BranchStates {
      var states = BranchStates(limit: limit)
      for (position, branch) in nodes { states.insert(snapshot(position), on: branch) }
      return states
    }
    /// For each loss, the longest recomputation among the nodes that the lost state served.
    func longest(without lost: Int) -> Int {
      let (all, before) = (all, states(nodes, limit: 100))
      let after = states(nodes.enumerated().filter { $0.offset != lost }.map(\.element), limit: 100)
      func start(_ id: Int) -> (parent: Int?, fork: Int) { (all[id].parent, all[id].fork) }
      var longest = 0
      for branch in all {
        for position in branch.fork + 1...branch.length {
          let (old, new) = (
            before.last(atMost: position, on: branch.id, start: start)?.position ?? 0,
            after.last(atMost: position, on: branch.id, start: start)?.position ?? 0
          )
          if old != new || nodes[lost] == (position, branch.id) { longest = max(longest, position - new) }
        }
      }
      return longest
    }
    var trimmed = states(nodes, limit: nodes.count - 1)
    trimmed.trim(all)
    let starts = all
    let lost = nodes.indices.filter { index in
      trimmed.last(atMost: nodes[index].0, on: nodes[index].1) { (starts[$0].parent, starts[$0].fork) }?.position
        != nodes[index].0
    }
    #expect(lost.count == 1)
    let best = nodes.indices.map { longest(without: $0) }.min() ?? 0
    // A state that another follows serves the tokens before that one only, so the ends differ by one.
    #expect(longest(without: lost.first ?? 0) <= best + 1)
  }
}
