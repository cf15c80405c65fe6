import RetNet
import RetNetSession
import TerminalKit

/// The tree of replies: pages, nodes, continuations, next tokens, bookmarks and notes.
extension AppState {
  // MARK: Pages

  /// Shows the tree at this page; nil is the last one shown.
  ///
  /// On the page that is open already, the current position is selected.
  mutating func show(_ page: ReplyTree.Page?) {
    if shownView == .tree, page == tree.page { tree.node = nil }
    turn(to: .tree)
    if let page { tree.page = page }
  }

  // MARK: Nodes

  /// The current position as a node.
  var currentNode: ReplyTree.Node {
    ReplyTree.Node(
      branch: explorer.tree.owner(of: position, on: explorer.session.branch), position: position)
  }

  /// The selected node; outside of the tree's page, the current position.
  var selectedNode: ReplyTree.Node {
    guard shownView == .tree, tree.page == .tree, let node = tree.node, let branch = explorer.tree[node.branch] else {
      return currentNode
    }
    return ReplyTree.Node(branch: node.branch, position: min(node.position, branch.length))
  }

  func mark(of node: ReplyTree.Node) -> NodeMark? {
    explorer.session.marks.first { $0.isAt(node.branch, node.position) }
  }

  mutating func moveInTree(_ movement: TreeMovement) {
    switch tree.page {
    case .tree: moveNode(movement)
    case .replies: moveReply(movement)
    case .tokens: moveBlock(movement)
    }
  }

  private mutating func moveNode(_ movement: TreeMovement) {
    let lines = explorer.lines
    let node = selectedNode
    guard let index = lines.index(of: node) else { return }
    let page = max(TreePage.listRows(pageLayout.page) - 1, 1)
    func select(_ line: Int, atEnd: Bool = true) {
      let line = lines.lines[min(max(line, 0), lines.lines.count - 1)]
      tree.node = ReplyTree.Node(branch: line.branch, position: atEnd ? line.end : min(line.start + 1, line.end))
    }
    let line = lines.lines[index]
    switch movement {
    case .up: select(index - 1)
    case .down: select(index + 1)
    case .pageUp: select(index - page)
    case .pageDown: select(index + page)
    case .start: select(0, atEnd: false)
    case .end: select(lines.lines.count - 1)
    case .left:
      if node.position > line.start + 1 || line.start == 0 && node.position > 0 {
        tree.node = ReplyTree.Node(branch: node.branch, position: node.position - 1)
      } else if let before = lines.preceding(index) {
        select(before)
      }
    case .right:
      if node.position < line.end {
        tree.node = ReplyTree.Node(branch: node.branch, position: node.position + 1)
      } else if let next = lines.following(index).last {
        // The rest of the branch, or the last fork at its end.
        select(next, atEnd: false)
      }
    }
  }

  /// Selects the next node with a bookmark or a note.
  mutating func selectMark(by step: Int) {
    let lines = explorer.lines
    func order(_ node: ReplyTree.Node) -> Int { (lines.index(of: node) ?? 0) << 32 | node.position }
    let nodes = explorer.session.marks.map { ReplyTree.Node(branch: $0.branch, position: $0.position) }
      .sorted { order($0) < order($1) }
    guard let first = nodes.first, let last = nodes.last else {
      return say("There is no bookmark or note: # and \" set them.")
    }
    let now = order(selectedNode)
    tree.node =
      step > 0
      ? nodes.first { order($0) > now } ?? first : nodes.last { order($0) < now } ?? last
  }

  /// Goes to the selected node, continues the selected continuation, or picks the selected tokens.
  mutating func openTreeNode() -> [Effect] {
    switch tree.page {
    case .tree: return visit(selectedNode)
    case .replies:
      guard let growth = tree.growth, growth.replies.indices.contains(tree.reply) else {
        return refuse("There is no continuation to continue: * draws some.", isError: false)
      }
      let chosen = growth.replies[tree.reply]
      guard let branch = chosen.branch else {
        return refuse("This continuation is not drawn yet.", isError: false)
      }
      let effects = visit(ReplyTree.Node(branch: branch, position: growth.position + chosen.tokens.count))
      guard !effects.isEmpty, !chosen.hasEnded else { return effects }
      phase = .running
      return effects + [run]
    case .tokens: return pickBlock()
    }
  }

  mutating func visit(_ node: ReplyTree.Node) -> [Effect] {
    guard explorer.session.length > 0 || explorer.session.branches.count > 1 else {
      return refuse("There is no session yet: type a message first.", isError: false)
    }
    if node == currentNode, phase != .running { return refuse("This is the current position.", isError: false) }
    say("Going to token \(node.position - 1) of branch \(node.branch).")
    return paused(before: .visit(branch: node.branch, position: node.position))
  }

