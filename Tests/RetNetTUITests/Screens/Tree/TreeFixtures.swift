import Foundation

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// A session with five branches, three continuations and masses, every number by hand.
enum TreeFixtures {
  private static func branch(_ id: Int, _ parent: Int?, _ fork: Int, _ length: Int) -> SessionSummary.Branch {
    SessionSummary.Branch(id: id, parent: parent, fork: fork, length: length, text: "")
  }

  static let branches = [
    branch(0, nil, 0, 25), branch(1, 0, 12, 18), branch(2, 0, 12, 17), branch(3, 1, 15, 20), branch(4, 0, 20, 30),
  ]

  private static let probabilities: [Float] = [0.9, 0.3, 0.04, 0.004, 0.6]

  private static func words(_ text: String, from start: Int, role: StepResult.Role = .reply) -> [SessionTree.Token] {
    text.split(separator: " ").enumerated().map { index, word in
      SessionTree.Token(
        text: " \(word)", role: role, logProbability: log(probabilities[(start + index) % probabilities.count]))
    }
  }

  private static func log(_ value: Float) -> Float { Float(_log(Double(value))) }

  private static func symbol(_ piece: String) -> SessionTree.Token {
    SessionTree.Token(text: piece, role: .control, logProbability: nil)
  }

  static let tokens = SessionTree(tokens: [
    0: [symbol("<s>"), symbol("<|user|>")] + words("Do you like old films?", from: 0, role: .user)
      + [symbol("<|bot|>")]
      + words("Yes, I love them. I saw one last week about a dog who finds his way home", from: 0),
    1: words("two cats on the roof all", from: 2), 2: words("nothing but the sea", from: 1) + [symbol("<|user|>")],
    3: words("warm stones at night.", from: 4) + [symbol("<|user|>")],
    4: words("the long way home through snow and wind and rain", from: 3),
  ])

  static func state(
    _ page: ReplyTree.Page, columns: Int = 80, rows: Int = 24, traits: ScreenTraits = ScreenTraits()
  ) -> AppState {
    var state = Fixtures.speaking(columns: columns, rows: rows, traits: traits)
    state.phase = .paused
    state.view = .tree
    state.focus = .panes
    let position = state.position
    state.explorer.session = SessionSummary(
      position: position, length: 25, branches: branches, branch: 0,
      marks: [
        NodeMark(branch: 0, position: 14, bookmark: "films"),
        NodeMark(branch: 3, position: 17, note: "the warm ending"),
      ])
    state.tree.page = page
    state.tree.tokens = tokens
    // The page's queries are sent, and answered above.
    _ = state.treeRequests()
    state.tree.isComputing = false
    state.tree.growth = ReplyTree.Growth(
      position: position, length: 8,
      replies: [1, 2, 3, 4, 1, 3, 2, 4].enumerated().map { index, branch in
        let own = (tokens.tokens[branch] ?? []).filter { $0.role == .reply }
        return ReplyTree.Growth.Reply(
          branch: 10 + index, tokens: own, hasEnded: branch == 2,
          logProbability: own.reduce(0) { $0 + Double($1.logProbability ?? 0) })
      }, isRunning: false)
    state.tree.mass = mass(position)
    return state
  }

  /// Three levels: 0.5, 0.3 and 0.1 below 1; under the first two, halves and quarters; under these, one of 0.8.
  static func mass(_ position: Int) -> TokenMass {
    var mass = TokenMass(position: position, branch: 0)
    func node(_ piece: String, _ probability: Double, _ parent: Int?) -> TokenMass.Node {
      TokenMass.Node(
        token: mass.nodes.count, piece: piece, probability: probability,
        mass: probability * (parent.map { mass.nodes[$0].mass } ?? 1), parent: parent,
        level: parent.map { mass.nodes[$0].level + 1 } ?? 0, ends: piece == "<|user|>")
    }
    func add(_ pieces: [(String, Double)], under parent: Int?) {
      let first = mass.nodes.count
      for (piece, probability) in pieces { mass.nodes.append(node(piece, probability, parent)) }
      if let parent {
        mass.nodes[parent].children = first..<mass.nodes.count
      } else {
        mass.roots = first..<mass.nodes.count
      }
    }
    add([("▁home", 0.5), (".", 0.3), ("<|user|>", 0.1), ("▁back", 0.01)], under: nil)
    add([("▁to", 0.5), ("▁again", 0.25)], under: 0)
    add([("▁He", 0.5), ("▁The", 0.25)], under: 1)
    for parent in [4, 5, 6] { add([("▁him", 0.8)], under: parent) }
    return mass
  }
}

private func _log(_ value: Double) -> Double { Foundation.log(value) }
