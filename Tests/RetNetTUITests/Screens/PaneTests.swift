import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Names of tokens")
struct PieceTextTests {
  @Test("A symbol is a word: the end of a turn as the next token, the speaker where it was read")
  func symbols() {
    #expect(PieceText.candidate("<|user|>") == "⏎ end of turn")
    #expect(PieceText.candidate("</s>") == "⏎ end of text")
    #expect(PieceText.candidate("<|bot|>") == "⏎ bot")
    #expect(PieceText.shown("<|user|>") == "⏎ you")
    #expect(PieceText.shown("<|bot|>") == "⏎ bot")
    for piece in ["▁the", "<s>", "<", "|user|"] { #expect(PieceText.candidate(piece) == piece) }
    #expect(PieceText.candidate("<0x61>") == "a")
    #expect(TextWidth.width(of: "⏎ end of turn") == 13)
  }

  @Test("The raw symbols are on no page of a conversation", arguments: [80, 160])
  func pages(columns: Int) throws {
    var state = Fixtures.speaking(columns: columns, rows: 50)
    var last = try #require(Fixtures.conversation().last)
    last.candidates[0] = StepResult.Candidate(token: 9, piece: "<|user|>", probability: 0.989)
    _ = update(&state, .refreshed(last))
    var texts = [render(state).text]
    state.view = .explorer
    for page in Explorer.Page.allCases {
      state.explorer.page = page
      texts += [render(state).text, PagedView(state).text.joined(separator: "\n")]
    }
    for text in texts {
      #expect(!text.contains("<|user|>"))
      #expect(!text.contains("<|bot|>"))
    }
    if columns == 160 { #expect(texts[0].contains("⏎ end of turn")) }
    #expect(texts.contains { $0.contains("▸1  ⏎ end of turn") })
  }
}

@Suite("Panes")
struct PaneTests {
  @Test("A pooled cell is the entry of largest magnitude with its sign", arguments: [(1, 1), (2, 1), (3, 2), (5, 7)])
  func pooling(rowPool: Int, columnPool: Int) {
    var generator = SeededGenerator(seed: 3)
    let (rows, columns) = (11, 13)
    let matrix = (0..<rows * columns).map { _ in Float(generator.nextNormal()) }
    let map = Heatmap(matrix, matrixColumns: columns, rowPool: rowPool, columnPool: columnPool)
    #expect(map.rows == Int((Double(rows) / Double(rowPool)).rounded(.up)))
    #expect(map.columns == Int((Double(columns) / Double(columnPool)).rounded(.up)))
    for i in 0..<map.rows {
      for j in 0..<map.columns {
        var block: [Float] = []
        for row in i * rowPool..<min((i + 1) * rowPool, rows) {
          for column in j * columnPool..<min((j + 1) * columnPool, columns) {
            block.append(matrix[row * columns + column])
          }
        }
        #expect(map[i, j] == block.max { abs($0) < abs($1) })
      }
    }
  }

  @Test("Pooling keeps a NaN visible, and the scale ignores infinities")
  func broken() {
    let map = Heatmap([1, .nan, -3, .infinity], matrixColumns: 2, rowPool: 1, columnPool: 2)
    #expect(map[0, 0].isNaN)
    #expect(map[1, 0] == .infinity)
    #expect(map.maximum == 3)
    #expect(HeatScale.linear.shade(.nan, maximum: 3).isNaN)
  }

  @Test("The scales linear (to ±max), p99 and fixed (to a limit), sqrt and symlog are odd and within ±1")
  func scales() {
    #expect(HeatScale.percentile.shade(-3, maximum: 4) == -0.75)
    #expect(HeatScale.percentile.shade(5, maximum: 4) == 1)
    #expect(HeatScale.root.shade(-1, maximum: 4) == -0.5)
    #expect(HeatScale.root.shade(4, maximum: 4) == 1)
    #expect(HeatScale.root.shade(0, maximum: 4) == 0)
    #expect(HeatScale.linear.shade(-1, maximum: 4) == -0.25)
    #expect(HeatScale.fixed(2).shade(-1, maximum: 4) == -0.5)
    #expect(HeatScale.fixed(2).shade(3, maximum: 4) == 1)
    let expected = Float(log(1 + 100 * 0.01) / log(101))
    #expect(abs(HeatScale.symlog.shade(0.04, maximum: 4) - expected) < 1e-6)
    #expect(HeatScale.symlog.shade(-4, maximum: 4) == -1)
    #expect(HeatScale.linear.shade(0, maximum: 0) == 0)
  }

  @Test("The 99th percentile is the magnitude that 99 % do not exceed; if that is 0, the largest")
  func percentile() {
    var generator = SeededGenerator(seed: 5)
    for count in [1, 2, 50, 99, 100, 101, 200, 2048] {
      var values = (0..<count).map { _ in Float(generator.nextNormal()) }
      let map = Heatmap(values, matrixColumns: 1, rowPool: 1, columnPool: 1)
      #expect(map.full(.percentile) == HeatmapOracle.percentile(values), "\(count) values")
      #expect(map.full(.root) == values.map(abs).max())
      // Values that are no numbers do not count.
      let expected = map.full(.percentile)
      values += [.nan, .infinity, -.infinity]
      #expect(Heatmap(values, matrixColumns: 1, rowPool: 1, columnPool: 1).full(.percentile) == expected)
    }
    let sparse = [Float](repeating: 0, count: 299) + [-5]
    #expect(Heatmap(sparse, matrixColumns: 10, rowPool: 1, columnPool: 1).full(.percentile) == 5)
    #expect(Heatmap([0, .nan], matrixColumns: 1, rowPool: 1, columnPool: 1).full(.percentile) == 0)
    #expect(Heatmap([], matrixColumns: 0, rowPool: 1, columnPool: 1).full(.percentile) == 0)
  }

  @Test("A heatmap cell is a half block for two rows of S, and the probe's half has the accent colour")
  func cells() throws {
    let state = Fixtures.speaking(columns: 80, rows: 40)
    let grid = render(state)
    let layout = state.layout
    let layer = try #require(state.result?.state.layers[3])
    let entries = Array(layer.matrix(head: 5))
    let full = HeatmapOracle.percentile(entries)
    #expect(layout.state.rows == 17)
    func entry(_ row: Int, _ column: Int) -> Float { entries[row * 64 + column] }
    for line in 0..<16 {
      for column in 0..<64 where (line, column) != (3, 41) {
        let cell = grid[layout.state.row + 1 + line, 1 + column]
        #expect(cell == HeatmapOracle.cell(entry(2 * line, column), entry(2 * line + 1, column), full: full))
      }
    }
    // The probe is at row 7, column 41: the lower half of line 3.
    let probe = grid[layout.state.row + 1 + 3, 1 + 41]
    #expect(
      probe == Cell("▄", style: Style(.accent, on: HeatmapOracle.color(entry(6, 41), full: full) ?? .standard)))
  }

  @Test("Token weights are |w q_n·k_m| as shares of their sum; w is 0 for tokens before the head was emptied")
  func weights() throws {
    let place = HeadIndex(layer: 2, head: 4)
    let (width, emptied, slowed, slow) = (32, 5, 9, 0.75)
    var results = Fixtures.conversation()
    results[emptied].options.edits = [.zero(place)]
    results[slowed].options.changes[place].gamma = slow
    var state = Fixtures.ready(columns: 200)
    (state.settings.layer, state.settings.head) = (place.layer, place.head)
    for result in results { _ = update(&state, .result(result, seconds: 0.001)) }

    let query = try #require(results.last).trace.layers[place.layer].query
    let gamma = 1 - pow(2, -5 - Double(place.head))
    let expected = results.enumerated().map { m, result in
      guard m >= emptied else { return 0.0 }
      let key = result.trace.layers[place.layer].key
      var dot = 0.0
      for i in place.head * width..<(place.head + 1) * width { dot += Double(query[i]) * Double(key[i]) }
      return (m + 1..<results.count).reduce(abs(dot)) { $0 * ($1 == slowed ? slow : gamma) }
    }
    let sum: Double = expected.reduce(0, +)
    let items = TokenPlan(
      state, area: Rectangle(row: 0, column: 0, rows: 2, columns: 200), session: RecordedSession(state)
    ).items
    #expect(items.map(\.entry.index) == Array(results.indices))
    for (item, value) in zip(items, expected) { #expect(abs(item.share - value / sum) < 1e-12) }
  }

  @Test("The token history is bounded and follows the session back")
  func history() {
    var history = TokenHistory()
    let model = ModelInfo(name: "m", layers: 1, heads: 1, headDim: 2, valueDim: 2)
    for index in 0..<TokenHistory.limit + 10 {
      history.append(Fixtures.result(index, piece: "x", role: .reply, turn: 1, text: "", model: model).record)
    }
    #expect(history.entries.count == TokenHistory.limit)
    #expect(history.entries.first?.index == 10)
    history.truncate(to: 100)
    #expect(history.entries.last?.index == 99)
    var again = Fixtures.result(50, piece: "x", role: .reply, turn: 1, text: "", model: model).record
    history.append(again)
    #expect(history.entries.last?.index == 99, "the record is unchanged")
    #expect(history.past.last?.index == 50, "the record is unchanged")
    again.token += 1
    history.append(again)
    #expect(history.entries.last?.index == 50)
    #expect(history.entries.count == 41)
    #expect(history.past.count == 41)
  }

  @Test("The state summary has half-life, norm and largest entry")
  func words() throws {
    let result = try #require(Fixtures.conversation().last)
    let summary = try #require(StateSummary(result, layer: 3, head: 5))
    #expect(
      summary.text == "Layer 3 head 5, half-life 709 tokens, norm 34.88, largest +1.498 at row 24 column 35.")
    #expect(StateSummary(result, layer: 6, head: 0) == nil)
    #expect(StateSummary(result, layer: 0, head: 8) == nil)
  }

  @Test("The values beside the selected head depend on the norms; torchscale's norm 3 shows no divisor")
  func rowFactors() throws {
    var norms = NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper))
    var state = Fixtures.speaking()
    let next = Fixtures.result(25, piece: "x", role: .reply, turn: 1, text: "x", norms: norms)
    _ = update(&state, .result(next, seconds: 0.001))
    #expect(render(state).text.contains("r_n 0.143  ÷ 6.500  ‖S‖ 35.09"))
    norms.retention.norm3 = .torchscale
    _ = update(
      &state,
      .result(Fixtures.result(26, piece: "x", role: .reply, turn: 1, text: "x", norms: norms), seconds: 0.001))
    #expect(render(state).text.contains("r_n 0.143  ÷  none  ‖S‖ 35.24"))
  }

  @Test("At any scroll position the pane shows the transcript's lines")
  func conversation() {
    var state = Fixtures.ready(columns: 60, rows: 16)
    for turn in 0..<9 {
      let role: StepResult.Role = turn.isMultiple(of: 2) ? .user : .reply
      let text = "turn \(turn) " + String(repeating: "word ", count: 7 * turn)
      _ = update(&state, .result(Fixtures.result(turn, piece: "x", role: role, turn: turn, text: text), seconds: 0.001))
    }
    let all = ConversationText.lines(state)
    let rows = state.layout.conversation.rows - 1
    #expect(all.count > 3 * rows)
    for scroll in 0...all.count - rows {
      state.scroll = scroll
      let shown = all.dropLast(scroll).suffix(rows).map(\.text)
      let top = state.layout.conversation.row + 1
      for (offset, text) in shown.enumerated() {
        let line = render(state).line(top + offset).dropFirst(1 + ConversationText.labelColumns)
        #expect(line.hasPrefix(text), "\(scroll), \(offset): \(line)")
      }
    }
  }

  @Test("Text from the model cannot move the cursor or reorder a line")
  func hostileText() {
    var state = Fixtures.speaking()
    let text = "a\u{1B}[2Jb\u{202E}c\u{7}d"
    _ = update(
      &state,
      .result(Fixtures.result(25, piece: "\u{1B}]0;x\u{7}", role: .reply, turn: 1, text: text), seconds: 0.001))
    let shown = render(state).fullText
    #expect(shown.contains("a[2Jbcd"))
    #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
  }
}

