import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("The tree of replies")
struct TreeUpdateTests {
  private typealias Node = ReplyTree.Node

  private func press(_ keys: [Key], _ state: inout AppState) -> [Effect] {
    keys.flatMap { update(&state, .key($0)) }
  }

  // MARK: Lines

  @Test("Every token is on one line, and the lines of forks are between the parts of their branch")
  func lines() {
    let lines = TreeLines(BranchTree(TreeFixtures.branches)).lines
    #expect(lines.map(\.branch) == [0, 1, 3, 1, 2, 0, 4, 0])
    #expect(lines.map(\.start) == [0, 12, 15, 15, 12, 12, 20, 20])
    #expect(lines.map(\.end) == [12, 15, 20, 18, 17, 20, 30, 25])
    #expect(lines.map(\.depth) == [0, 1, 2, 1, 1, 0, 1, 0])
    #expect(lines.map(\.isFork) == [false, true, true, false, true, false, true, false])
    for branch in TreeFixtures.branches {
      let covered = lines.filter { $0.branch == branch.id }.flatMap { Array($0.start..<$0.end) }.sorted()
      #expect(covered == Array(branch.fork..<branch.length))
    }
  }

  @Test("The lines of a tree of two thousand nested branches are computed without recursion")
  func deep() {
    let chain = (0..<2000).map {
      SessionSummary.Branch(id: $0, parent: $0 == 0 ? nil : $0 - 1, fork: $0, length: $0 + 2, text: "")
    }
    let lines = TreeLines(BranchTree(chain)).lines
    #expect(lines.last.map { $0.branch } == 0)
    #expect(lines.map(\.depth).max() == 1999)
  }

  @Test("A line is followed by the forks at its end and the rest of its branch")
  func following() {
    let lines = TreeLines(BranchTree(TreeFixtures.branches))
    #expect(lines.following(0) == [1, 4, 5])
    #expect(lines.following(1) == [2, 3])
    #expect(lines.following(5) == [6, 7])
    #expect(lines.following(7) == [])
    #expect((1..<8).map { lines.preceding($0) } == [0, 1, 1, 0, 0, 5, 5])
    #expect(lines.preceding(0) == nil)
  }

  // MARK: Keys

  @Test("Arrows select lines and tokens, and Enter goes to the selected node")
  func arrows() {
    var state = TreeFixtures.state(.tree)
    let position = state.position
    #expect(state.selectedNode == Node(branch: 0, position: position))
    _ = press([.home], &state)
    #expect(state.selectedNode == Node(branch: 0, position: 1))
    _ = press([.down], &state)
    #expect(state.selectedNode == Node(branch: 1, position: 15))
    _ = press([.left], &state)
    #expect(state.selectedNode == Node(branch: 1, position: 14))
    // Right, to the end of the line and on to the rest of the branch.
    _ = press([.right, .right], &state)
    #expect(state.selectedNode == Node(branch: 1, position: 16))
    // Left of the first token of a fork is the token that it forked from.
    _ = press([.left, .left, .left, .left], &state)
    #expect(state.selectedNode == Node(branch: 0, position: 12))
    _ = press([.end], &state)
    #expect(state.selectedNode == Node(branch: 0, position: 25))
    _ = press([.left], &state)
    #expect(press([.enter], &state) == [.engine(.visit(branch: 0, position: 24))])
    #expect(state.unsettled == 1)
  }

  @Test("During a reply a visit pauses it first")
  func running() {
    var state = TreeFixtures.state(.tree)
    state.phase = .running
    #expect(press([.home, .enter], &state) == [.engine(.pause), .engine(.visit(branch: 0, position: 1))])
    #expect(state.phase == .paused)
  }

  @Test("The view asks for the tokens of the tree once, and again when the session changes")
  func queries() {
    var state = Fixtures.speaking()
    state.phase = .paused
    state.focus = .panes
    #expect(press(["5"], &state) == [.analysis(.tree)])
    #expect(press([.down], &state) == [])
    var summary = state.explorer.session
    summary.branches = TreeFixtures.branches
    #expect(update(&state, .session(summary)) == [.analysis(.tree)])
    #expect(press(["M"], &state) == [.analysis(.tokenMass(levels: 3, least: 0.5 / 19))])
    #expect(press(["U", "M"], &state) == [])
    state.columns = 45
    #expect(press(["M"], &state) == [.analysis(.tokenMass(levels: 2, least: 0.5 / 19))])
  }

  // MARK: Continuations

