import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("What is under the mouse")
struct HoverTests {
  private func mouse(_ kind: MouseEvent.Kind, _ row: Int, _ column: Int, _ state: inout AppState) -> [Effect] {
    update(&state, .key(.mouse(MouseEvent(row: row, column: column, kind: kind))))
  }

  private func footer(_ state: AppState) -> String { render(state).line(state.rows - 1) }

  @Test("The footer explains the entry, the token, the head and the tab under the mouse, until a key")
  func explains() throws {
    var state = Fixtures.speaking(columns: 160, rows: 50)
    guard case .live(let plan) = ScreenLayout(state).content else { throw CancellationError() }
    let map = try #require(plan.map)
    _ = mouse(.move, map.area.row + 1, map.area.column + 3, &state)
    let cell = try #require(map.entry(row: map.area.row + 1, column: map.area.column + 3))
    let value = Fixtures.conversation()[24].state.layers[3].matrix(head: 5)
    let entry = value[value.startIndex + cell.row * 64 + cell.column]
    #expect(footer(state).hasPrefix(" S (\(cell.row),\(cell.column)) = \(Numbers.signed(entry).trimmed) · entry"))

    let token = plan.tokens.items[2]
    _ = mouse(.move, plan.tokens.area.row, token.column, &state)
    #expect(footer(state).hasPrefix(" token 2 ▁Do · "))

    let memory = plan.memory
    let head = try #require(memory.lines.shown.last)
    _ = mouse(.move, memory.lines.row(head), memory.area.column + 2, &state)
    #expect(footer(state).hasPrefix(" layer 3 head \(head) · γ .99976 · half-life 2839 tokens · ‖S‖ "))
    let shares = try #require(memory.line(of: HeadIndex(layer: 3, head: head))).shares
    _ = mouse(.move, memory.lines.row(head), memory.column(of: memory.tokens.lowerBound + 1), &state)
    #expect(footer(state).hasPrefix(" token \(memory.tokens.lowerBound + 1) "))
    #expect(footer(state).contains(Numbers.percent(shares[1]).trimmed))
    _ = update(&state, .key(.escape))
    #expect(footer(state).contains("? help"))
    _ = update(&state, .key("2"))
    let tabs = try #require(ScreenLayout(state).pages?.tabs)
    let decay = try #require(tabs.items.first { $0.name == "decay" })
    _ = mouse(.move, tabs.area.row, decay.column, &state)
    #expect(footer(state).hasPrefix(" d  The decay of every head."))
  }

  @Test("Nothing under the mouse leaves the keys in the footer, and a movement changes nothing else")
  func nothing() {
    var state = Fixtures.speaking()
    let before = footer(state)
    #expect(mouse(.move, 0, 0, &state) == [])
    #expect(footer(state) == before)
    #expect(state.focus == .input)
    for row in -1...25 { for column in stride(from: -1, through: 81, by: 5) { _ = mouse(.move, row, column, &state) } }
    #expect(state.overlay == nil)
    #expect(state.input.isEmpty)
  }

  @Test("Of adjacent movements only the last is handled; other keys keep their place")
  func merged() {
    func move(_ column: Int) -> Key { .mouse(MouseEvent(row: 1, column: column, kind: .move)) }
    let press = Key.mouse(MouseEvent(row: 1, column: 3, kind: .press))
    let keys: [Key] = [move(1), move(2), "a", move(3), press, move(4), move(5), move(6)]
    #expect(keys.mergingMovements == [move(2), "a", move(3), press, move(6)])
    #expect(([] as [Key]).mergingMovements == [])
  }

  // MARK: The footer's keys

  /// Clicks the label of the first footer entry with this text.
  private func click(_ text: String, _ state: inout AppState, offset: Int = 0) throws -> [Effect] {
    let item = try #require(ScreenLayout(state).footer.items.first { $0.key.text == text }, "\(text)")
    return mouse(.press, state.rows - 1, item.column + offset, &state)
  }

  @Test("A click on a key in the footer is that key; on the meaning of a single key too")
  func clicks() throws {
    var state = Fixtures.speaking(columns: 160)
    #expect(try click("pauses", &state) == [.engine(.pause)])
    #expect(try click("step", &state, offset: 2) == [.engine(.steps(1))])
    #expect(try click("step", &state) == [.engine(.back)])
    #expect(try click("step", &state, offset: 4) == [], "the meaning of several keys is none of them")
    _ = try click("panes", &state)
    #expect(state.focus == .panes)
    _ = try click("head", &state, offset: 2)
    #expect(state.settings.head == 6)
    _ = try click("help", &state)
    #expect(state.helpPage != nil)
    _ = try click("closes", &state)
    #expect(state.overlay == nil)
  }

  @Test("A click does not quit")
  func quitting() throws {
    var state = Fixtures.ready()
    #expect(try click("quits", &state) == [])
    #expect(state.notice?.text == "Press Ctrl-D to quit.")
  }

  @Test("A click on a norm of the panel changes it; a click beside the panel closes it")
  func norms() throws {
    var state = Fixtures.speaking()
    for key in [.escape, "n"] as [Key] { _ = update(&state, .key(key)) }
    let lines = render(state).text.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(lines.firstIndex { $0.contains("norm 2  D") })
    var wanted = NormOptions()
    wanted.retention.norm2 = true
    #expect(mouse(.press, row, 9, &state) == [.engine(.set(.norms(wanted)))])
    #expect(state.overlay == .norms(row: 1))
    #expect(mouse(.press, 15, 70, &state) == [])
    #expect(state.overlay == nil)
  }

  @Test("Every key that a footer shows can be clicked, and is in its context", arguments: [80, 200])
  func allKeys(columns: Int) throws {
    var states = [Fixtures.ready(columns: columns), Fixtures.speaking(columns: columns)]
    for keys in [[.escape], [.escape, "2"], [.escape, "2", "p"], [.escape, "3"], [.escape, "?"], [.escape, "n"]]
      as [[Key]]
    {
      var state = Fixtures.speaking(columns: columns)
      for key in keys { _ = update(&state, .key(key)) }
      states.append(state)
    }
    for state in states {
      let footer = ScreenLayout(state).footer
      #expect(!footer.items.isEmpty)
      for item in footer.items {
        let target = footer.target(atColumn: item.column)
        guard case .key(let key) = target else {
          Issue.record("\(item.key.label) is \(String(describing: target))")
          continue
        }
        var clicked = state
        _ = update(&clicked, .key(key))
        #expect(clicked.notice?.text.contains("does nothing here") != true, "\(item.key.label)")
      }
    }
  }
}