@Suite("Numbers on the screen")
struct NumbersTests {
  @Test("A byte piece is shown as its character if that is visible")
  func pieces() {
    let shown = [
      "<0x61>", "<0x3F>", "<0x7E>", "<0x20>", "<0x7F>", "<0xE2>", "<s>", "▁saw", "<0x6>", "<0xZZ>", "<0x061>",
    ]
    .map(PieceText.shown)
    #expect(shown == ["a", "?", "~", "<0x20>", "<0x7F>", "<0xE2>", "<s>", "▁saw", "<0x6>", "<0xZZ>", "<0x061>"])
  }

  @Test("Signed numbers keep 6 columns and magnitudes 5, whatever their size")
  func widths() {
    var value: Float = 1e-38
    while value.isFinite {
      for sample in [value, value * 9.9999, value * 5.55, value * 9.96] where sample.isFinite {
        #expect(Numbers.signed(sample).count == 6, "\(sample)")
        #expect(Numbers.signed(-sample).count == 6, "\(sample)")
        #expect(Numbers.magnitude(Double(sample)).count == 5, "\(sample)")
      }
      value *= 10
    }
  }

  @Test("Numbers are rounded to the digits shown, with signs, exponents and NaN")
  func values() {
    #expect(Numbers.signed(0) == "+0.000")
    #expect(Numbers.signed(-0.053) == "−0.053")
    #expect(Numbers.signed(1234.6) == " +1235")
    #expect(Numbers.signed(-1.25e9) == "−1.2e9" || Numbers.signed(-1.25e9) == "−1.3e9")
    #expect(Numbers.signed(.nan) == "   NaN")
    #expect(Numbers.signed(-.infinity) == "    −∞")
    #expect(Numbers.magnitude(0.00012) == "1e-04")
    #expect(Numbers.decay(1 - 1 / 32) == ".96875")
    #expect(Numbers.decay(1 - 1e-9) == ">.9999" || Numbers.decay(1 - 1e-9) == "1.00000")
    #expect(Numbers.halfLife(21.83) == " 21.8")
    #expect(Numbers.halfLife(2839) == " 2839")
    #expect(Numbers.grouped(1_234_567) == "1,234,567")
    #expect(Numbers.grouped(12) == "12")
    #expect(Numbers.percent(0.123) == "12.3%")
    #expect(Numbers.percent(1) == " 100%")
  }
}
