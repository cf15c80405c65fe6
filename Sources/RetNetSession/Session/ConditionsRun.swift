import RetNet

/// So many steps in a row that were made with the same conditions, as a session's file has them:
///
///     {"count":40,"norms":{…},"changes":[{"layer":0,"head":2,"scale":0,"frozen":true,"gamma":0.5}],
///      "edits":[{"zero":{"layer":0,"head":1}},{"copy":{"from":{…},"to":{…}}}]}
///
/// What is as the model has it is left out.
package struct ConditionsRun: Sendable, Hashable {
  package var count: Int
  package var conditions: StepOptions

  package static func runs(of conditions: [StepOptions]) -> [ConditionsRun] {
    var runs: [ConditionsRun] = []
    for step in conditions {
      if runs.last?.conditions == step {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(ConditionsRun(count: 1, conditions: step))
      }
    }
    return runs
  }
}

extension ConditionsRun: Codable {
  private enum CodingKeys: String, CodingKey { case count, norms, changes, edits }

  private struct Change: Codable {
    var layer: Int
    var head: Int
    var scale: Float?
    var frozen: Bool?
    var gamma: Double?
  }

  /// One of them.
  private struct Edit: Codable {
    var zero: HeadIndex?
    var copy: Copy?

    struct Copy: Codable {
      var from: HeadIndex
      var to: HeadIndex
    }
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    count = try values.decode(Int.self, forKey: .count)
    conditions = StepOptions(norms: try values.decode(NormOptions.self, forKey: .norms))
    for change in try values.decodeIfPresent([Change].self, forKey: .changes) ?? [] {
      conditions.changes[HeadIndex(layer: change.layer, head: change.head)] = HeadOverride(
        scale: change.scale ?? 1, isFrozen: change.frozen ?? false, gamma: change.gamma)
    }
    conditions.edits = try (values.decodeIfPresent([Edit].self, forKey: .edits) ?? []).map { edit in
      switch (edit.zero, edit.copy) {
      case (let place?, nil): .zero(place)
      case (nil, let copy?): .copy(from: copy.from, to: copy.to)
      default:
        throw DecodingError.dataCorruptedError(
          forKey: .edits, in: values, debugDescription: "an edit is one of 'zero' and 'copy'")
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(count, forKey: .count)
    try values.encode(conditions.norms, forKey: .norms)
    let changes = conditions.changes.heads.sorted { $0.key < $1.key }.map { place, change in
      Change(
        layer: place.layer, head: place.head, scale: change.scale == 1 ? nil : change.scale,
        frozen: change.isFrozen ? true : nil, gamma: change.gamma)
    }
    if !changes.isEmpty { try values.encode(changes, forKey: .changes) }
    let edits = conditions.edits.map { edit in
      switch edit {
      case .zero(let place): Edit(zero: place)
      case .copy(let from, let to): Edit(copy: Edit.Copy(from: from, to: to))
      }
    }
    if !edits.isEmpty { try values.encode(edits, forKey: .edits) }
  }
}
