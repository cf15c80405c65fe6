import RetNet

/// The report as JSON.
extension ModelReport {
  func write(_ json: JSONWriter) throws {
    try json.object {
      try json.field("folder", folder)
      try json.field("dialect", configuration.dialect.rawValue)
      try json.field("parameters", parameterCount)
      try json.field("stateBytes", stateBytes)
      try json.field("keyValueCache") {
        try json.objects(Self.cacheLengths) { tokens in
          try json.field("tokens", tokens)
          try json.field("bytes", cacheBytes(tokens: tokens))
        }
      }
      try json.field("finite", damaged.isEmpty)
      try json.field("configuration") { try writeConfiguration(json) }
      try json.field("norms") { try json.object { try json.fields(norms.retention) } }
      try json.field("sampling") { try json.object { try json.fields(sampling) } }
      try json.field("groups") { try json.objects(groups) { try writeGroup($0, json) } }
      try json.field("tensors") { try json.objects(tensors) { try writeTensor($0, json) } }
      try json.field("decay") { try json.objects(decay.gammas.indices) { try writeHead($0, json) } }
      try json.field("tokenizer") { try writeTokenizer(json) }
    }
    try json.endLine()
  }

  private func writeConfiguration(_ json: JSONWriter) throws {
    let c = configuration
    try json.object {
      try json.field("vocabularySize", c.vocabularySize)
      try json.field("modelDim", c.modelDim)
      try json.field("layers", c.layers)
      try json.field("heads", c.heads)
      try json.field("keyValueHeads", c.keyValueHeads)
      try json.field("headDim", c.headDim)
      try json.field("headValueDim", c.headValueDim)
      try json.field("feedForwardDim", c.feedForwardDim)
      try json.field("normEpsilon", c.normEpsilon)
      try json.field("groupNormWeights", c.groupNormWeights)
      try json.field("outputGate", c.outputGate)
      try json.field("tiedHead", c.tiedHead)
      try json.field("bosToken", c.bosToken)
      try json.field("eosToken", c.eosToken)
    }
  }

  private func writeGroup(_ group: Group, _ json: JSONWriter) throws {
    try json.field("name", group.name)
    try json.field("type", group.type.rawValue)
    try json.field("shape", group.shape)
    try json.field("tensors", group.tensors)
    try json.field("parameters", group.parameters)
    try json.field("bytes", group.bytes)
  }

  private func writeTensor(_ tensor: TensorSummary, _ json: JSONWriter) throws {
    try json.field("name", tensor.name)
    try json.field("type", tensor.type.rawValue)
    try json.field("shape", tensor.shape)
    try json.field("nan", tensor.nans)
    try json.field("infinite", tensor.infinities)
    try json.field("allZero", tensor.isZero)
    try json.field("rootMeanSquare", tensor.rootMeanSquare)
    try json.field("maximum", tensor.maximum)
  }

  private func writeHead(_ head: Int, _ json: JSONWriter) throws {
    try json.field("head", head)
    try json.field("gamma", decay.gammas[head])
    try json.field("halfLife", decay.halfLife(head: head))
    try json.field("horizon1Percent", decay.horizon(head: head, share: 0.01))
    try json.field("horizon01Percent", decay.horizon(head: head, share: 0.001))
  }

  private func writeTokenizer(_ json: JSONWriter) throws {
    guard let tokenizer else { return try json.value(Int?.none) }
    try json.object {
      try json.field("pieces", tokenizer.vocabularySize)
      try json.field("bos", tokenizer.bos)
      try json.field("eos", tokenizer.eos)
      try json.field("unknown", tokenizer.unknown)
      let pieces = Pieces(tokenizer)
      try json.field("textPieces", pieces.text)
      try json.field("controlPieces", pieces.control)
      try json.field("bytePieces", pieces.bytes)
      try json.field("byteFallback", pieces.hasByteFallback)
      try json.field("chat", canChat)
    }
  }
}
