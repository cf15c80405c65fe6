import TerminalKit

/// Keys of single views and pages.
extension KeyTable {
  static let live: [KeyBinding] = [
    key(
      .live, "; '", [";": .selectToken(by: -1), "'": .selectToken(by: 1)], "select a token of the memory map"),
    key(
      .live, "Z", ["Z": .zoom], "enlarge the state, the memory map, the conversation",
      .init(.view) { $0.result == nil ? nil : "zoom" }),
    key(
      .live, "S", ["S": .toggleStepDisplay], "the state pane: S alone, or the step that led to it",
      .init(.page) { $0.result == nil ? nil : $0.session.display == .step ? "S alone" : "the step" }),
    key(
      .live, "PgUp PgDn", pages(.conversation), "scroll the conversation; also the wheel",
      .init(.general, label: "PgUp") { $0.focus == .input ? "scrolls" : nil }),
    key(
      .live, "↑ ↓ Home End", lines(.conversation) + ends(.conversation), "scroll by a line, to the start, to the end"),
  ]

  static let time: [KeyBinding] = [
    key(.time, "Home End", [.home: .goToStart, .end: .goToEnd], "the start or the end of the session"),
    key(.time, "PgUp PgDn", [.pageUp: .go(by: -16), .pageDown: .go(by: 16)], "16 tokens back or forward"),
  ]

  static let explorer: [KeyBinding] = [
    pageKeys(
      Explorer.Page.allCases.compactMap { page in page.key.map { ($0, .showExplorer(page)) } },
      "pages of the state explorer"),
    key(
      .explorer, "↑ ↓", lines(.explorer), "select a line of a list",
      .init(.open) { state in
        switch state.explorer.page {
        case .writers, .reading: "token"
        case .prediction, .branches: "select"
        case .overview, .head, .cell, .decay, .statistics, .experiments: nil
        }
      }),
    key(
      .explorer, "Enter", [.enter: .openSelected], "open the selected head, cell, part, candidate or branch",
      .init(.open) { state in
        guard state.view != .lessons else { return nil }
        return switch state.explorer.page {
        case .overview: "opens"
        case .head: "cell"
        case .writers: state.explorer.part.next.rawValue
        case .prediction: "picks"
        case .branches: "continues"
        case .cell, .decay, .reading, .statistics, .experiments: nil
        }
      }),
    key(.explorer, "Esc", [.escape: .closePage], "back to the head, to the overview", .on([.head, .cell], "up")),
  ]

  static let laboratory: [KeyBinding] = [
    pageKeys(Lab.Page.allCases.map { ($0.key, .showLaboratory($0)) }, "pages of the forms laboratory"),
    key(
      .formsPage, "hjkl x", probeKeys({ .moveEntry(rows: $0, columns: $1) }, largest: .largestEntry),
      "n (j k) and m (h l) of D and R; HJKL by 8, x largest R", .init(.page, "probe")),
    key(
      .normsPage, "Space Enter", [" ": .pauseOrChangeNorm, .enter: .changeSelectedNorm],
      "change the selected norm; Space first pauses a reply",
      .init(.page, label: "Enter") { $0.view == .lessons ? nil : "changes" }),
    key(
      .laboratory, "↑ ↓", lines(.laboratory), "select a chunk, a norm, a row",
      .init(.page) { state in
        switch state.lab.page {
        case .forms: "chunk's S"
        case .agreement: nil
        case .norms, .dialects, .costs: "select"
        case .precision: nil
        }
      }),
    key(.laboratory, "v", ["v": .nextMatrix], "D or R, if there is room for one", .on(lab: [.forms], "D or R")),
    key(.laboratory, "Esc", [.escape: .showLaboratory(.forms)], "the first page"),
  ]
}
