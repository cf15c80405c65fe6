import CNcurses
import Foundation

/// Draws grids on a terminal and reads its keys. The only file that imports CNcurses.
///
/// ncurses has global state, owned by the main actor: open one terminal at a time, and call `close` on every exit path.
/// Reading and drawing never block (except up to 25 ms after an Esc, and up to 0.1 s in a paste). Create the `SignalPipe` first: ncurses installs
/// its own handlers for SIGINT and SIGTERM unless others are installed.
@MainActor package final class NcursesTerminal: Terminal {
  package private(set) var traits: ScreenTraits
  /// Readable when keys are available, for `poll`.
  let inputDescriptor: Int32

  private let screen: OpaquePointer
  private let input: UnsafeMutablePointer<FILE>
  private let output: UnsafeMutablePointer<FILE>
  /// Keys are read from a pad, as reading from a window would refresh that window.
  private let keyboard: UnsafeMutableRawPointer
  private let defaultColors: PairCache.Colors
  private var pairs: PairCache
  private var palette: Palette
  private var decoder = KeyDecoder()
  private var replies: ReplyFilter
  /// Keys that were typed before the screen opened.
  private var typedAhead: [KeyDecoder.Input]
  /// Whether keys have been read.
  private var hasRead = false
  private var lastPasteInput = ContinuousClock.now
  /// The contents of the screen; nil if unknown.
  private var drawnGrid: Grid?
  private var isClosed = false
  private var isMouseOn = false
  /// The modes and the bytes that restore the terminal.
  private let shellModes: FatalSignals.Modes
  private let leaveSequence: String

  /// Opens the terminal of stdin and stdout, or /dev/tty if one of them is not a terminal.
  ///
  /// - Parameter theme: if it depends on the terminal's background, asks for it and waits up to 0.1 s for the answer.
  /// - Throws: `TerminalError`, before the screen is shown.
  package init(
    theme: Theme.Name = .auto, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(TerminalError) {
    let unicode = Self.setLocale(environment)
    let files = try Self.openFiles()
    (input, output) = files
    inputDescriptor = fileno(input)
    let name = environment["TERM"] ?? ""
    do throws(TerminalError) {
      try Self.checkType(name, descriptor: fileno(output))
      shellModes = FatalSignals.Modes(of: fileno(output))
      leaveSequence = Self.makeLeaveSequence()
      FatalSignals.guardTerminal(fileno(output), modes: shellModes, leave: leaveSequence)
      var filter = ReplyFilter()
      typedAhead =
        Self.isAsked(theme, environment)
        ? FatalSignals.output {
          BackgroundQuery.ask(
            input: fileno(files.input), output: fileno(files.output), unicode: unicode, filter: &filter)
        } : []
      replies = filter
      let entry = Self.directColorEntry(environment)
      guard let screen = FatalSignals.output({ Self.newTerminal(name, files, entry) }) else {
        throw TerminalError.unknownType(name)
      }
      self.screen = screen
    } catch {
      FatalSignals.releaseTerminal()
      fclose(files.input)
      fclose(files.output)
      throw error
    }
    (traits, defaultColors, pairs) = Self.startColors(environment, unicode: unicode)
    let background = replies.background ?? BackgroundQuery.background(colorFGBG: environment["COLORFGBG"])
    traits.theme = Theme(theme, terminalBackground: background)
    palette = Palette(depth: traits.availableDepth, theme: traits.theme)
    raw()
    noecho()
    nonl()
    set_escdelay(25)
    mouseinterval(0)
    keyboard = cn_open_keyboard()
    define_key("\u{1B}[200~", KeyCode.pasteStart)
    define_key("\u{1B}[201~", KeyCode.pasteEnd)
    // Terminal descriptions have codes of their own for these, or none.
    for start in ["[1;5", "[1;3", "[5"] {
      define_key("\u{1B}\(start)D", KeyCode.controlLeft)
      define_key("\u{1B}\(start)C", KeyCode.controlRight)
    }
    define_key("\u{1B}Od", KeyCode.controlLeft)
    define_key("\u{1B}Oc", KeyCode.controlRight)
    send(Self.pasteOn)
    setMouse(true)
  }

  package var size: (columns: Int, rows: Int) { isClosed ? (0, 0) : (Int(cn_columns()), Int(cn_rows())) }

  /// Turns mouse events on or off. When off, the terminal's own text selection works.
  package func setMouse(_ on: Bool) {
    guard !isClosed else { return }
    let buttons = cn_mouse_press() | cn_mouse_release() | cn_mouse_wheel_up() | cn_mouse_wheel_down()
    _ = FatalSignals.output { mousemask(on ? buttons | cn_mouse_move() : 0, nil) }
    isMouseOn = on
    // ncurses requests buttons only. A terminal without this mode ignores it.
    send(on ? Self.movementOn : Self.movementOff)
  }

  package func use(_ theme: Theme) {
    guard theme != traits.theme else { return }
    traits.theme = theme
    palette = Palette(depth: traits.availableDepth, theme: theme)
    drawnGrid = nil
  }

  /// Makes the next `draw` repaint the whole screen, for example after output of another program.
  package func invalidate() {
    guard !isClosed else { return }
    drawnGrid = nil
    cn_repaint()
  }

  /// Restores the terminal's original state, stops the program until it is continued in the foreground, and resumes.
  ///
  /// - Parameter group: whether to stop the other processes of the shell's job too.
  package func suspend(group: Bool) {
    guard !isClosed else { return }
    leave()
    FatalSignals.releaseTerminal()
    FatalSignals.stop(fileno(output), group: group)
    resume()
  }

  /// Restores the terminal's original state, runs another program on it, and resumes.
  ///
  /// - Parameter body: receives the terminal's descriptor, and returns when the other program has ended.
  package func lend<Result>(_ body: (Int32) throws -> Result) rethrows -> Result {
    guard !isClosed else { return try body(fileno(output)) }
    leave()
    FatalSignals.releaseTerminal()
    defer { resume() }
    return try body(fileno(output))
  }

  /// Sets the terminal's clipboard (`ClipboardSequence`). No terminal confirms it.
  package func copy(_ sequence: String) {
    guard !isClosed else { return }
    send(sequence)
  }

  /// Sets the app's modes again, after the program was stopped and continued. The next `draw` repaints the screen.
  package func resume() {
    guard !isClosed else { return }
    FatalSignals.awaitForeground(fileno(output))
    FatalSignals.guardTerminal(fileno(output), modes: shellModes, leave: leaveSequence)
    // Stopped by SIGSTOP, the program has not left the screen, but the shell has changed the modes.
    if !isendwin() { leave() }
    // A stopped program misses SIGWINCH.
    if let size = TTY.size(fileno(output)), is_term_resized(Int32(size.rows), Int32(size.columns)) {
      resizeterm(Int32(size.rows), Int32(size.columns))
    }
    invalidate()
    FatalSignals.output {
      reset_prog_mode()
      refresh()
    }
    send(Self.pasteOn + (isMouseOn ? Self.movementOn : ""))
  }

  /// Restores the terminal's original state, until the next refresh.
  private func leave() {
    send(Self.pasteOff + Self.movementOff)
    _ = FatalSignals.output { endwin() }
  }

  package func close() {
    guard !isClosed else { return }
    setMouse(false)
    leave()
    isClosed = true
    FatalSignals.releaseTerminal()
    cn_close_keyboard(keyboard)
    delscreen(screen)
    fclose(input)
    fclose(output)
  }

  // MARK: Drawing

  package func draw(_ grid: Grid) {
    guard !isClosed else { return }
    FatalSignals.output { update(to: grid) }
  }

  private func update(to grid: Grid) {
    if drawnGrid.map({ $0.columns != grid.columns || $0.rows != grid.rows }) ?? true {
      drawnGrid = nil
      erase()
    }
    // Redefining a pair changes the colours of cells that use it, so all cells are drawn again.
    if !drawCells(grid, changedFrom: drawnGrid) {
      _ = drawCells(grid, changedFrom: nil)
    }
    drawnGrid = grid
    if let cursor = grid.cursor, cursor.row < size.rows, cursor.column < size.columns {
      move(Int32(cursor.row), Int32(cursor.column))
      curs_set(1)
    } else {
      curs_set(0)
    }
    cn_stage()
    doupdate()
  }

  /// - Returns: whether no pair in use was redefined.
  private func drawCells(_ grid: Grid, changedFrom old: Grid?) -> Bool {
    var pairsUnchanged = true
    let palette = palette
    // Adjacent cells often have the same style: the pair is looked up only when the style changes.
    var style: Style?
    var appearance = Appearance(.plain, palette)
    var pair: Int32 = 0
    let (columns, rows) = size
    for row in 0..<min(rows, grid.rows) {
      for column in 0..<min(columns, grid.columns) {
        let cell = grid[row, column]
        guard !cell.isContinuation, old?[row, column] != cell else { continue }
        if cell.style != style {
          style = cell.style
          appearance = Appearance(cell.style, palette)
          let assignment = self.pair(for: appearance)
          pairsUnchanged = pairsUnchanged && !assignment.isReassigned
          pair = Int32(assignment.pair)
        }
        let fits = column + cell.width <= columns
        put(fits ? cell : .blank, appearance, pair, Int32(row), Int32(column))
      }
    }
    return pairsUnchanged
  }

  private func put(
    _ cell: Cell, _ appearance: Appearance, _ pair: Int32, _ row: Int32, _ column: Int32
  ) {
    var attributes: attr_t = 0
    if appearance.bold { attributes |= cn_bold() }
    if appearance.dim { attributes |= cn_dim() }
    if appearance.underline { attributes |= cn_underline() }
    if appearance.reverse { attributes |= cn_reverse() }
    if putUnchanged(cell, attributes, pair, row, column) { return }
    // A character whose width differs in the C library is replaced by a question mark of the cell's width.
    let fallback = traits.unicode ? "?" : AsciiFallback.character(cell.glyph.character)
    for offset in 0..<Int32(cell.width) {
      let character = offset == 0 ? fallback : " "
      let text = character.unicodeScalars.map { wchar_t(truncatingIfNeeded: $0.value) } + [0]
      _ = cn_put_cell(row, column + offset, text, attributes, pair)
    }
  }

  /// Draws the cell; false if the C library cannot show it with the cell's width.
  private func putUnchanged(
    _ cell: Cell, _ attributes: attr_t, _ pair: Int32, _ row: Int32, _ column: Int32
  ) -> Bool {
    guard traits.unicode || cell.glyph.isASCII else { return false }
    let base = cell.glyph.base
    let first = wchar_t(truncatingIfNeeded: base.value)
    guard base.isASCII || Int(wcwidth(first)) == cell.width else { return false }
    return withUnsafeTemporaryAllocation(of: wchar_t.self, capacity: Glyph.maximumMarks + 2) { text in
      text[0] = first
      var count = 1
      if cell.glyph.hasMarks {
        for mark in cell.glyph.marks {
          text[count] = wchar_t(truncatingIfNeeded: mark.value)
          count += 1
        }
      }
      text[count] = 0
      guard let start = text.baseAddress else { return false }
      return cn_put_cell(row, column, start, attributes, pair) != ERR
    }
  }

  private func pair(for appearance: Appearance) -> PairCache.Assignment {
    let colors = PairCache.Colors(foreground: appearance.foreground, background: appearance.background)
    let assignment = pairs.pair(for: colors)
    if assignment.isNew {
      cn_init_pair(
        Int32(assignment.pair), Int32(colors.foreground ?? defaultColors.foreground ?? -1),
        Int32(colors.background ?? defaultColors.background ?? -1))
    }
    return assignment
  }

  // MARK: Keys

  package func readKeys() -> [Key] {
    guard !isClosed else { return [] }
    var keys = decodeInput()
    // A long paste arrives in small parts.
    let end = ContinuousClock.now + .seconds(Self.longestRead)
    while decoder.isPasting, ContinuousClock.now < end, TTY.hasInput(inputDescriptor, milliseconds: 5) {
      keys += decodeInput()
    }
    return keys
  }

  /// Seconds in which `readKeys` waits for the rest of a paste.
  private static let longestRead = 0.1

  private func decodeInput() -> [Key] {
    var batch: [KeyDecoder.Input] = []
    while batch.count < 4096 {
      var value: UInt32 = 0
      let status = cn_read_keyboard(keyboard, &value)
      if status == KEY_CODE_YES {
        batch += inputs(forKeyCode: Int32(bitPattern: value))
      } else if status == OK {
        batch.append(.scalar(value))
      } else {
        break
      }
    }
    batch = typedAhead + replies.filter(batch)
    typedAhead = []
    if !hasRead {
      // Before the program changed the terminal's modes, Enter was a line feed.
      batch = batch.map { $0 == .scalar(0x0A) ? .scalar(0x0D) : $0 }
      hasRead = true
    }
    let keys = decoder.decode(batch)
    if !batch.isEmpty || !decoder.isPasting {
      lastPasteInput = .now
    } else if lastPasteInput.duration(to: .now) > .seconds(1) {
      return keys + decoder.endPaste()
    }
    return keys
  }

  private enum KeyCode {
    // Outside the range of ncurses' own keys and of extended terminal capabilities.
    static let pasteStart: Int32 = 0x2000
    static let pasteEnd: Int32 = 0x2001
    static let controlLeft: Int32 = 0x2002
    static let controlRight: Int32 = 0x2003
  }

  private func inputs(forKeyCode code: Int32) -> [KeyDecoder.Input] {
    switch code {
    case KeyCode.pasteStart: return [.pasteStart]
    case KeyCode.pasteEnd: return [.pasteEnd]
    case KEY_RESIZE:
      drawnGrid = nil
      return [.key(.resize(columns: size.columns, rows: size.rows))]
    case KEY_MOUSE: return mouseEvents().map { .key(.mouse($0)) }
    case KEY_F0 + 1...KEY_F0 + 63: return [.key(.function(Int(code - KEY_F0)))]
    default: return Self.keys[code].map { [.key($0)] } ?? []
    }
  }

  private static let keys: [Int32: Key] = [
    KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
    KEY_SR: .up, KEY_SF: .down, KEY_SLEFT: .left, KEY_SRIGHT: .right,
    KEY_HOME: .home, KEY_END: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
    KEY_ENTER: .enter, KEY_BACKSPACE: .backspace, KEY_DC: .delete, KEY_BTAB: .backTab,
    KeyCode.controlLeft: .controlLeft, KeyCode.controlRight: .controlRight,
  ]

  /// Events that arrive together share one key code and are returned in reverse order.
  private func mouseEvents() -> [MouseEvent] {
    let kinds: [(mmask_t, MouseEvent.Kind)] = [
      (cn_mouse_wheel_up(), .wheelUp), (cn_mouse_wheel_down(), .wheelDown),
      (cn_mouse_press(), .press), (cn_mouse_release(), .release), (cn_mouse_move(), .move),
    ]
    var events: [MouseEvent] = []
    var event = MEVENT()
    while events.count < 64, getmouse(&event) == OK {
      guard let kind = kinds.first(where: { event.bstate & $0.0 != 0 })?.1 else { continue }
      events.append(MouseEvent(row: Int(event.y), column: Int(event.x), kind: kind))
    }
    return events.reversed()
  }

  // MARK: Opening

  /// Sets the user's locale; if none is set, a UTF-8 locale if the system has one. Returns whether it is UTF-8.
  private static func setLocale(_ environment: [String: String]) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let isSet = names.contains { environment[$0]?.isEmpty == false }
    setlocale(LC_CTYPE, "")
    if !isSet { _ = setlocale(LC_CTYPE, "C.UTF-8") ?? setlocale(LC_CTYPE, "en_US.UTF-8") }
    return nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } == "UTF-8"
  }

  private static func openFiles() throws(TerminalError) -> (
    input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>
  ) {
    let descriptor = { (standard: Int32) -> Int32 in
      isatty(standard) == 1 ? dup(standard) : open("/dev/tty", O_RDWR | O_CLOEXEC)
    }
    let (reading, writing) = (descriptor(STDIN_FILENO), descriptor(STDOUT_FILENO))
    guard reading >= 0, writing >= 0, let input = fdopen(reading, "r"), let output = fdopen(writing, "w") else {
      throw .noTerminal
    }
    return (input, output)
  }

  /// Checks the terminfo entry without output.
  private static func checkType(_ name: String, descriptor: Int32) throws(TerminalError) {
    var status: Int32 = 0
    guard !name.isEmpty, setupterm(name, descriptor, &status) == OK, status == 1 else { throw .unknownType(name) }
    // NULL means absent, −1 means not a string capability.
    guard let move = tigetstr("cup"), Int(bitPattern: move) != -1 else { throw .noCursorMovement(name) }
  }

  private static func startColors(
    _ environment: [String: String], unicode: Bool
  ) -> (ScreenTraits, PairCache.Colors, PairCache) {
    let plain = (
      ScreenTraits(depth: .monochrome, unicode: unicode), PairCache.Colors(), PairCache(capacity: 0)
    )
    guard allowsColors(environment), has_colors(), start_color() != ERR else { return plain }
    let isDirect = cn_colors() == DirectColorEntry.colors && has("RGB") && cn_has_extended_pairs()
    let depth = isDirect ? .direct : ColorDepth(colors: min(Int(cn_colors()), 256))
    guard depth != .monochrome, cn_pair_limit() > 1 else { return plain }
    let hasDefaults = use_default_colors() != ERR
    let colors =
      hasDefaults ? PairCache.Colors() : PairCache.Colors(foreground: Int(COLOR_WHITE), background: Int(COLOR_BLACK))
    return (
      ScreenTraits(depth: depth, unicode: unicode), colors, PairCache(capacity: Int(cn_pair_limit()) - 1)
    )
  }

  private static func allowsColors(_ environment: [String: String]) -> Bool { environment["NO_COLOR"]?.isEmpty ?? true }

  /// Whether to ask for the background: only where it matters and the question is not shown as text.
  private static func isAsked(_ theme: Theme.Name, _ environment: [String: String]) -> Bool {
    let name = environment["TERM"] ?? ""
    return theme != .dark && theme != .light && allowsColors(environment) && tigetnum("colors") >= 8
      && !name.hasPrefix("linux") && !name.hasPrefix("dumb")
  }

  /// What the terminal's description and the environment say, without a screen.
  package static func facts(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TerminalFacts {
    let isUnicode = setLocale(environment)
    var facts = TerminalFacts(
      type: environment["TERM"] ?? "", library: String(cString: curses_version()),
      codeset: nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } ?? "", isUnicode: isUnicode)
    var status: Int32 = 0
    guard !facts.type.isEmpty, setupterm(facts.type, STDOUT_FILENO, &status) == OK, status == 1 else { return facts }
    facts.description = TerminalFacts.Description(
      movesCursor: has("cup"), colors: max(Int(tigetnum("colors")), 0), hasDirectColor: has("RGB"),
      derivesDirectColor: directColorEntry(environment) != nil, hasMouse: has("kmous") || has("XM"),
      hasPaste: has("BE") || has("PS"), hasClipboard: has("Ms"))
    facts.allowsColors = allowsColors(environment)
    facts.answers = isAsked(.auto, environment)
    return facts
  }

  // MARK: 24-bit colours

  /// A description with 24-bit colours for a terminal that has them, as COLORTERM says, and whose own description does
  /// not use them. nil keeps the terminal's own. Requires `setupterm`.
  private static func directColorEntry(_ environment: [String: String]) -> DirectColorEntry? {
    guard let name = environment["TERM"], allowsColors(environment), cn_has_extended_pairs(),
      !name.hasPrefix("linux"), tigetnum("colors") >= 8
    else { return nil }
    let isNamed = ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased() ?? "")
    guard isNamed || has("RGB"), !has("RGB") || tigetnum("colors") != DirectColorEntry.colors else { return nil }
    let names = DirectColorEntry.Names(
      flags: names(cn_flag_name), numbers: names(cn_number_name), strings: names(cn_string_name))
    guard !names.strings.isEmpty else { return nil }
    return DirectColorEntry(
      name, names: names, flag: { tigetflag($0) > 0 },
      number: { name in
        let value = tigetnum(name)
        return value >= 0 ? value : nil
      },
      string: { name in
        guard let text = tigetstr(name), Int(bitPattern: text) != -1 else { return nil }
        return UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
      })
  }

  private static func names(_ name: (Int32) -> UnsafePointer<CChar>?) -> [String] {
    var names: [String] = []
    while let next = name(Int32(names.count)) { names.append(String(cString: next)) }
    return names
  }

  /// Whether the terminal has an extended capability of any type.
  private static func has(_ name: String) -> Bool {
    if tigetflag(name) > 0 || tigetnum(name) > 0 { return true }
    return tigetstr(name).map { Int(bitPattern: $0) != -1 } ?? false
  }

  /// Opens ncurses with a compiled description, which TERMINFO contains in hexadecimal digits, or else with the
  /// terminal's own. Older libraries ignore such a value, and use the terminal's own too.
  private static func newTerminal(
    _ name: String, _ files: (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>),
    _ entry: DirectColorEntry?
  ) -> OpaquePointer? {
    guard let entry else { return newterm(name, files.output, files.input) }
    let old = getenv("TERMINFO").map { String(cString: $0) }
    setenv("TERMINFO", "hex:" + entry.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(), 1)
    defer {
      if let old { setenv("TERMINFO", old, 1) } else { unsetenv("TERMINFO") }
    }
    return newterm(name, files.output, files.input)
  }

  private static let (movementOn, movementOff) = ("\u{1B}[?1003h", "\u{1B}[?1003l")
  private static let (pasteOn, pasteOff) = ("\u{1B}[?2004h", "\u{1B}[?2004l")

  /// What undoes the modes that the app sets: mouse reports, bracketed paste, attributes, colours, the hidden cursor,
  /// the keypad mode and the alternate screen. Requires `setupterm`.
  private static func makeLeaveSequence() -> String {
    let capabilities = ["sgr0", "op", "cnorm", "rmkx", "rmcup"].map(capability)
    // Without an alternate screen, the next text begins below the app's.
    return "\u{1B}[?1000;1002;1003;1006l" + pasteOff + capabilities.joined() + (capabilities.last == "" ? "\r\n" : "")
  }

  /// A string of the terminal description, without its delays; empty if the terminal lacks it.
  private static func capability(_ name: String) -> String {
    guard let text = tigetstr(name), Int(bitPattern: text) != -1 else { return "" }
    return String(cString: text).replacing(/\$<[^>]*>/, with: "")
  }

  private func send(_ sequence: String) {
    FatalSignals.output {
      fputs(sequence, output)
      fflush(output)
    }
  }
}
