@testable import TerminalKit

/// A small model of an xterm: the text on its screen and the modes set.
///
/// It supports the sequences that ncurses sends for TERM=xterm-256color and ignores colours and attributes.
struct VTScreen {
  private(set) var columns: Int
  private(set) var rows: Int
  private(set) var cursor = (row: 0, column: 0)
  private var savedCursor = (row: 0, column: 0)
  /// Private modes that are set, `1049` the alternate screen, `2004` bracketed paste, `1000` and `1006` the mouse.
  private(set) var modes: Set<Int> = [7]  // a terminal starts with automatic wrapping on

  /// One string per column; empty after a wide character.
  private var cells: [[String]]
  private var wrapPending = false
  private var insertMode = false
  private var scrollRegion: Range<Int>
  private var lastPrinted: Unicode.Scalar?
  private var assembler: [UInt8] = []
  private var parser = Parser.ground

  private enum Parser {
    case ground
    case escape
    case charset
    case control(String)
    case string(afterEscape: Bool)
  }

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    scrollRegion = 0..<rows
  }

  /// Rows without trailing spaces, joined by newlines.
  var text: String { (0..<rows).map(line).joined(separator: "\n") }

  func line(_ row: Int) -> String {
    var line = cells[row].joined()
    while line.last == " " { line.removeLast() }
    return line
  }

  func contains(_ text: String) -> Bool { self.text.contains(text) }

  mutating func resize(columns: Int, rows: Int) {
    let old = cells
    self.columns = columns
    self.rows = rows
    cells = (0..<rows).map { row in
      (0..<columns).map { column in row < old.count && column < old[row].count ? old[row][column] : " " }
    }
    scrollRegion = 0..<rows
    cursor = (min(cursor.row, rows - 1), min(cursor.column, columns - 1))
    wrapPending = false
  }

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      assembler.append(byte)
      if byte >= 0x80, case .ground = parser, !isWhole(assembler) { continue }
      for scalar in String(decoding: assembler, as: UTF8.self).unicodeScalars { feed(scalar) }
      assembler = []
    }
  }

  private func isWhole(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return false }
    let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    return bytes.count >= length
  }

  private mutating func feed(_ scalar: Unicode.Scalar) {
    switch parser {
    case .ground: ground(scalar)
    case .escape: escape(scalar)
    case .charset: parser = .ground
    case .control(let parameters):
      if (0x40...0x7E).contains(scalar.value) {
        parser = .ground
        control(scalar, parameters)
      } else {
        parser = .control(parameters + String(scalar))
      }
    case .string(let afterEscape):
      parser = scalar == "\u{7}" || afterEscape && scalar == "\\" ? .ground : .string(afterEscape: scalar == "\u{1B}")
    }
  }

  private mutating func ground(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x1B: parser = .escape
    case 0x08: move(row: cursor.row, column: cursor.column - 1)
    case 0x09: move(row: cursor.row, column: (cursor.column / 8 + 1) * 8)
    case 0x0A: lineFeed()
    case 0x0D: move(row: cursor.row, column: 0)
    case 0x00..<0x20, 0x7F: break
    default: print(scalar)
    }
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    parser = .ground
    switch scalar {
    case "[": parser = .control("")
    case "]", "P", "_", "^": parser = .string(afterEscape: false)
    case "(", ")": parser = .charset
    case "D": lineFeed()
    case "7": savedCursor = cursor
    case "8": move(row: savedCursor.row, column: savedCursor.column)
    case "M":
      if cursor.row == scrollRegion.lowerBound { scroll(scrollRegion, by: -1) } else { move(row: cursor.row - 1) }
    case "c": self = VTScreen(columns: columns, rows: rows)
    default: break
    }
  }

  private mutating func print(_ scalar: Unicode.Scalar) {
    let width = TextWidth.width(of: scalar)
    guard width > 0 else {
      let column = wrapPending ? cursor.column : max(0, cursor.column - 1)
      cells[cursor.row][column].unicodeScalars.append(scalar)
      return
    }
    if modes.contains(7) && (wrapPending || cursor.column + width > columns) {
      move(row: cursor.row, column: 0)
      lineFeed()
    }
    wrapPending = false
    guard cursor.column + width <= columns else { return }
    if insertMode { insert(width) }
    cells[cursor.row][cursor.column] = String(scalar)
    if width == 2 { cells[cursor.row][cursor.column + 1] = "" }
    lastPrinted = scalar
    if cursor.column + width >= columns {
      cursor.column = columns - 1
      wrapPending = true
    } else {
      cursor.column += width
    }
  }

  private mutating func control(_ final: Unicode.Scalar, _ parameters: String) {
    let isPrivate = parameters.first == "?"
    guard isPrivate || parameters.allSatisfy({ $0.isNumber || $0 == ";" }) else { return }
    let numbers = parameters.drop { $0 == "?" }.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    func number(_ index: Int) -> Int {
      guard index < numbers.count, let value = numbers[index], value > 0 else { return 1 }
      return value
    }
    let (row, column) = cursor
    switch final {
    case "h", "l": setModes(numbers.compactMap { $0 }, isPrivate: isPrivate, to: final == "h")
    case "H", "f": move(row: number(0) - 1, column: number(1) - 1)
    case "A": move(row: row - number(0))
    case "B", "e": move(row: row + number(0))
    case "C", "a": move(row: row, column: column + number(0))
    case "D": move(row: row, column: column - number(0))
    case "E": move(row: row + number(0), column: 0)
    case "F": move(row: row - number(0), column: 0)
    case "G", "`": move(row: row, column: number(0) - 1)
    case "d": move(row: number(0) - 1)
    case "J": eraseScreen(numbers.first.flatMap { $0 } ?? 0)
    case "K":
      let mode = numbers.first.flatMap { $0 } ?? 0
      erase(row: row, mode == 0 ? column..<columns : mode == 1 ? 0..<column + 1 : 0..<columns)
    case "X": erase(row: row, column..<min(columns, column + number(0)))
    case "@": insert(number(0))
    case "P":
      let count = min(number(0), columns - column)
      cells[row].removeSubrange(column..<column + count)
      cells[row] += Array(repeating: " ", count: count)
    case "L": if scrollRegion.contains(row) { scroll(row..<scrollRegion.upperBound, by: -number(0)) }
    case "M": if scrollRegion.contains(row) { scroll(row..<scrollRegion.upperBound, by: number(0)) }
    case "S": scroll(scrollRegion, by: number(0))
    case "T": scroll(scrollRegion, by: -number(0))
    case "b": if let lastPrinted { for _ in 0..<number(0) { print(lastPrinted) } }
    case "r":
      let top = min(number(0) - 1, rows - 1)
      let bottom = numbers.count > 1 ? min(number(1), rows) : rows
      scrollRegion = top..<max(top + 1, bottom)
      move(row: 0, column: 0)
    default: break
    }
  }

  private mutating func setModes(_ numbers: [Int], isPrivate: Bool, to on: Bool) {
    for mode in numbers {
      if !isPrivate {
        if mode == 4 { insertMode = on }
        continue
      }
      if on { modes.insert(mode) } else { modes.remove(mode) }
      // The normal screen is not saved: leaving the alternate one shows an empty screen.
      if mode == 1049 { eraseScreen(2) }
    }
  }

  private mutating func move(row: Int, column: Int? = nil) {
    cursor = (min(max(0, row), rows - 1), min(max(0, column ?? cursor.column), columns - 1))
    wrapPending = false
  }

  private mutating func lineFeed() {
    if cursor.row == scrollRegion.upperBound - 1 {
      scroll(scrollRegion, by: 1)
    } else {
      move(row: cursor.row + 1)
    }
  }

  /// Up by a positive number of rows, down by a negative one.
  private mutating func scroll(_ region: Range<Int>, by amount: Int) {
    let count = min(abs(amount), region.count)
    let blank = Array(repeating: Array(repeating: " ", count: columns), count: count)
    let kept = amount > 0 ? cells[region].dropFirst(count) : cells[region].dropLast(count)
    cells.replaceSubrange(region, with: amount > 0 ? Array(kept) + blank : blank + Array(kept))
  }

  private mutating func insert(_ count: Int) {
    let count = min(count, columns - cursor.column)
    cells[cursor.row].insert(contentsOf: Array(repeating: " ", count: count), at: cursor.column)
    cells[cursor.row].removeLast(count)
  }

  private mutating func erase(row: Int, _ range: Range<Int>) {
    for column in range { cells[row][column] = " " }
  }

  private mutating func eraseScreen(_ mode: Int) {
    for row in 0..<rows {
      switch mode {
      case 0: if row >= cursor.row { erase(row: row, row == cursor.row ? cursor.column..<columns : 0..<columns) }
      case 1: if row <= cursor.row { erase(row: row, row == cursor.row ? 0..<cursor.column + 1 : 0..<columns) }
      default: erase(row: row, 0..<columns)
      }
    }
  }
}
