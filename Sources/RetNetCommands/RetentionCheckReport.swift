import Foundation
import RetNet
import RetNetTUI

/// Output of `retnet retain --check`.
enum RetentionCheckReport {
  /// A table per precision, with expected tensors as rows and forms as columns.
  static func text(_ check: RetentionCheck) -> String {
    var text = ""
    for precision in RetentionCheck.Precision.allCases {
      let comparisons = check.comparisons.filter { $0.precision == precision }
      let forms = RetentionCheck.forms.filter { form in comparisons.contains { $0.form == form } }
      var table = TextTable([("", .left)] + forms.map { ($0.description, .right) })
      var names: [String] = []
      for comparison in comparisons where !names.contains(comparison.name) { names.append(comparison.name) }
      for name in names {
        table.add(
          [name]
            + forms.map { form in
              guard let found = comparisons.first(where: { $0.form == form && $0.name == name }) else { return "–" }
              return String(format: "%.1e", found.maxRelative) + (found.passed ? "" : " !")
            })
      }
      let budget = String(format: "%g", precision.budget)
      text += "\(precision.rawValue): largest difference as a share of the largest magnitude, at most \(budget)\n"
      text += table.text + "\n"
    }
    let failed = check.comparisons.count { !$0.passed }
    let count = check.comparisons.count
    return text + (check.passed ? "All \(count) comparisons passed.\n" : "\(failed) of \(count) comparisons failed.\n")
  }

  static func write(_ check: RetentionCheck, _ json: JSONWriter) throws {
    try json.object {
      try json.field("passed", check.passed)
      try json.field("budgets") {
        try json.object {
          for precision in RetentionCheck.Precision.allCases { try json.field(precision.rawValue, precision.budget) }
        }
      }
      try json.field("comparisons") {
        try json.objects(check.comparisons) { comparison in
          try json.field("type", comparison.precision.rawValue)
          try json.field("form", comparison.form.description)
          try json.field("name", comparison.name)
          try json.field("maxRelative", comparison.maxRelative)
          try json.field("passed", comparison.passed)
        }
      }
    }
    try json.endLine()
  }
}