  @Test("Continuations are drawn from the selected node, shown as they grow, and the chosen one is continued")
  func grow() {
    var state = TreeFixtures.state(.tree)
    state.tree.growth = nil
    state.tree.node = Node(branch: 3, position: 17)
    #expect(
      press(["*"], &state) == [
        .engine(.visit(branch: 3, position: 17)), .engine(.grow(8, tokens: CommandTable.usualGrowthTokens)),
      ])
    #expect(state.tree.page == .replies)
    var growth = TreeFixtures.state(.replies).tree.growth ?? ReplyTree.Growth(position: 0, length: 0, replies: [])
    growth.position = 17
    growth.isRunning = true
    growth.replies[7].branch = nil
    _ = update(&state, .grown(growth))
    #expect(render(state).text.contains("drawing 8 of 8"))
    #expect(update(&state, .key(.control("c"))) == [.engine(.pause)])
    growth.isRunning = false
    _ = update(&state, .grown(growth))
    #expect(state.tree.growth?.replies.count == 7)
    #expect(state.notice?.text == "Stopped; what was drawn is kept.")
    _ = press([.right, .right], &state)
    state.unsettled = 0
    #expect(
      press([.enter], &state) == [
        .engine(.visit(branch: 12, position: 17 + growth.replies[2].tokens.count)),
        .engine(.run(maximumReply: state.settings.maximumTokens - state.replyTokens)),
      ])
  }

  @Test("A continuation that the model has ended is visited without a run")
  func endedContinuation() {
    var state = TreeFixtures.state(.replies)
    _ = press([.right], &state)
    let effects = press([.enter], &state)
    #expect(effects.count == 1)
    #expect(state.phase == .paused)
  }

  @Test("If nothing was drawn, a message says why and what to do")
  func nothing() {
    var state = TreeFixtures.state(.tree)
    state.tree.growth = nil
    _ = Fixtures.enter(":grow 2 5", &state)
    _ = update(&state, .grown(ReplyTree.Growth(position: 3, length: 5, replies: [], isRunning: false)))
    #expect(state.tree.growth == nil)
    #expect(state.notice?.isError == true)
    #expect(state.notice?.text.contains("← goes back") == true)
  }

  // MARK: Next tokens

  @Test("Blocks have rows in proportion to their probability, and each is divided by the tokens after it")
  func blocks() throws {
    let state = TreeFixtures.state(.tokens, columns: 90, rows: 44)
    let area = state.pageLayout.page
    let plan = try #require(TokensPage.Plan(state, area: area))
    let rows = area.rows - 1
    func height(_ node: Int?, level: Int) -> Int? {
      plan.blocks.first { $0.node == node && $0.area.column == level * 30 }?.area.rows
    }
    #expect(abs((height(0, level: 0) ?? 0) - rows / 2) <= 1)
    #expect(abs((height(1, level: 0) ?? 0) - rows * 3 / 10) <= 1)
    #expect(abs((height(4, level: 1) ?? 0) - rows / 4) <= 1)
    #expect(abs((height(8, level: 2) ?? 0) - rows / 5) <= 1)
    // A token with less than half a row is among the others, and nothing follows the end of a reply.
    #expect(height(3, level: 0) == nil)
    #expect(plan.blocks.filter { $0.area.column == 0 }.reduce(0) { $0 + $1.area.rows } == rows)
    for block in plan.blocks where block.node != nil {
      let inside = plan.blocks.filter {
        $0.area.column == block.area.column + 30 && block.area.contains(row: $0.area.row, column: block.area.column)
      }
      #expect(inside.isEmpty || inside.reduce(0) { $0 + $1.area.rows } == block.area.rows)
    }
  }

  @Test("Arrows select blocks, and Enter picks the tokens up to the selected one")
  func pick() {
    var state = TreeFixtures.state(.tokens)
    #expect(press([.down, .right, .enter], &state) == [.engine(.pick(1)), .engine(.pick(6))])
    state.unsettled = 0
    #expect(
      press([.left, .up, .right, .right, .enter], &state) == [.engine(.pick(0)), .engine(.pick(4)), .engine(.pick(8))])
  }

  @Test("Masses of another position are not shown, and Ctrl-C cancels their computation")
  func staleMass() {
    var state = TreeFixtures.state(.tokens)
    _ = update(&state, .tokenMass(TokenMass(position: 3, branch: 0), isComplete: true))
    #expect(state.tree.mass?.position == state.position)
    state.phase = .ready
    _ = update(&state, .tokenMass(TreeFixtures.mass(state.position), isComplete: false))
    #expect(state.tree.isComputing)
    #expect(update(&state, .key(.control("c"))) == [.engine(.cancelLaboratory)])
    #expect(!state.tree.isComputing)
  }

  // MARK: Bookmarks and notes

  @Test("Bookmarks and notes belong to the selected node")
  func marks() {
    var state = TreeFixtures.state(.tree)
    state.tree.node = Node(branch: 3, position: 17)
    #expect(press(["#"], &state) == [.engine(.mark(.bookmark("1"), branch: 3, position: 17))])
    _ = press(["\""], &state)
    #expect(state.line.text == ":note the warm ending")
    #expect(press(["!", .enter], &state) == [.engine(.mark(.note("the warm ending!"), branch: 3, position: 17))])
    #expect(Fixtures.enter(":note", &state) == [.engine(.mark(.note(nil), branch: 3, position: 17))])
    #expect(
      Fixtures.enter(":bookmark good one", &state) == [.engine(.mark(.bookmark("good one"), branch: 3, position: 17))])
    _ = press(["'"], &state)
    #expect(state.tree.node == Node(branch: 0, position: 14))
    #expect(press(["#"], &state) == [.engine(.mark(.bookmark(nil), branch: 0, position: 14))])
    _ = press([";"], &state)
    #expect(state.tree.node == Node(branch: 3, position: 17))
  }

  @Test("Outside of the tree, a mark belongs to the current position")
  func markHere() {
    var state = TreeFixtures.state(.tree)
    state.tree.node = Node(branch: 3, position: 17)
    state.view = .live
    #expect(
      Fixtures.enter(":bookmark", &state) == [.engine(.mark(.bookmark("1"), branch: 0, position: state.position))])
  }

  // MARK: Visits

  @Test("After a visit the conversation and the tokens are those of the node")
  func visited() {
    var state = Fixtures.speaking()
    let results = Fixtures.conversation()
    let visit = Engine.Visit(
      result: results[11],
      turns: [
        ShownTurn(
          speaker: .user, text: "Do you like old films?", whole: "Do you like old films?", index: 1, isStopped: false),
        ShownTurn(
          speaker: .reply, text: "Yes, I love them.", whole: "Yes, I love them. I saw", index: 7, isStopped: false,
          tokens: [SessionTree.Token(text: " Yes,", role: .reply, logProbability: -0.5)]),
      ], common: 5, continues: true)
    _ = update(&state, .visited(visit))
    #expect(state.position == 12)
    #expect(state.phase == .running)
    #expect(state.transcript.turns.map(\.text) == ["Do you like old films?", "Yes, I love them."])
    #expect(state.session.probabilities[1].map(\.logProbability) == [-0.5])
    // Tokens of the branch before are not shown.
    #expect(state.tokens.entries.map(\.index) == [11])
    state.phase = .paused
    _ = update(&state, .arrivedAtEnd)
    #expect(state.phase == .ready)
    #expect(state.transcript.turns.last?.ending == .finished)
  }

  // MARK: Probabilities

  @Test("Each visible character of a reply has the probability of its token")
  func probabilities() {
    var state = Fixtures.speaking(columns: 80)
    state.settings.showsProbabilities = true
    let lines = ConversationText.lines(state).filter { !$0.probabilities.isEmpty }
    let visible = lines.map { $0.text.filter { $0 != " " && $0 != "█" }.count }
    #expect(lines.map(\.probabilities.count) == visible)
    #expect(lines.flatMap(\.probabilities).allSatisfy { $0 == -1.5 })
    // A step back removes the last token.
    let before = state.session.probabilities[1].count
    let results = Fixtures.conversation()
    _ = update(&state, .wentBack(results[results.count - 3]))
    #expect(state.session.probabilities[1].count == before - 2)
  }

  @Test(
    "Steps of the scale differ in every number of colours", arguments: ColorDepth.allCases,
    [Theme.Name.dark, .light, .highContrast, .monochrome])
  func scale(_ depth: ColorDepth, _ theme: Theme.Name) {
    for kind in [ProbabilityScale.Kind.brightness, .color] {
      let scale = ProbabilityScale(kind: kind, traits: ScreenTraits(depth: depth, theme: Theme(theme)))
      let styles = [0.7, 0.2, 0.03, 0.001].map { scale.style(probability: $0) }
      #expect(Set(styles).count == 4)
    }
  }
}
