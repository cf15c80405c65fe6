import TerminalKit

/// The rectangles of the panes. A pane without room has an empty rectangle.
///
/// As a window shrinks, panes disappear in this order: layer thumbnails, candidates, token weights, decay bars. The
/// conversation and the state stay down to 40×10; below that, one line states the minimum size.
struct Layout: Sendable, Hashable {
  static let minimumColumns = 40
  static let minimumRows = 10
  /// Columns of the decay pane; `wideDecay` has room for ‖S‖, r_n and the divisor of every head.
  static let narrowDecay = 31
  static let wideDecay = 52
  /// Minimum columns for decay bars beside the conversation.
  static let sideBySide = 60
  /// Minimum rows of the conversation, including its title.
  static let leastConversation = 4

  var isTooSmall = false
  var header = Rectangle.none
  var conversation = Rectangle.none
  var decay = Rectangle.none
  var candidates = Rectangle.none
  var tokens = Rectangle.none
  var state = Rectangle.none
  var thumbnails = Rectangle.none
  var input = Rectangle.none
  var footer = Rectangle.none

  /// - Parameters:
  ///   - heads, headDim, valueDim: the model's shape.
  ///   - valuesPerCell: rows of S in one cell, 1 or 2.
  init(columns: Int, rows: Int, heads: Int, headDim: Int, valueDim: Int, valuesPerCell: Int) {
    guard columns >= Self.minimumColumns, rows >= Self.minimumRows else {
      isTooSmall = true
      return
    }
    header = Rectangle(row: 0, column: 0, rows: 1, columns: columns)
    input = Rectangle(row: rows - 2, column: 0, rows: 1, columns: columns)
    footer = Rectangle(row: rows - 1, column: 0, rows: 1, columns: columns)

    // In a narrow window the decay bars are under the conversation.
    let isStacked = columns < Self.sideBySide
    let decayRows = min(heads, 8) + 2
    let plan = Plan(
      rows: rows - 3, topWithDecay: isStacked ? decayRows + Self.leastConversation : decayRows, headDim: headDim,
      valuesPerCell: valuesPerCell)
    let top = Rectangle(row: 1, column: 0, rows: plan.top, columns: columns)
    conversation = top
    if plan.showsDecay {
      if isStacked {
        conversation.rows -= decayRows
        decay = Rectangle(row: conversation.endRow, column: 0, rows: decayRows, columns: columns)
      } else {
        splitTop(top, heads: heads, hasTokens: plan.tokens > 0)
      }
    }
    tokens = Rectangle(row: top.endRow, column: 0, rows: plan.tokens, columns: columns)
    state = Rectangle(row: tokens.endRow, column: 0, rows: plan.state, columns: columns)

    let used = StatePane.mapColumn + min(valueDim, columns - 2) + StatePane.notesWidth + 2
    let room = columns - used - 1
    if !candidates.isEmpty, room >= ThumbnailPane.minimumWidth, plan.state >= 5 {
      thumbnails = Rectangle(row: state.row, column: used, rows: plan.state, columns: room)
      state.columns = used - 1
    }
  }

  /// Puts the decay bars right of the conversation, and the candidates under them or in their own column.
  private mutating func splitTop(_ top: Rectangle, heads: Int, hasTokens: Bool) {
    let rows = min(top.rows, heads + 2)
    let fitUnder = top.rows - rows >= 6
    let width = top.columns >= (fitUnder ? 110 : 130) ? Self.wideDecay : Self.narrowDecay
    decay = Rectangle(row: top.row, column: top.columns - width, rows: rows, columns: width)
    conversation.columns -= width + 1
    guard hasTokens else { return }
    if fitUnder {
      candidates = Rectangle(row: decay.endRow, column: decay.column, rows: top.rows - rows, columns: width)
    } else if top.columns >= 102 {
      let column = decay.column - 31
      candidates = Rectangle(row: top.row, column: column, rows: top.rows, columns: 30)
      conversation.columns = column - 1
    }
  }

  /// The distribution of the rows between header and input line.
  private struct Plan {
    var top = 0
    var tokens = 0
    var state = 0
    var showsDecay = false

    init(rows: Int, topWithDecay: Int, headDim: Int, valuesPerCell: Int) {
      let choices: [(top: Int, tokens: Int, decay: Bool, lines: Int)] = [
        (topWithDecay, 2, true, 4), (topWithDecay, 0, true, 4), (Layout.leastConversation, 0, false, 3),
      ]
      for choice in choices {
        let room = rows - choice.top - choice.tokens - 1
        for pool in 1...max(headDim, 1) {
          let lines = ((headDim + pool - 1) / pool + valuesPerCell - 1) / valuesPerCell
          if lines < choice.lines && pool > 1 { break }
          guard lines <= room else { continue }
          top = rows - choice.tokens - 1 - lines
          tokens = choice.tokens
          state = 1 + lines
          showsDecay = choice.decay
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
    Layout(
      columns: columns, rows: rows, heads: model?.heads ?? 8, headDim: model?.headDim ?? 32,
      valueDim: model?.valueDim ?? 64, valuesPerCell: ramp.valuesPerCell)
  }
}
