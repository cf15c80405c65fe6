import RetNet
import RetNetAnalysis

/// The report as JSON: fields of the same object as the losses.
extension SuiteReport {
  func write(_ json: JSONWriter) throws {
    try json.field("sampling") {
      try json.object {
        try json.fields(sampling)
        if runs.count > 1 { try json.field("seeds", runs.map(\.seed)) }
      }
    }
    if !measures.isEmpty { try json.field("conversations") { try json.object { try writeConversations(json) } } }
    if hasProbes {
      try json.field("recall") { try json.object { try write(recall, \.recall, json) } }
      try json.field("manners") { try json.object { try write(manners, \.manners, json) } }
    }
    if hasChecks { try json.field("checks") { try json.object { try writeChecks(json) } } }
  }

  private func writeConversations(_ json: JSONWriter) throws {
    try json.field("count", measures[0].conversations)
    try json.field("replies", ofSeeds: measures.map(\.replies))
    for (unit, lengths) in lengths {
      try json.field(unit) {
        try json.object {
          try json.field("median", ofSeeds: lengths.map(\.model.median))
          try json.field("percentile90", ofSeeds: lengths.map(\.model.percentile90))
          try json.field("dataMedian", ofSeeds: lengths.map(\.data.median))
          try json.field("dataPercentile90", ofSeeds: lengths.map(\.data.percentile90))
          try json.field("medianRatio", ofSeeds: lengths.map(\.medianRatio))
          try json.field("percentile90Ratio", ofSeeds: lengths.map(\.percentile90Ratio))
        }
      }
    }
    try write([("repeating", repeating), ("cutOff", cutOff)], json)
  }

  /// Writes counts of conversations with a fault.
  private func write(_ faults: [(name: String, share: Share)], _ json: JSONWriter) throws {
    for (name, share) in faults {
      try json.field(name) {
        try json.object {
          try json.field("count", ofSeeds: share.counts)
          try json.field("share", ofSeeds: share.shares)
        }
      }
    }
  }

  /// Writes the total, and how many were as expected.
  private func write(_ share: Share, as name: String, _ json: JSONWriter) throws {
    try json.field("count", share.total)
    try json.field(name, ofSeeds: share.counts)
    try json.field("share", ofSeeds: share.shares)
  }

  private func write(_ kinds: some Sequence<Share>, under name: String, as count: String, _ json: JSONWriter) throws {
    try json.field(name) {
      try json.object {
        for share in kinds {
          try json.field(share.kind ?? "all") { try json.object { try write(share, as: count, json) } }
        }
      }
    }
  }

  private func write(
    _ shares: [Share], _ results: KeyPath<ChatSuite.Result, [ProbeResult]>, _ json: JSONWriter
  ) throws {
    try write(shares[0], as: "matched", json)
    try write(shares.dropFirst(), under: "kinds", as: "matched", json)
    try json.field("probes") {
      try json.objects(runs.flatMap { run in run.result[keyPath: results].map { (run.seed, $0) } }) { seed, result in
        try json.field("kind", result.probe.kind)
        if runs.count > 1 { try json.field("seed", seed) }
        try json.field("messages", result.probe.messages)
        try json.field("replies", result.replies)
        try json.field("expect", result.probe.expect)
        try json.field("matched", result.matched)
      }
    }
  }

  private func writeChecks(_ json: JSONWriter) throws {
    let checks = checks
    try write(checks[0], as: "passed", json)
    try write(checks.dropFirst(), under: "kinds", as: "passed", json)
    try write(checksByConversation.dropFirst(), under: "conversations", as: "passed", json)
    try write([("repeating", checkedRepeating), ("cutOff", checkedCutOff)], json)
    try json.field("seeds") {
      try json.objects(runs.indices) { index in
        try json.field("seed", runs[index].seed)
        try json.field("passed", checks[0].counts[index])
        try json.field("share", checks[0].shares[index])
      }
    }
    try json.field("turns") {
      try json.array {
        for run in runs {
          for result in run.result.checked { try write(result, seed: run.seed, json) }
        }
      }
    }
  }

  private func write(_ result: CheckedConversationResult, seed: UInt64, _ json: JSONWriter) throws {
    for (index, turn) in result.conversation.turns.enumerated() {
      try json.object {
        try json.field("conversation", result.conversation.name)
        try json.field("kind", result.conversation.kind)
        try json.field("seed", seed)
        try json.field("turn", index)
        try json.field("say", turn.message)
        try json.field("reply", result.replies[index])
        try json.field("checks") {
          try json.objects(zip(turn.checks, result.outcomes[index])) { check, outcome in
            try json.field("kind", check.kind)
            try json.field("expect", check.expect)
            try json.field("reject", check.reject)
            try json.field("passed", outcome.matched)
          }
        }
      }
    }
  }
}
