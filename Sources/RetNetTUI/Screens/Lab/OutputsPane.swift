import RetNet
import RetNetAnalysis
import TerminalKit

/// The output o of one token in the three forms: numbers, colours and the work of each, and how far they agree.
struct OutputsPane {
  struct Plan: Sendable {
    /// Lines of each form: its name and work, and its output; or the output alone.
    var linesPerForm: Int
    var area: Rectangle
    /// The line under the outputs.
    var verdict: Int

    init(_ room: Rectangle, linesPerForm: Int) {
      self.linesPerForm = linesPerForm
      area = Rectangle(row: room.row, column: room.column, rows: 3 * linesPerForm, columns: room.columns)
      verdict = area.endRow
    }
  }

  private static let nameColumns = 11

  let forms: FormComparison
  /// The token, an index of `forms.tokens`.
  let token: Int
  let scale: HeatScale
  let ramp: Ramp
  let titleStyle: Style
  /// The largest magnitude of the token's outputs.
  private let maximum: Float

  init(_ forms: FormComparison, state: AppState) {
    (self.forms, token) = (forms, state.lab.token)
    (scale, ramp, titleStyle) = (state.settings.scale, state.ramp, state.titleStyle)
    let values = forms.outputs.filter(\.isExact).flatMap { [token] in Self.values($0, forms, token) }
    maximum = values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }

  func draw(_ plan: Plan, in grid: inout Grid) {
    let area = plan.area
    for (index, output) in forms.outputs.enumerated() {
      let row = area.row + index * plan.linesPerForm
      let name = output.form.name.prefix(1).uppercased() + output.form.name.dropFirst()
      grid.put(name, row, area.column + 1, titleStyle, in: area)
      if plan.linesPerForm > 1 {
        let text = work(output.form).fitting(area.columns - Self.nameColumns - 2) ?? ""
        grid.put(text, row, area.column + 1 + Self.nameColumns, .muted, in: area)
      }
      drawValues(output, row: row + plan.linesPerForm - 1, area, in: &grid)
    }
    let agreement = forms.agreement(at: token)
    if let text = verdict(agreement).fitting(area.columns - 2) {
      grid.put(text, plan.verdict, area.column + 1, agreement?.isWithin == false ? .warning : .accent)
    }
  }

  /// Numbers in the left half, and all values as colours in the right half. All forms have one scale.
  private func drawValues(_ output: FormComparison.Output, row: Int, _ area: Rectangle, in grid: inout Grid) {
    let left = area.column + 1 + Self.nameColumns
    let room = area.endColumn - 1 - left
    let values = values(output)
    guard output.isExact else {
      let text = ["without torchscale's divisor: equal only after the group norm (A)", "not comparable here: A"]
      grid.put(text.fitting(room) ?? "", row, left, .muted, in: area)
      return
    }
    let pool = max((values.count * 2 + room - 1) / max(room, 1), 1)
    let strip = Heatmap(values, matrixColumns: values.count, rowPool: 1, columnPool: pool)
    let start = area.endColumn - 1 - strip.columns
    for x in 0..<strip.columns {
      grid.put(ramp.cell(scale.shade(strip[0, x], maximum: maximum)), row, start + x, in: area)
    }
    var column = left
    for value in values {
      let text = Numbers.signed(value)
      guard column + text.count + 3 <= start else { break }
      column = grid.put(text, row, column, in: area) + 1
    }
    grid.put("…", row, column, .muted, in: area)
  }

  private func values(_ output: FormComparison.Output) -> ArraySlice<Float> { Self.values(output, forms, token) }

  private static func values(_ output: FormComparison.Output, _ forms: FormComparison, _ token: Int) -> ArraySlice<
    Float
  > {
    output.values[token * forms.valueDim..<(token + 1) * forms.valueDim]
  }

  /// What a form reads for the token, from the longest form to the shortest.
  private func work(_ form: RetentionForm) -> [String] {
    let named = forms.skipped + token
    switch form {
    case .parallel:
      let scores = Self.count(token + 1, "score")
      return [
        "Eq. 5: o = row \(named) of R · V, \(scores) of all tokens so far", "Eq. 5: \(scores) · V", "\(scores) · V",
      ]
    case .recurrent:
      let shape = "\(forms.headDim)×\(forms.valueDim)"
      return ["Eq. 6: o = q · S, one \(shape) matrix of any number of tokens", "Eq. 6: q · S, \(shape)", "q · S"]
    case .chunkwise:
      let chunk = forms.chunk(of: token)
      let scores = Self.count(
        token - (forms.chunks.first { $0.range.contains(token) }?.range.lowerBound ?? 0) + 1, "score")
      let past = chunk > 0 ? " + ξ q · S of chunk \(chunk - 1)" : ""
      return ["Eq. 7: o = \(scores) of chunk \(chunk) · V\(past)", "\(scores) · V\(past)"]
    }
  }

  private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// The agreement from the longest form to the shortest.
  private func verdict(_ agreement: FormComparison.Agreement?) -> [String] {
    guard let agreement else {
      return ["Only one form computes these norms before the group norm.", "one form only"]
    }
    func number(_ value: Double) -> String { value == 0 ? "0" : Numbers.magnitude(value).trimmed }
    let gap = "largest gap \(number(agreement.gap)), rounding allows \(number(agreement.allowed))"
    let unit = " of the largest |o|"
    let subject = forms.outputs.allSatisfy(\.isExact) ? "Three forms, one o" : "The comparable forms agree"
    return agreement.isWithin
      ? [
        "\(subject): equal; \(gap)\(unit).", "\(subject): equal; \(gap).", "equal; \(gap)",
        "equal: gap \(number(agreement.gap))",
      ]
      : ["Not equal: \(gap).", "! gap \(number(agreement.gap))"]
  }

  var text: [String] {
    forms.outputs.map { output in
      guard output.isExact else { return "The \(output.form.name) form is comparable only after the group norm." }
      let numbers = values(output).prefix(6).map { Numbers.signed($0).trimmed }.joined(separator: " ")
      return "\(output.form.name), \(work(output.form)[0]): o = \(numbers) …"
    } + [verdict(forms.agreement(at: token))[0]]
  }
}
