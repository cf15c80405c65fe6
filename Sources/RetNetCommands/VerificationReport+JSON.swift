import RetNet
import RetNetAnalysis
import RetNetTUI

/// The report as JSON.
///
/// `forms` and `budget` summarize all comparisons; `layers` and `logits` list them.
extension VerificationReport {
  func write(_ json: JSONWriter) throws {
    try json.object {
      try json.field("forms") { try writeForms(json) }
      try json.field("budget", verification.budget)
      try json.field("exact", verification.isExact)
      try json.field("passed", verification.passed)
      try json.field("model", model)
      try json.field("source", source)
      try json.field("tokens", verification.tokens)
      try json.field("norms") { try writeNorms(json) }
      try json.field("notCompared", verification.formsLeftOut.map(Self.name))
      try json.field("layers") { try writeLayers(json) }
      try json.field("logits") {
        try json.array {
          for finding in verification.logits { try write(finding, json) }
        }
      }
    }
    try json.endLine()
  }

  /// The largest differences of each form, over chunk lengths, heads, stages and logits.
  private func writeForms(_ json: JSONWriter) throws {
    try json.object {
      for name in ["parallel", "recurrent", "chunkwise"] {
        let findings = verification.findings.filter { $0.form.name == name }
        guard let absolute = findings.map(\.deviation.absolute).max() else { continue }
        try json.field(name) {
          try json.object {
            try json.field("maxAbsolute", absolute)
            try json.field("maxRelative", findings.map(\.relative).max() ?? 0)
          }
        }
      }
    }
  }

  private func writeNorms(_ json: JSONWriter) throws {
    let norms = verification.norms
    try json.object {
      try json.fields(norms.retention)
      try json.field("groupNorm", norms.group.rawValue)
      try json.field("epsilon", norms.epsilon)
    }
  }

  private func writeLayers(_ json: JSONWriter) throws {
    let layers = Dictionary(grouping: verification.heads, by: \.layer)
    try json.array {
      for layer in layers.keys.sorted() {
        let heads = Dictionary(grouping: layers[layer] ?? [], by: \.head)
        try json.object {
          try json.field("layer", layer)
          try json.field("heads") {
            try json.array {
              for head in heads.keys.sorted() { try write(head, heads[head] ?? [], json) }
            }
          }
        }
      }
    }
  }

  private func write(_ head: Int, _ findings: [HeadFinding], _ json: JSONWriter) throws {
    try json.object {
      try json.field("head", head)
      try json.field("gamma", verification.decay.gammas[head])
      for stage in HeadFinding.Stage.allCases {
        try json.field(stage.rawValue) {
          try json.array {
            for finding in findings where finding.stage == stage { try write(finding, json) }
          }
        }
      }
    }
  }

  private func write(_ finding: some VerificationFinding, _ json: JSONWriter) throws {
    let deviation = finding.deviation
    try json.object {
      try json.field("form", Self.name(finding.form))
      try json.field("maxAbsolute", deviation.absolute)
      try json.field("maxRelative", finding.relative)
      try json.field("token", deviation.token)
      try json.field("budgetShare", deviation.budgetShare)
      try json.field("budgetShareToken", deviation.shareToken)
      try json.field("firstBeyond", deviation.firstBeyond)
      try json.field("passed", deviation.passed)
      try json.field("budget", finding.budget)
      try json.field("relativeBudget", finding.relativeBudget)
    }
  }
}
