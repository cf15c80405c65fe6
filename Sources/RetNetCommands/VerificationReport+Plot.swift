import RetNetAnalysis
import RetNetTUI

extension VerificationReport {
  /// The largest difference of each head and form, as a share of its rounding bound.
  var plot: Chart {
    let heads = Double(max(verification.decay.gammas.count, 1))
    // The forms of a head are side by side.
    let width = 0.7 / heads / Double(max(verification.forms.count, 1))
    let series = verification.forms.enumerated().map { index, form in
      let findings = verification.heads.filter { $0.form == form }
      let shares = Dictionary(grouping: findings) { [$0.layer, $0.head] }
        .mapValues { $0.map(\.deviation.budgetShare).max() ?? 0 }
      let points = shares.map { key, share in
        (x: Double(key[0]) + Double(key[1]) / heads + width * Double(index), y: share)
      }
      return Chart.Series(Self.name(form), points.sorted { $0.x < $1.x }, isLine: false)
    }
    let count = verification.tokens.count
    return Chart(
      title: "Differences of the forms from Eq. 4 summed in Double",
      subtitle: "\(ModelCatalog.shownName(model)) · \(source) · \(count) \(count == 1 ? "token" : "tokens")",
      x: Chart.Axis("layer, and the heads of each layer", .whole),
      y: Chart.Axis("largest difference", unit: "share of its rounding bound", .logarithmic),
      series: series.filter { !$0.points.isEmpty }, yMarks: [Chart.Mark(value: 1, name: "rounding bound")])
  }
}