  // MARK: Continuations

  /// Draws continuations from the selected node.
  mutating func grow(_ count: Int, tokens: Int) -> [Effect] {
    guard result != nil else { return refuse("There is no reply to continue yet: type a message first.") }
    guard tree.growth?.isRunning != true else {
      return refuse("Continuations are being drawn; Ctrl-C stops.", isError: false)
    }
    let node = selectedNode
    let visit = node == currentNode && phase != .running ? [] : visit(node)
    if node != currentNode, visit.isEmpty { return [] }
    tree.growth = ReplyTree.Growth(
      position: node.position, length: tokens, replies: Array(repeating: ReplyTree.Growth.Reply(), count: count))
    (tree.reply, tree.top) = (0, 0)
    show(ReplyTree.Page.replies)
    focus = .panes
    notice = nil
    return visit + [.engine(.grow(count, tokens: tokens))]
  }

  private mutating func moveReply(_ movement: TreeMovement) {
    let count = tree.growth?.replies.count ?? 0
    let rows = max(pageLayout.page.rows - 3, 1)
    switch movement {
    case .left: tree.reply = max(tree.reply - 1, 0)
    case .right: tree.reply = min(tree.reply + 1, max(count - 1, 0))
    case .start: tree.reply = 0
    case .end: tree.reply = max(count - 1, 0)
    case .up: tree.top = max(tree.top - 1, 0)
    case .down: tree.top = min(tree.top + 1, lastReplyTop)
    case .pageUp: tree.top = max(tree.top - rows, 0)
    case .pageDown: tree.top = min(tree.top + rows, lastReplyTop)
    }
  }

  private var lastReplyTop: Int {
    RepliesPage.Plan(self, area: pageLayout.page).map(\.lastTop) ?? 0
  }

  mutating func receive(_ growth: ReplyTree.Growth) {
    guard tree.growth != nil else { return }
    tree.growth = growth
    guard !growth.isRunning else { return }
    if growth.replies.isEmpty {
      tree.growth = nil
      say("Nothing was drawn: the reply has ended here. ← goes back to a token to continue from.", isError: true)
    } else if growth.complete < growth.replies.count {
      tree.growth?.replies.removeAll { $0.branch == nil }
      tree.reply = min(tree.reply, max((tree.growth?.replies.count ?? 1) - 1, 0))
      say("Stopped; what was drawn is kept.")
    }
  }

  // MARK: Next tokens

  /// The levels of blocks and the smallest visible mass in this window.
  var massPlace: ReplyTree.MassPlace {
    let area = pageLayout.page
    return ReplyTree.MassPlace(
      branch: explorer.session.branch, position: position,
      levels: min(max(area.columns / TokensPage.leastColumns, 1), 3), rows: max(area.rows - 1, 1))
  }

  private mutating func moveBlock(_ movement: TreeMovement) {
    guard let plan = TokensPage.Plan(self, area: pageLayout.page), let mass = tree.mass else { return }
    let shown = plan.nodes
    guard shown.contains(tree.block) else { return tree.block = shown.first ?? 0 }
    let node = mass.nodes[tree.block]
    let level = shown.filter { mass.nodes[$0].level == node.level }
    let place = level.firstIndex(of: tree.block) ?? 0
    switch movement {
    case .up: tree.block = level[max(place - 1, 0)]
    case .down: tree.block = level[min(place + 1, level.count - 1)]
    case .start, .pageUp: tree.block = level[0]
    case .end, .pageDown: tree.block = level[level.count - 1]
    case .left: tree.block = node.parent ?? tree.block
    case .right: tree.block = shown.first { mass.nodes[$0].parent == tree.block } ?? tree.block
    }
  }

  private mutating func pickBlock() -> [Effect] {
    guard let mass = tree.mass, mass.position == position, mass.nodes.indices.contains(tree.block) else {
      return refuse("There is no token to pick yet.", isError: false)
    }
    let path = mass.path(to: tree.block)
    let effects = path.enumerated().flatMap { index, token in
      index == 0 ? paused(before: .pick(token)) : [.engine(.pick(token))]
    }
    if phase == .ready { phase = .paused }
    return effects
  }

  mutating func receive(_ mass: TokenMass, isComplete: Bool) {
    guard mass.position == position, mass.branch == explorer.session.branch else { return }
    if tree.mass?.position != mass.position || tree.mass?.branch != mass.branch { tree.block = 0 }
    tree.mass = mass
    tree.isComputing = !isComplete
  }

