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
      .options, "↑ ↓", lines(.options) + pages(.options) + ends(.options),
      "select a setting; also PgUp, PgDn, Home, End",
      .init(.first, "select")),
    key(
      .options, "← →", [.left: .changeOption(by: -1), .right: .changeOption(by: 1)], "the previous or next value",
      .init(.first, "change")),
    key(.options, "Enter", [.enter: .typeOption], "type a value", .init(.first, "types")),
    key(.options, "r", ["r": .restoreOption], "the value before this session", .init(.first, "restores")),
    key(.options, "s", ["s": .saveOptions], "write the changed values to the settings file", .init(.first, "saves")),
    key(.options, "/", ["/": .search(.begin)], "show only settings with the typed text", .init(.first, "searches")),
    key(
      .options, "Esc q",
      [
        .escape: .closeOverlay, "q": .closeOverlay, "O": .closeOverlay, ":": .compose(":"),
        "?": .closeOverlayAndRepeat, .tab: .closeOverlayAndRepeat,
      ], "close", .init(.first, "closes", label: "Esc")),
    key(
      .palette, "↑ ↓",
      lines(.palette) + pages(.palette) + [
        .control("p"): .move(.palette, .lines(-1)), .control("n"): .move(.palette, .lines(1)),
      ], "select an entry; also PgUp, PgDn, Ctrl-P, Ctrl-N", .init(.first, "select")),
    key(
      .palette, "Enter", [.enter: .runPaletteEntry], "carry it out, or open its command line for an argument",
      .init(.first, "carries it out")),
    key(
      .palette, "Backspace Ctrl-U",
      [.backspace: .search(.deleteBackward), .control("h"): .search(.deleteBackward), .control("u"): .search(.clear)],
      "delete a character, the whole text"),
    key(
      .palette, "Esc", [.escape: .closeOverlay, .control("o"): .closeOverlay, .tab: .closeOverlay], "close",
      .init(.first, "closes")),
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
