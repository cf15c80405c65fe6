import Foundation
import RetNet

/// `generation_config.json`, with the names that model hubs use.
extension SamplingOptions {
  /// The values in a model's folder; the defaults if the folder has none.
  ///
  /// - Throws: `FileError`, `ModelError` naming the key.
  package static func stored(in folder: String) throws -> SamplingOptions {
    let path = ModelFolder.path(folder, ModelFolder.samplingFile)
    guard FileManager.default.fileExists(atPath: path) else { return SamplingOptions() }
    return try SamplingOptions(json: try FileBytes.read(path))
  }

  /// Missing keys keep their defaults. Throws `ModelError` with the key.
  package init(json: Data) throws {
    let object = try ConfigurationObject(json)
    let standard = SamplingOptions()
    temperature = Float(try object.number("temperature", Self.temperatures, default: Double(standard.temperature)))
    topK = try object.integer("top_k", Self.counts, default: standard.topK)
    topP = Float(try object.number("top_p", Self.shares, default: Double(standard.topP)))
    minP = Float(try object.number("min_p", Self.shares, default: Double(standard.minP)))
    typicalP = Float(try object.number("typical_p", Self.shares, default: Double(standard.typicalP)))
    repetitionPenalty = Float(
      try object.number("repetition_penalty", Self.penalties, default: Double(standard.repetitionPenalty)))
    repetitionWindow = try object.integer("repetition_window", Self.counts, default: standard.repetitionWindow)
    seed = UInt64(try object.integer("seed", 0...Int.max, default: Int(standard.seed)))
  }

  package func json() throws -> Data {
    var object: [String: Any] = [
      "do_sample": temperature > 0, "temperature": temperature.shortestDecimal, "top_k": topK,
      "top_p": topP.shortestDecimal,
      "min_p": minP.shortestDecimal, "repetition_penalty": repetitionPenalty.shortestDecimal,
      "repetition_window": repetitionWindow, "seed": seed,
    ]
    if typicalP < 1 { object["typical_p"] = typicalP.shortestDecimal }
    return try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
  }
}