  /// Selects a continuation or a block. A second click opens it.
  mutating func selectInTree(_ item: Int) -> [Effect] {
    switch tree.page {
    case .tree: break
    case .replies:
      if tree.reply == item { return openTreeNode() }
      tree.reply = item
    case .tokens:
      if tree.block == item { return openTreeNode() }
      tree.block = item
    }
    return []
  }

  // MARK: Bookmarks and notes

  /// Sets a bookmark on the selected node; without a name, removes it or gives it a number.
  mutating func bookmark(_ name: String?) -> [Effect] {
    guard result != nil || explorer.session.length > 0 else {
      return refuse("There is no node to mark yet: type a message first.")
    }
    let node = selectedNode
    var name = name
    if name == nil, mark(of: node)?.bookmark == nil {
      let used = Set(explorer.session.marks.compactMap(\.bookmark))
      name = (1...used.count + 1).map(String.init).first { !used.contains($0) }
    }
    say(
      name.map { "Bookmark '\($0)' at token \(node.position - 1) of branch \(node.branch)." }
        ?? "The bookmark is removed.")
    return [.engine(.mark(.bookmark(name), branch: node.branch, position: node.position))]
  }

  /// Sets the note of the selected node; nil removes it.
  mutating func note(_ text: String?) -> [Effect] {
    guard result != nil || explorer.session.length > 0 else {
      return refuse("There is no node to mark yet: type a message first.")
    }
    let node = selectedNode
    say(text == nil ? "The note is removed." : "A note at token \(node.position - 1) of branch \(node.branch).")
    return [.engine(.mark(.note(text), branch: node.branch, position: node.position))]
  }

  // MARK: Reports of the engine

  /// The session is at another node, from which steps may follow.
  mutating func receive(_ visit: Engine.Visit) {
    explorer.before = nil
    explorer.history = nil
    explorer.forgetPrediction()
    result = visit.result
    let position = visit.result?.position ?? 0
    tokens.truncate(to: min(visit.common, tokens.entries.last.map { $0.index + 1 } ?? 0))
    tokens.position = position
    if let record = visit.result?.record { tokens.append(record) }
    transcript = Transcript(visit.turns, isOpen: visit.continues)
    session.probabilities.replace(by: visit.turns)
    replyTokens = visit.turns.last.map { $0.speaker == .reply ? position - $0.index : 0 } ?? 0
    scroll = 0
    (session.playback, session.replay, session.selectedTurn) = (nil, nil, nil)
    endEdit()
    if phase != .running { phase = visit.continues ? .paused : .ready }
    tree.node = nil
    tree.hasGap = true
  }

  /// Queries for the page's missing values. Each is sent once.
  mutating func treeRequests() -> [Effect] { recallRequest() + pageRequest() }

  /// The query for the tokens before those that a visit passed, which the memory map and the explorer show.
  private mutating func recallRequest() -> [Effect] {
    guard tree.hasGap, shownView != .tree, phase != .running, unsettled == 0, let first = tokens.entries.first?.index
    else { return [] }
    tree.hasGap = false
    let start = max(position - TokenHistory.limit, 0)
    return start < first ? [.analysis(.recall(start..<first))] : []
  }

  private mutating func pageRequest() -> [Effect] {
    guard shownView == .tree, model != nil, phase != .running, unsettled == 0, tree.growth?.isRunning != true else {
      return []
    }
    switch tree.page {
    case .tree:
      var hasher = Hasher()
      for branch in explorer.session.branches { hasher.combine(branch.length) }
      hasher.combine(position)
      hasher.combine(explorer.session.branch)
      let key = hasher.finalize()
      guard key != tree.asked.tree else { return [] }
      tree.asked.tree = key
      return [.analysis(.tree)]
    case .replies: return []
    case .tokens:
      let place = massPlace
      guard result != nil, place != tree.asked.mass else { return [] }
      tree.asked.mass = place
      tree.isComputing = true
      return [.analysis(.tokenMass(levels: place.levels, least: 0.5 / Double(place.rows)))]
    }
  }
}

extension Transcript {
  /// The turns of a node.
  ///
  /// - Parameter isOpen: whether the last reply continues.
  init(_ turns: [ShownTurn], isOpen: Bool) {
    let shown = turns.enumerated().map { index, turn in
      let isLast = index == turns.count - 1
      return Turn(
        speaker: turn.speaker == .user ? .user : .reply, text: turn.text,
        typed: turn.speaker == .user ? turn.whole : "",
        ending: turn.isStopped ? .stopped : isLast && isOpen ? .open : .finished, sentAt: turn.index,
        hasBegun: turn.hasBegun)
    }
    self.init(turns: shown)
  }
}
