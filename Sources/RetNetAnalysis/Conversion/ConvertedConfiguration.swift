import Foundation
import RetNet

/// `config.json` of a converted model.
enum ConvertedConfiguration {
  /// If the dialect stays, all keys of the source, including notes. If it changes, the keys of the new dialect, and
  /// the source's keys that are not settings of its dialect.
  ///
  /// - Parameters:
  ///   - json: the source's `config.json`.
  ///   - type: the type of all weights, or of all matrices; nil if each keeps its own.
  static func json(
    _ json: Data, source: ModelConfiguration, target: ModelConfiguration, isNative: Bool, type: WeightType?
  ) throws -> Data {
    guard var object = try JSONSerialization.jsonObject(with: json) as? [String: Any] else { return json }
    let written = try JSONSerialization.jsonObject(with: try target.json()) as? [String: Any] ?? [:]
    if target.dialect != source.dialect {
      object = object.filter { !belongs($0.key, to: source.dialect) }
      object.merge(written) { $1 }
    } else if isNative {
      // Earlier versions of this program may not have written all keys.
      object.merge(written) { old, _ in old }
    } else if type == nil {
      return json
    }
    object[WeightType.configurationKey] = type.flatMap { $0.isQuantized ? $0.quantization : nil }
    if let name = type?.torchName {
      if object["dtype"] != nil { object["dtype"] = name }
      if object["dtype"] == nil || object["torch_dtype"] != nil { object["torch_dtype"] = name }
    }
    return try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// Whether a key is one of a dialect's settings, or names its classes.
  private static func belongs(_ key: String, to dialect: Dialect) -> Bool {
    ConfigurationKeys.isSetting(key, of: dialect) || ["architectures", "auto_map", "model_type"].contains(key)
  }
}
