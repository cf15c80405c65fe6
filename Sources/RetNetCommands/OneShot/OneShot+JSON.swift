import RetNet
import RetNetSession

extension OneShot {
  /// `{"token":5,"text":"…","logProbability":…,"entropy":…,"piece":"▁the","top":[…]}`
  func write(_ token: ReplyToken, _ json: JSONWriter) throws {
    try json.object { try writeFields(token, json) }
    try json.endLine()
  }

  func writeFields(_ token: ReplyToken, _ json: JSONWriter) throws {
    try json.field("token", token.token)
    try json.field("text", token.text)
    try json.field("logProbability", token.logProbability)
    try json.field("entropy", token.entropy)
    try json.field("piece", tokenizer.pieceOrNumber(token.token))
    if sampling.pattern != nil { try json.field("allowedLogProbability", token.allowedLogProbability) }
    guard candidates > 0 else { return }
    try json.field("top") {
      try json.objects(token.candidates) { candidate in
        try json.field("token", candidate.token)
        try json.field("piece", tokenizer.pieceOrNumber(candidate.token))
        try json.field("logProbability", candidate.logProbability)
      }
    }
  }

  func writeFields(_ choice: ReplyChoices.Choice, _ json: JSONWriter) throws {
    try json.field("choice", choice.text)
    try json.field("tokens", choice.tokens)
    try json.field("logProbability", choice.logProbability)
    try json.field("probability", choice.probability)
  }

  /// The summary of a reply. It has no times, so that the same command writes the same bytes.
  func writeFields(_ reply: Reply, _ json: JSONWriter) throws {
    try json.field("text", reply.text)
    try json.field("tokens", reply.tokens)
    try json.field("logProbability", reply.logProbability)
    var end: (own: Double?, allowed: Double?) = (nil, nil)
    var (finish, stop): (String, String?) = ("choice", nil)
    switch reply.ending {
    case .finished(let own, let allowed): (finish, end) = ("end", (own, allowed))
    case .length: finish = "length"
    case .stop(let text): (finish, stop) = ("stop", text)
    case nil: break
    }
    try json.field("endLogProbability", end.own)
    if sampling.pattern != nil {
      try json.field("allowedLogProbability", reply.allowedLogProbability)
      try json.field("allowedEndLogProbability", end.allowed)
    }
    if let drawn = reply.choices?.choices[reply.drawn] { try json.field("probability", drawn.probability) }
    try json.field("finish", finish)
    try json.field("stop", stop)
    try json.field("seed", sampling.seed)
  }
}

extension BatchPrompt.ID: JSONValue {
  var json: String {
    switch self {
    case .text(let text): text.json
    case .number(let number): number.json
    }
  }
}
