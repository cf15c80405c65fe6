import RetNet
import RetNetAnalysis
import RetNetTUI

/// The report as JSON. All keys are always present.
extension BenchReport {
  func write(_ json: JSONWriter) throws {
    try json.object {
      try json.field("model", model)
      try json.field("parameters", parameters)
      try json.field("threads", threads)
      try json.field("machine") {
        try json.object {
          try json.field("processor", machine.processor)
          try json.field("cores", machine.cores)
          try json.field("vectorExtensions", machine.vectorExtensions)
          try json.field("memoryBytes", machine.memoryBytes)
        }
      }
      try json.field("limits") { try writeLimits(json) }
      try json.list("decode", decode) { result in
        try json.field("type", result.type.rawValue)
        try json.field("threads", result.threads)
        try json.field("tokensPerSecond", result.tokensPerSecond)
        try json.field("ofLimit", result.share(of: limits))
        try json.field("secondsPerToken", result.secondsPerToken)
        try json.field("bytesPerToken", result.bytesPerToken)
        try json.field("runs", result.runs)
      }
      try json.list("prefill", prefill) { result in
        try json.field("form", result.form.name)
        try json.field("chunkLength", result.form.chunkLength)
        try json.field("length", result.length)
        try json.field("threads", result.threads)
        try json.field("tokensPerSecond", result.tokensPerSecond)
        try json.field("ofLimit", result.share(of: limits))
        try json.field("secondsPerToken", result.secondsPerToken)
        try json.field("operations", result.operations)
        try json.field("runs", result.runs)
      }
      try json.field("training") { try writeTraining(json) }
      try json.field("stateBytes", state?.bytes)
      try json.field("snapshotSeconds", state?.snapshotSeconds)
      try json.field("restoreSeconds", state?.restoreSeconds)
      try json.field("firstTokenSeconds", start?.firstTokenSeconds)
      try json.field("firstFrameSeconds", start?.firstFrameSeconds)
      try json.field("readySeconds", start?.readySeconds)
      try json.field("appPeakMemoryBytes", start?.peakMemoryBytes)
      try json.field("frameSeconds", screen?.frameSeconds)
      try json.field("renderSeconds", screen?.renderSeconds)
      try json.field("explorerSeconds", screen?.explorerSeconds)
      try json.field("explorerPage", screen?.explorerPage)
      try json.field("frameColumns", screen?.columns)
      try json.field("frameRows", screen?.rows)
      try json.field("appTokensPerSecond", app?.tokensPerSecond)
      try json.field("appCost", app?.cost)
      try json.field("positionRatio", PositionBenchmark.ratio(positions))
      try json.list("positions", positions) { point in
        try json.field("position", point.position)
        try json.field("secondsPerToken", point.secondsPerToken)
      }
      try json.field("peakMemoryBytes", peakMemoryBytes)
      try json.field("seconds", seconds)
      try json.field("notes", notes)
      try json.field("conversationTokens", turns?.tokens)
      try json.field("undoSeconds", turns?.undoSeconds)
      try json.field("branchSeconds", turns?.branchSeconds)
      try json.field("editSeconds", turns?.editSeconds)
      try json.field("regenerateSeconds", turns?.regenerateSeconds)
      try json.field("treeBranches", tree?.branches)
      try json.field("treeTokens", tree?.tokens)
      try json.field("treeBytes", tree?.bytes)
      try json.field("treeVisitSeconds", tree?.medianSeconds)
      try json.field("treeLargestVisitSeconds", tree?.largestSeconds)
    }
    try json.endLine()
  }

  private func writeLimits(_ json: JSONWriter) throws {
    guard let limits else { return try json.value(Int?.none) }
    try json.object {
      try json.field("sgemmGFLOPS", limits.multiplicationRate(threads: threads).map { $0 / 1e9 })
      try json.field("readGBs", limits.readingRate(.f32, threads: threads).map { $0 / 1e9 })
      try json.list("sgemm", limits.multiplications) { entry in
        try json.field("kind", entry.kind.rawValue)
        try json.field("threads", entry.threads)
        try json.field("GFLOPS", entry.rate / 1e9)
      }
      try json.list("read", limits.readings) { entry in
        try json.field("type", entry.type.rawValue)
        try json.field("bytes", entry.bytes)
        try json.field("threads", entry.threads)
        try json.field("GBs", entry.rate / 1e9)
      }
    }
  }

  private func writeTraining(_ json: JSONWriter) throws {
    guard let training else { return try json.value(Int?.none) }
    try json.object {
      try json.field("tokensPerSecond", training.tokensPerSecond)
      try json.field("ofLimit", training.share(of: limits))
      try json.field("batch", training.batch)
      try json.field("length", training.length)
      try json.field("threads", training.threads)
      try json.field("secondsPerStep", training.secondsPerStep)
      try json.field("operations", training.operations)
      try json.field("runs", training.runs)
    }
  }
}

extension JSONWriter {
  /// Writes a key and an array of objects with the fields that `fields` writes.
  fileprivate func list<Element>(_ name: String, _ elements: [Element], _ fields: (Element) throws -> Void) throws {
    try field(name) {
      try array {
        for element in elements { try object { try fields(element) } }
      }
    }
  }
}

extension RetentionForm {
  /// The chunk length; nil for the other forms.
  var chunkLength: Int? {
    if case .chunkwise(let length) = self { length } else { nil }
  }
}
