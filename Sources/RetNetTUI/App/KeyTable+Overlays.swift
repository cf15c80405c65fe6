import TerminalKit

/// Keys of the panels over the panes.
extension KeyTable {
  static let overlays: [KeyBinding] = [
    key(
      .text, "Esc Enter q",
      [
        .escape: .closeOverlay, .enter: .closeOverlay, "q": .closeOverlay, "?": .closeOverlay, "W": .closeOverlay,
        .function(1): .closeOverlay, ":": .compose(":"), .tab: .closeOverlayAndRepeat,
      ], "close", .init(.first, "closes", label: "Esc")),
    key(
      .text, "↑ ↓ PgUp PgDn",
      lines(.text) + pages(.text) + ends(.text)
        + ["k": .move(.text, .lines(-1)), "j": .move(.text, .lines(1)), " ": .move(.text, .pages(1))],
      "scroll; also j, k and Space", .init(.first, "scroll")),
    key(.help, "/", ["/": .search(.begin)], "show only lines with the typed text", .init(.first, "searches")),
    key(
      .search, "Enter Backspace",
      [.enter: .search(.end), .backspace: .search(.deleteBackward), .control("h"): .search(.deleteBackward)],
      "keep the lines found; delete a character", .init(.first, "keeps the lines", label: "Enter")),
    key(
      .search, "Esc", [.escape: .search(.clear), .control("u"): .search(.clear)], "show all lines again",
      .init(.first, "all lines")),
    key(.search, "↑ ↓ PgUp PgDn", lines(.text) + pages(.text) + ends(.text), "scroll"),
    key(
      .normsPanel, "1 2 3 g e",
      [
        "1": .changeNorm(.norm1), "2": .changeNorm(.norm2), "3": .changeNorm(.norm3), "g": .changeNorm(.group),
        "e": .changeNorm(.epsilon),
      ], "change a norm", .init(.first, "change")),
    key(
      .normsPanel, "↑ ↓ Space",
      lines(.norms) + [
        "k": .move(.norms, .lines(-1)), "j": .move(.norms, .lines(1)), " ": .changePanelNorm, .enter: .changePanelNorm,
      ], "select a norm, change it", .init(.first, "select")),
    key(.normsPanel, "r", ["r": .restoreNorms], "restore the model's norms", .init(.first, "the model's")),
    key(
      .normsPanel, "Esc n q",
      [
        .escape: .closeOverlay, "n": .closeOverlay, "q": .closeOverlay, "?": .closeOverlayAndRepeat,
        .tab: .closeOverlayAndRepeat,
      ], "close", .init(.first, "closes", label: "Esc")),
  ]
}
