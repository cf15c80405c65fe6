import TerminalKit

/// Keys of all panes, and of every context.
extension KeyTable {
  static let panes: [KeyBinding] = [
    key(
      .panes, "Space", [" ": .pauseOrResume], "pause or resume a reply, also on an empty input line",
      .init(.run) { state in
        // On the norms page Space changes a norm, unless a reply runs.
        let isTaken = state.shownView == .forms && state.lab.page == .norms
        return state.phase == .running ? "pauses" : state.phase == .paused && !isTaken ? "resumes" : nil
      }),
    key(
      .panes, "→", [.right: .step], "one recurrent step, also on an empty input line",
      .init(.run, label: "← →") { $0.phase == .paused && $0.shownView != .tree ? "step" : nil }),
    key(
      .panes, "←", [.left: .back], "undo one step, also on an empty input line",
      .init(.run) { state in
        state.phase == .ready && state.result != nil && state.focus == .panes && state.shownView != .tree ? "back" : nil
      }),
    key(
      .panes, "i Tab Enter",
      ["i": .focusInput, .tab: .focusInput, .backTab: .focusInput, .enter: .focusInput], "go to the input line",
      .init(.type, label: "i") { $0.focus == .panes && $0.overlay == nil ? "type" : nil }),
    key(
      .panes, ": /", [":": .compose(":"), "/": .compose("/")], "open the command line",
      .init(.general, label: ":") { $0.shownView == .live && $0.result == nil ? "commands" : nil }),
    key(.panes, "[ ]", ["[": .selectHead(by: -1), "]": .selectHead(by: 1)], "select the head", .init(.view, "head")),
    key(
      .panes, "{ }", ["{": .selectLayer(by: -1), "}": .selectLayer(by: 1)], "select the layer", .init(.view, "layer")),
    key(
      .panes, "hjkl x", probeKeys({ .moveProbe(rows: $0, columns: $1) }, largest: .probeLargest),
      "move the probe of S (HJKL by 8), x to the largest entry",
      .init(.page) { state in
        let isLive = state.shownView == .live && state.phase == .ready && state.result != nil
        let isExplorer =
          state.shownView == .explorer && [.head, .cell, .writers, .reading].contains(state.explorer.page)
        return isLive || isExplorer ? "probe" : nil
      }),
    key(.panes, "n", ["n": .showNorms], "norms panel", .live("norms")),
    key(.panes, "s", ["s": .nextScale], "colour scale: p99, sqrt, linear, fixed, symlog", .live("scale")),
    key(.panes, "+ -", ["+": .scaleSpeed(2), "-": .scaleSpeed(0.5)], "double or halve the speed of a reply or replay"),
    key(
      .panes, "R", ["R": .replay], "replay the later tokens, or the last turn, step by step",
      .init(.general) { $0.shownView == .live && $0.phase == .ready && $0.result != nil ? "replays" : nil }),
    key(.panes, "m", ["m": .toggleMouse], "mouse on or off"),
    key(.panes, "1", ["1": .showLive], "live view", .init(.general) { $0.view == .live ? nil : "live" }),
    key(.panes, "2", ["2": .showExplorer(nil)], "state explorer, at its last page"),
    key(.panes, "3", ["3": .showLaboratory(nil)], "forms laboratory, at its last page"),
    key(.panes, "4", ["4": .showLessons], "lessons"),
    key(
      .panes, "( )", ["(": .turnPage(by: -1), ")": .turnPage(by: 1)], "previous or next page of views 2, 3 and 5",
      .init(.view) { $0.shownView == .forms ? "page" : nil }),
    key(
      .panes, "v", ["v": .nextMode], "heatmaps: state, change, last token's share, difference",
      .on([.overview, .head], "mode")),
    key(.panes, "c", ["c": .nextStrip], "token strip: weight, mean, entropy, surprise", .explorer("strip")),
    key(.panes, "g", ["g": .compose(":goto ")], "go to a token", .explorer("goto")),
    key(.panes, "F N", ["F": .compose(":find "), "N": .findAgain], "find a text, find it again"),
    key(.panes, "a", ["a": .setReference], "compare later states with this one"),
    key(
      .panes, "0 f z", ["0": .toggleHead, "f": .toggleFreeze, "z": .clearHead],
      "turn the head off or on, freeze its state, clear it", .on([.experiments], "change the head", label: "0 f z y P")),
    key(.panes, "y P", ["y": .copyHead, "P": .pasteHead], "copy a head's state, put it into another head"),
    key(.panes, "u", ["u": .undoExperiment], "undo the last experiment", .on([.experiments], "undoes")),
    key(
      .panes, ", .", [",": .changeChunk(by: -1), ".": .changeChunk(by: 1)], "chunk length: one less, one more",
      .on(lab: [.forms, .agreement, .costs], "chunk", label: ", . < >")),
    key(.panes, "< >", ["<": .halveChunk, ">": .doubleChunk], "chunk length: half, double"),
    key(
      .panes, "B", ["B": .toggleGroupNormSide], "errors of the forms before or after the group norm",
      .init(.page) { state in
        guard state.shownView == .forms, state.lab.page == .agreement else { return nil }
        return state.lab.afterGroupNorm ? "before" : "after"
      }),
    key(.panes, "O", ["O": .showOptions], "options: all settings and the sources of their values"),
    key(
      .panes, "X", ["X": .showWhy], "what each sampling stage did to the last drawn token"),
    key(.panes, "W", ["W": .showGlossary], "the symbols and their equations"),
    key(
      .panes, "?", ["?": .showHelp], "what this page shows, keys and commands", .init(.pinned, "help")),
  ]

  static let everywhere: [KeyBinding] = [
    key(.everywhere, "F1", [.function(1): .showHelp], "help, also on the input line"),
    key(
      .everywhere, "Ctrl-C", [.control("c"): .interrupt],
      "stop a reply; else clear the line, which ↑ returns",
      .init(.run) { state in
        guard state.overlay == nil, state.question == nil, state.historySearch == nil else { return nil }
        if state.phase == .running { return "stops" }
        if state.phase == .paused { return state.focus == .input ? "ends the reply" : nil }
        return state.lab.isWaiting && state.shownView == .forms ? "cancels the analysis" : nil
      }),
    key(
      .everywhere, "Ctrl-D", [.control("d"): .quit], "quit, if the input line is empty",
      .init(.type) { state in
        guard state.view != .lessons, state.overlay == nil, state.question == nil, !state.isCommanding,
          state.historySearch == nil
        else {
          return nil
        }
        return (state.focus == .input ? !state.isReplying : state.view == .live && state.result == nil) ? "quits" : nil
      }),
    key(
      .everywhere, "Ctrl-O", [.control("o"): .showPalette],
      "the palette: search commands, keys, settings and models"),
    key(.everywhere, "Ctrl-L", [.control("l"): .redraw], "redraw the screen"),
    key(.everywhere, "Ctrl-Z", [.control("z"): .suspend], "suspend the app; the shell's fg resumes it"),
  ]
}
