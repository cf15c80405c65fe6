import RetNet

/// The report for programs: fields of the object that the losses are in.
extension SuiteReport {
  func write(_ json: JSONWriter) throws {
    try json.field("sampling") { try json.object { try json.fields(sampling) } }
    try json.field("conversations") { try json.object { try writeConversations(json) } }
    for (name, results) in [("recall", result.recall), ("manners", result.manners)] {
      try json.field(name) { try json.object { try write(results, json) } }
    }
  }

  private func writeConversations(_ json: JSONWriter) throws {
    let measures = result.conversations
    try json.field("count", measures.conversations)
    try json.field("replies", measures.replies)
    for (unit, lengths) in lengths {
      try json.field(unit) {
        try json.object {
          try json.field("median", lengths.model.median)
          try json.field("percentile90", lengths.model.percentile90)
          try json.field("dataMedian", lengths.data.median)
          try json.field("dataPercentile90", lengths.data.percentile90)
          try json.field("medianRatio", lengths.medianRatio)
          try json.field("percentile90Ratio", lengths.percentile90Ratio)
        }
      }
    }
    for (name, count) in [("repeating", measures.repeating), ("cutOff", measures.cutOff)] {
      try json.field(name) {
        try json.object {
          try json.field("count", count)
          try json.field("share", Double(count) / Double(measures.conversations))
        }
      }
    }
  }

  private func write(_ results: [ProbeResult], _ json: JSONWriter) throws {
    func fields(_ score: ProbeScore) throws { try json.fields(matched: score.matched, of: score.count) }
    try fields(ProbeScore(results))
    try json.field("kinds") {
      try json.object {
        for (kind, score) in ProbeScore.byKind(results) {
          try json.field(kind) { try json.object { try fields(score) } }
        }
      }
    }
    try json.field("probes") {
      try json.objects(results) { result in
        try json.field("kind", result.probe.kind)
        try json.field("messages", result.probe.messages)
        try json.field("replies", result.replies)
        try json.field("expect", result.probe.expect)
        try json.field("matched", result.matched)
      }
    }
  }
}
