import RetNet
import RetNetSession

/// The view of the session as a tree of replies: its pages, their data and what is selected.
struct ReplyTree: Sendable, Hashable {
  enum Page: String, Sendable, Hashable, CaseIterable {
    /// The branches with their text.
    case tree
    /// Continuations side by side.
    case replies
    /// The next tokens as blocks.
    case tokens
  }

  /// A node of the tree: the state after `position` tokens of a branch.
  struct Node: Sendable, Hashable {
    /// The branch among whose own tokens the last one is.
    var branch: Int
    var position: Int
  }

  /// Continuations that are drawn, or were drawn last.
  struct Growth: Sendable, Hashable {
    struct Reply: Sendable, Hashable {
      /// nil until it is kept.
      var branch: Int?
      var tokens: [SessionTree.Token] = []
      /// Whether the model ended the reply.
      var hasEnded = false
      /// Σ ln p of the drawn tokens, in nats.
      var logProbability = 0.0

      /// The number of drawn tokens. Typed text that is read first is not drawn.
      var drawn: Int { tokens.count { $0.role == .reply } }
    }

    /// Tokens before the continuations.
    var position: Int
    /// Largest number of tokens of each.
    var length: Int
    var replies: [Reply]
    var isRunning = true

    /// The number of complete continuations.
    var complete: Int { replies.count { $0.branch != nil } }
  }

  /// What the tree's tokens were requested for. Each request is sent once.
  struct Asked: Sendable, Hashable {
    var tree: Int?
    var mass: MassPlace?
  }

  struct MassPlace: Sendable, Hashable {
    var branch: Int
    var position: Int
    var levels: Int
    var rows: Int
  }

  var page = Page.tree
  var tokens = SessionTree()
  /// The selected node; nil is the current position.
  var node: Node?
  var growth: Growth?
  /// The selected continuation.
  var reply = 0
  /// The first visible line of the continuations.
  var top = 0
  var mass: TokenMass?
  /// Whether the masses are still being computed.
  var isComputing = false
  /// The selected block.
  var block = 0
  var asked = Asked()
  /// Whether tokens before the stored ones were not passed by a visit.
  var hasGap = false

  /// Clears the data of the previous session.
  mutating func forgetSession() {
    let page = page
    self = ReplyTree()
    self.page = page
  }
}

extension ReplyTree.Page {
  /// The key that opens the page.
  var key: Character {
    switch self {
    case .tree: "U"
    case .replies: "Y"
    case .tokens: "M"
    }
  }
}

/// A movement in a page of the tree.
enum TreeMovement: String, Hashable, Sendable {
  case up, down, left, right
  case pageUp = "page-up"
  case pageDown = "page-down"
  case start = "first"
  case end = "last"
}

/// The lines of the tree: the text of each branch between the points where others fork from it.
///
/// Branches that fork are under the text that ends at their fork, and the branch's own text resumes under them.
struct TreeLines: Sendable, Hashable {
  struct Line: Sendable, Hashable {
    var branch: Int
    /// The first token, and the one after the last.
    var start: Int
    var end: Int
    /// Whether the branch begins here.
    var isFork: Bool
    /// For each ancestor, the first one first: whether it has lines under this one.
    var guides: [Bool]

    var depth: Int { guides.count }
  }

  private(set) var lines: [Line] = []
  private var byBranch: [Int: [Int]] = [:]

  /// A branch whose lines from `start` on are missing.
  private struct Rest {
    var branch: SessionSummary.Branch
    var start: Int
    /// The next of the branches that fork from it.
    var next = 0
    var guides: [Bool] = []
  }

  init(_ tree: BranchTree) {
    let roots = tree.branches.filter { tree.origin(of: $0.id) == nil }
    // Not recursive, as the depth of the tree has no limit.
    var rest = roots.reversed().map { Rest(branch: $0, start: 0) }
    while var now = rest.popLast() {
      let forks = tree.forks(of: now.branch.id).compactMap { tree[$0] }
      let first = now.next < forks.count ? forks[now.next].fork : now.branch.length
      byBranch[now.branch.id, default: []].append(lines.count)
      lines.append(
        Line(
          branch: now.branch.id, start: now.start, end: max(first, now.start),
          isFork: now.start == now.branch.fork && !now.guides.isEmpty, guides: now.guides))
      let here = forks[now.next...].prefix { $0.fork == first }.sorted { $0.id < $1.id }
      now.next += here.count
      let continues = first < now.branch.length || now.next < forks.count
      let guides = now.guides
      if continues {
        now.start = first
        rest.append(now)
      }
      for (index, fork) in here.enumerated().reversed() {
        rest.append(
          Rest(branch: fork, start: fork.fork, guides: guides + [continues || index < here.count - 1]))
      }
    }
  }

  /// The line with a node. The start of the session is on the first line.
  func index(of node: ReplyTree.Node) -> Int? {
    let own = byBranch[node.branch] ?? []
    return own.first { lines[$0].start < node.position && node.position <= lines[$0].end } ?? own.first
  }

  /// The lines that begin where this one ends: those of the forks, then the rest of its branch.
  func following(_ index: Int) -> [Int] {
    let line = lines[index]
    var found: [Int] = []
    for next in index + 1..<max(lines.count, index + 1) {
      let other = lines[next]
      if other.depth < line.depth || other.isFork && other.depth == line.depth { break }
      if other.branch == line.branch { return found + [next] }
      if other.isFork, other.depth == line.depth + 1 { found.append(next) }
    }
    return found
  }

  /// The line whose end this one continues; nil for the first.
  func preceding(_ index: Int) -> Int? {
    let line = lines[index]
    if !line.isFork {
      return (byBranch[line.branch] ?? []).last { $0 < index }
    }
    return lines[..<index].lastIndex { $0.depth == line.depth - 1 }
  }
}
