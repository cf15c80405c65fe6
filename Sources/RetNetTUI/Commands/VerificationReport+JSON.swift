import RetNet

/// The report for programs.
///
/// `forms` and `budget` sum up everything that was compared; `layers` and `logits` have it one by one.
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
          for finding in verification.logits {
            try json.object {
              try json.field("form", Self.name(finding.form))
              try write(finding.deviation, relative: finding.relative, json)
              try json.field("budget", finding.budget)
              try json.field("relativeBudget", finding.relativeBudget)
            }
          }
        }
      }
    }
    try json.endLine()
  }

  /// The largest numbers of each form, over chunk lengths, heads, stages and logits.
  private func writeForms(_ json: JSONWriter) throws {
    try json.object {
      for name in ["parallel", "recurrent", "chunkwise"] {
        let heads = verification.heads.filter { $0.form.name == name }
        let logits = verification.logits.filter { $0.form.name == name }
        let absolute = (heads.map(\.deviation.absolute) + logits.map(\.deviation.absolute)).max()
        guard let absolute else { continue }
        try json.field(name) {
          try json.object {
            try json.field("maxAbsolute", absolute)
            try json.field("maxRelative", (heads.map(\.relative) + logits.map(\.relative)).max() ?? 0)
          }
        }
      }
    }
  }

  private func writeNorms(_ json: JSONWriter) throws {
    let norms = verification.norms
    try json.object {
      try json.field("norm1", norms.retention.norm1)
      try json.field("norm2", norms.retention.norm2)
      try json.field("norm3", norms.retention.norm3.rawValue)
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
            for finding in findings where finding.stage == stage {
              try json.object {
                try json.field("form", Self.name(finding.form))
                try write(finding.deviation, relative: finding.relative, json)
                try json.field("budget", finding.budget)
                try json.field("relativeBudget", finding.relativeBudget)
              }
            }
          }
        }
      }
    }
  }

  private func write(_ deviation: Deviation, relative: Double, _ json: JSONWriter) throws {
    try json.field("maxAbsolute", deviation.absolute)
    try json.field("maxRelative", relative)
    try json.field("token", deviation.token)
    try json.field("budgetShare", deviation.budgetShare)
    try json.field("budgetShareToken", deviation.shareToken)
    try json.field("firstBeyond", deviation.firstBeyond)
    try json.field("passed", deviation.passed)
  }
}
