import RetNet

/// The most probable next tokens, and those after each of them: a tree whose nodes share the probability of 1.
package struct TokenMass: Sendable, Hashable {
  package struct Node: Sendable, Hashable {
    package var token: Int
    /// The piece as spelled in the vocabulary, `▁saw`.
    package var piece: String
    /// Of this token after the ones above it, before sampling stages.
    package var probability: Double
    /// The product of the probabilities from the first token on.
    package var mass: Double
    /// The token above it; nil for the first level.
    package var parent: Int?
    /// From 0.
    package var level: Int
    /// The next tokens, best first; empty if they are not computed.
    package var children: Range<Int> = 0..<0
    /// Whether the token ends the reply, so that none follows.
    package var ends = false
  }

  /// Tokens read before the first level.
  package var position: Int
  package var branch: Int
  /// Each level's nodes of one parent are consecutive. The first level begins at 0.
  package var nodes: [Node] = []
  package var roots = 0..<0

  package init(position: Int, branch: Int) { (self.position, self.branch) = (position, branch) }

  /// The nodes of the first level, or under a node.
  package func children(of node: Int?) -> Range<Int> { node.map { nodes[$0].children } ?? roots }

  /// The tokens from the first level to a node.
  package func path(to node: Int) -> [Int] {
    var (path, next) = ([Int](), Optional(node))
    while let node = next {
      path.append(nodes[node].token)
      next = nodes[node].parent
    }
    return path.reversed()
  }
}

/// A computation of a `TokenMass`, best first.
package struct TokenMassSearch: Sendable {
  package private(set) var mass: TokenMass
  fileprivate let levels: Int
  fileprivate let least: Double
  /// The states after nodes whose next tokens have next tokens too, and before the first level.
  fileprivate var states: [Int?: ModelState]
  fileprivate var waiting: [Int] = []

  package var isComplete: Bool { waiting.isEmpty }

  /// Largest number of next tokens of a node.
  private static let width = 12

  fileprivate init(_ mass: TokenMass, levels: Int, least: Double, state: ModelState) {
    (self.mass, self.levels, self.least) = (mass, levels, least)
    states = [nil: state]
  }

  /// Adds the next tokens under a node, or the first level.
  fileprivate mutating func add(
    _ next: NextToken, under parent: Int?, piece: (Int) -> String, ends: (Int) -> Bool
  ) {
    let level = parent.map { mass.nodes[$0].level + 1 } ?? 0
    let share = parent.map { mass.nodes[$0].mass } ?? 1
    let first = mass.nodes.count
    for (token, probability) in next.best(Self.width) where probability * share >= least {
      mass.nodes.append(
        TokenMass.Node(
          token: token, piece: piece(token), probability: probability, mass: probability * share, parent: parent,
          level: level, ends: ends(token)))
    }
    let added = first..<mass.nodes.count
    if let parent { mass.nodes[parent].children = added } else { mass.roots = added }
    if level < levels - 1 { waiting += added.filter { !mass.nodes[$0].ends } }
  }

  /// Removes the most probable node without next tokens.
  fileprivate mutating func next() -> Int? {
    guard let place = waiting.indices.max(by: { mass.nodes[waiting[$0]].mass < mass.nodes[waiting[$1]].mass }) else {
      return nil
    }
    return waiting.remove(at: place)
  }
}

extension Engine {
  /// The next tokens of the current position; their own next tokens are computed by `extend`.
  ///
  /// - Parameters:
  ///   - levels: 1 or more.
  ///   - least: the smallest mass of a node.
  /// - Returns: nil before the first token.
  package func tokenMass(levels: Int, least: Double) -> TokenMassSearch? {
    guard let next = current.next else { return nil }
    var search = TokenMassSearch(
      TokenMass(position: current.position, branch: branches.id), levels: levels, least: least, state: current.state)
    add(next, under: nil, to: &search)
    return search
  }

  /// The search after more steps, the most probable nodes first, for `duration`.
  ///
  /// - Throws: `ModelError`.
  package func extend(_ search: TokenMassSearch, for duration: Duration) throws -> TokenMassSearch {
    defer { inference.rest() }
    var search = search
    let end = ContinuousClock.now + duration
    repeat {
      guard let node = search.next() else { break }
      let found = search.mass.nodes[node]
      guard var state = search.states[found.parent] else { continue }
      let options = nextOptions(at: search.mass.position + found.level)
      let next = NextToken(try inference.step(found.token, options, state: &state))
      if found.level < search.levels - 2 { search.states[node] = state }
      add(next, under: node, to: &search)
    } while ContinuousClock.now < end
    return search
  }

  private func add(_ next: NextToken, under node: Int?, to search: inout TokenMassSearch) {
    search.add(
      next, under: node, piece: tokenizer.pieceOrNumber,
      ends: { $0 >= tokenizer.vocabularySize || !conversation.hasTyped && format.endsReply($0) })
  }
}
