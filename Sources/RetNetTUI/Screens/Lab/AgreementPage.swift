import RetNet
import RetNetAnalysis
import TerminalKit

/// The error of each form against Eq. 4 in Double, for every token and head, with its rounding bound.
struct AgreementPage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    var differences: DifferencePane.Plan
    private var layer: Int

    init?(_ state: AppState, area: Rectangle) {
      guard let forms = state.comparedForms, area.rows >= 5 else { return nil }
      var rest = area.below(1)
      rest.rows -= 1
      differences = DifferencePane.Plan(forms, rest, afterGroupNorm: state.lab.afterGroupNorm, ramp: state.ramp)
      layer = forms.layer
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      differences.head(row: row, column: column).map { .head(HeadIndex(layer: layer, head: $0)) }
    }
  }

  func draw(in grid: inout Grid) {
    guard let forms = state.comparedForms, let plan else { return drawMissing(in: &grid) }
    drawFormsTitle("Agreement", forms, in: &grid)
    let verdict = FormsVerdict(forms)
    DifferencePane(forms, verdict: verdict, state: state, plan: plan.differences).draw(in: &grid)
    if let text = verdict.forms.fitting(area.columns - 2) {
      grid.put(text, area.endRow - 1, area.column + 1, verdict.isWithin ? .plain : .warning, in: area)
    }
  }

  var text: [String] {
    guard let forms = state.comparedForms else { return state.labMissing.text }
    let verdict = FormsVerdict(forms)
    var table = TextTable([
      ("form", .left), ("group norm", .left), ("error vs Eq. 4, largest", .right), ("of the rounding bound", .right),
      ("head", .right), ("token", .right),
    ])
    for largest in verdict.largest {
      let side = largest.afterGroupNorm ? "after" : "before"
      table.add([
        largest.form.name, side, Numbers.magnitude(largest.difference), FormsVerdict.shareText(largest.ofBudget),
        "\(largest.head)", "\(largest.token)",
      ])
    }
    return ["\(state.formsSentence(forms))."] + table.lines + [verdict.forms[0]]
  }
}

extension ViewPage {
  /// The title of a page about the forms.
  func drawFormsTitle(_ name: String, _ forms: FormComparison, in grid: inout Grid) {
    let status = LabStatus(state)
    var facts = [
      PageTitle.Fact(HeadIndex(layer: forms.layer, head: forms.head)),
      PageTitle.Fact("γ \(Numbers.decay(forms.gamma).trimmed)", short: ""),
      PageTitle.Fact(
        "tokens \(forms.skipped) to \(forms.skipped + forms.time - 1)", short: "\(forms.time) tok"),
      PageTitle.Fact("chunks of \(forms.chunkLength)", short: "C \(forms.chunkLength)"),
    ]
    if forms.norms != state.settings.norms { facts.append(PageTitle.Fact("norms \(HeaderLine.norms(forms.norms))")) }
    drawTitle(name, facts, right: status.long, shortRight: status.short, legend: state.ramp, in: &grid)
  }
}

extension AppState {
  /// The comparison of the forms; nil without tokens, and if the session's experiments rule it out.
  var comparedForms: FormComparison? { labRefusal == nil ? lab.forms.flatMap { $0.time > 0 ? $0 : nil } : nil }

  /// Likewise the comparison of the norms, and that of the precision.
  var comparedNorms: NormComparison? { labRefusal == nil ? lab.norms : nil }
  var comparedPrecision: PrecisionComparison? { labRefusal == nil ? lab.precision : nil }

  /// `Forms of layer 0 head 0, γ .96875, on tokens 0 to 14, in chunks of 16`
  func formsSentence(_ forms: FormComparison) -> String {
    "Forms of layer \(forms.layer) head \(forms.head), γ \(Numbers.decay(forms.gamma).trimmed), on tokens "
      + "\(forms.skipped) to \(forms.skipped + forms.time - 1), in chunks of \(forms.chunkLength)"
  }
}
