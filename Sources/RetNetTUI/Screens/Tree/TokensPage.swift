import RetNet
import RetNetSession
import TerminalKit

/// The next tokens as blocks whose height is their probability, each divided by the tokens after it.
struct TokensPage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Block: Sendable, Hashable {
    /// nil for the tokens that are too improbable for a block of their own.
    var node: Int?
    var area: Rectangle
    /// The probability after the tokens above it.
    var probability: Double
  }

  struct Plan: PagePlan {
    /// Column by column, from the top.
    var blocks: [Block] = []
    var levels: Int
    /// The nodes of the blocks, in the same order.
    var nodes: [Int] { blocks.compactMap(\.node) }

    init?(_ state: AppState, area: Rectangle) {
      guard let mass = state.tree.mass, mass.position == state.position, !area.isEmpty,
        mass.branch == state.explorer.session.branch, state.phase != .running
      else { return nil }
      levels = state.massPlace.levels
      let (width, whole) = (area.columns / levels, area.below(1))
      var parents: [(node: Int?, area: Rectangle)] = [(nil, whole)]
      for level in 0..<levels {
        var next: [(node: Int?, area: Rectangle)] = []
        for parent in parents {
          var place = parent.area
          place.column = area.column + level * width
          place.columns = width
          for block in Self.split(place, mass, under: parent.node) {
            blocks.append(block)
            if let node = block.node { next.append((node, block.area)) }
          }
        }
        parents = next
      }
    }

    /// Divides the rows of an area in proportion to the probabilities. Ends are rounded, so that the rows add up.
    private static func split(_ area: Rectangle, _ mass: TokenMass, under node: Int?) -> [Block] {
      var (blocks, sum, row) = ([Block](), 0.0, 0)
      for child in mass.children(of: node) {
        let probability = mass.nodes[child].probability
        sum += probability
        let end = min(Int((sum * Double(area.rows)).rounded()), area.rows)
        // A token too improbable for a line of its own belongs to the rest, and so do all after it.
        guard end > row else {
          sum -= probability
          break
        }
        blocks.append(
          Block(
            node: child,
            area: Rectangle(row: area.row + row, column: area.column, rows: end - row, columns: area.columns),
            probability: probability))
        row = end
      }
      guard row < area.rows, !mass.children(of: node).isEmpty else { return blocks }
      let rest = Rectangle(row: area.row + row, column: area.column, rows: area.rows - row, columns: area.columns)
      return blocks + [Block(node: nil, area: rest, probability: max(1 - sum, 0))]
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      blocks.first { $0.area.contains(row: row, column: column) }?.node.map { .line($0) }
    }
  }

  /// Least columns of a level.
  static let leastColumns = 20

  func draw(in grid: inout Grid) {
    guard let plan, let mass = state.tree.mass else { return drawMissing(in: &grid) }
    drawTitle(
      "Next tokens",
      [
        PageTitle.Fact("after token \(mass.position - 1)"),
        PageTitle.Fact(state.tree.isComputing ? "computing" : ""),
      ], right: state.tree.isComputing ? "Ctrl-C stops" : "Enter picks the tokens up to the selected block",
      shortRight: state.tree.isComputing ? nil : "Enter picks", in: &grid)
    let scale = ProbabilityScale(kind: .brightness, traits: state.traits)
    for block in plan.blocks { draw(block, mass, scale, in: &grid) }
  }

  private func draw(_ block: Block, _ mass: TokenMass, _ scale: ProbabilityScale, in grid: inout Grid) {
    let isSelected = block.node != nil && block.node == state.tree.block
    let edge: Style = isSelected ? .accent : .muted
    for row in block.area.row..<block.area.endRow {
      let glyph: Glyph = block.area.rows == 1 ? "╶" : row == block.area.row ? "┌" : "│"
      grid.put(Cell(glyph, style: edge), row, block.area.column, in: block.area)
    }
    let percent = Numbers.percent(block.probability).trimmed
    let name = block.node.map { PieceText.candidate(mass.nodes[$0].piece) } ?? "others"
    let room = block.area.columns - 3 - percent.count
    var style = block.node == nil ? .muted : scale.style(probability: block.probability)
    if isSelected { style = .accent.with(reverse: true) }
    let end = grid.put(
      TextWidth.truncate(name, to: max(room, 1)), block.area.row, block.area.column + 1, style, in: block.area)
    let line = grid.put(percent, block.area.row, end + 1, edge, in: block.area) + 1
    grid.put(
      String(repeating: "─", count: max(block.area.endColumn - 1 - line, 0)), block.area.row, line, .muted,
      in: block.area)
    guard isSelected, block.area.rows > 1, let node = block.node else { return }
    grid.put(
      TextWidth.truncate("in all \(Numbers.percent(mass.nodes[node].mass).trimmed)", to: block.area.columns - 2),
      block.area.row + 1, block.area.column + 1, .muted, in: block.area)
  }

  var text: [String] {
    guard let mass = state.tree.mass, mass.position == state.position else {
      return ["There are no probabilities before the first token."]
    }
    func name(_ node: Int) -> String {
      "'\(PieceText.candidate(mass.nodes[node].piece))' \(Numbers.percent(mass.nodes[node].probability).trimmed)"
    }
    return mass.roots.prefix(10).map { root in
      let next = mass.children(of: root).prefix(3).map(name)
      return name(root) + (next.isEmpty ? "" : ", then " + next.joined(separator: ", ")) + "."
    }
  }
}
