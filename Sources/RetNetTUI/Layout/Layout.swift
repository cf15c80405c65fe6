import TerminalKit

/// The panes of the live view that `Z` and `:zoom` enlarge.
enum ZoomedPane: String, Sendable, Hashable, CaseIterable {
  case state, memory, conversation

  /// The next pane; nil after the last.
  var following: ZoomedPane? { Self.allCases.drop { $0 != self }.dropFirst().first }
}

/// The rectangles of the panes. A pane without room has an empty rectangle.
///
/// As a window shrinks, panes disappear in this order: thumbnails, candidates, token weights, the memory map. The
/// conversation and the state stay down to 40×10; below that, one line states the minimum size. As it grows, S is
/// magnified by a whole factor as soon as the panes above it keep `comfortableConversation` lines.
struct Layout: Sendable, Hashable {
  static let minimumColumns = 40
  static let minimumRows = 10
  /// Columns of the memory map beside the conversation.
  static let narrowMemory = 31
  static let wideMemory = 52
  static let widestMemory = 80
  /// Minimum columns for the memory map beside the conversation.
  static let sideBySide = 60
  /// Minimum rows of the conversation, including its title.
  static let leastConversation = 4
  static let comfortableConversation = 10

  var isTooSmall = false
  var header = Rectangle.none
  var conversation = Rectangle.none
  var memory = Rectangle.none
  var candidates = Rectangle.none
  var tokens = Rectangle.none
  var state = Rectangle.none
  var thumbnails = Rectangle.none
  var input = Rectangle.none
  var footer = Rectangle.none

  /// - Parameters:
  ///   - heads, headDim, valueDim: the model's shape.
  ///   - valuesPerCell: rows of S in one cell, 1 or 2.
  ///   - zoomed: the pane that has the whole view; nil shows all panes.
  init(
    columns: Int, rows: Int, heads: Int, headDim: Int, valueDim: Int, valuesPerCell: Int, zoomed: ZoomedPane? = nil
  ) {
    guard columns >= Self.minimumColumns, rows >= Self.minimumRows else {
      isTooSmall = true
      return
    }
    header = Rectangle(row: 0, column: 0, rows: 1, columns: columns)
    input = Rectangle(row: rows - 2, column: 0, rows: 1, columns: columns)
    footer = Rectangle(row: rows - 1, column: 0, rows: 1, columns: columns)
    if let zoomed {
      let hasTokens = zoomed != .conversation && rows >= Self.minimumRows + 2
      tokens = Rectangle(row: 1, column: 0, rows: hasTokens ? 2 : 0, columns: columns)
      let rest = Rectangle(row: tokens.endRow, column: 0, rows: rows - 2 - tokens.endRow, columns: columns)
      switch zoomed {
      case .state: state = rest
      case .memory: memory = rest
      case .conversation: conversation = rest
      }
      return
    }

    // In a narrow window the memory map is under the conversation.
    let isStacked = columns < Self.sideBySide
    let memoryRows = min(heads, 8) + 2
    let plan = Plan(
      rows: rows - 3, columns: columns, topWithMemory: isStacked ? memoryRows + Self.leastConversation : memoryRows,
      headDim: headDim, valueDim: valueDim, valuesPerCell: valuesPerCell)
    let top = Rectangle(row: 1, column: 0, rows: plan.top, columns: columns)
    conversation = top
    if plan.showsMemory {
      if isStacked {
        conversation.rows -= memoryRows
        memory = Rectangle(row: conversation.endRow, column: 0, rows: memoryRows, columns: columns)
      } else {
        splitTop(top, heads: heads, hasTokens: plan.tokens > 0)
      }
    }
    tokens = Rectangle(row: top.endRow, column: 0, rows: plan.tokens, columns: columns)
    state = Rectangle(row: tokens.endRow, column: 0, rows: plan.state, columns: columns)

    let used = StatePane.mapColumn + min(valueDim * plan.zoom, columns - 2) + StatePane.notesWidth + 2
    let room = columns - used - 1
    if !candidates.isEmpty, room >= ThumbnailPane.minimumWidth, plan.state >= 5 {
      thumbnails = Rectangle(row: state.row, column: used, rows: plan.state, columns: room)
      state.columns = used - 1
    }
  }

  /// Puts the memory map right of the conversation, and the candidates under it or in their own column.
  private mutating func splitTop(_ top: Rectangle, heads: Int, hasTokens: Bool) {
    let rows = min(top.rows, heads + 2)
    let fitUnder = top.rows - rows >= 6
    let width =
      top.columns >= 160
      ? Self.widestMemory : top.columns >= (fitUnder ? 110 : 130) ? Self.wideMemory : Self.narrowMemory
    memory = Rectangle(row: top.row, column: top.columns - width, rows: rows, columns: width)
    conversation.columns -= width + 1
    guard hasTokens else { return }
    if fitUnder {
      candidates = Rectangle(row: memory.endRow, column: memory.column, rows: top.rows - rows, columns: width)
    } else if top.columns >= 102 {
      let column = memory.column - 31
      candidates = Rectangle(row: top.row, column: column, rows: top.rows, columns: 30)
      conversation.columns = column - 1
    }
  }

  /// The distribution of the rows between header and input line.
  private struct Plan {
    var top = 0
    var tokens = 0
    var state = 0
    var showsMemory = false
    /// Columns, and half lines, of an entry of S.
    var zoom = 1

    init(rows: Int, columns: Int, topWithMemory: Int, headDim: Int, valueDim: Int, valuesPerCell: Int) {
      let choices: [(top: Int, tokens: Int, memory: Bool, lines: Int)] = [
        (topWithMemory, 2, true, 4), (topWithMemory, 0, true, 4), (Layout.leastConversation, 0, false, 3),
      ]
      for choice in choices {
        let room = rows - choice.top - choice.tokens - 1
        for pool in 1...max(headDim, 1) {
          var lines = ((headDim + pool - 1) / pool + valuesPerCell - 1) / valuesPerCell
          if lines < choice.lines && pool > 1 { break }
          guard lines <= room else { continue }
          let free = rows - max(choice.top, Layout.comfortableConversation) - choice.tokens - 1
          if pool == 1, free > lines {
            zoom = min(free * valuesPerCell / headDim, (columns - 2) / max(valueDim, 1), HeatmapFit.largestZoom)
            zoom = max(zoom, 1)
            lines = max((headDim * zoom + valuesPerCell - 1) / valuesPerCell, lines)
          }
          top = rows - choice.tokens - 1 - lines
          tokens = choice.tokens
          state = 1 + lines
          showsMemory = choice.memory
          return
        }
      }
      state = min(4, rows)
      top = rows - state
    }
  }
}

extension Rectangle {
  static let none = Rectangle(row: 0, column: 0, rows: 0, columns: 0)
}

extension AppState {
  var layout: Layout {
    var layout = Layout(
      columns: columns, rows: rows, heads: model?.heads ?? 8, headDim: model?.headDim ?? 32,
      valueDim: model?.valueDim ?? 64, valuesPerCell: ramp.valuesPerCell, zoomed: session.zoomedPane)
    // The last lines of the conversation stay visible above a draft.
    if session.zoomedPane == .conversation, !layout.isTooSmall {
      layout.conversation.rows -= layout.input.row - InputPlan(self, area: layout.input).top
    }
    return layout
  }
}
