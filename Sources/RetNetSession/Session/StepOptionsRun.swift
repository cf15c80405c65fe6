import RetNet

/// A run of consecutive steps with the same options, as stored in a session file:
///
///     {"count":40,"norms":{…},"changes":[{"layer":0,"head":2,"scale":0,"frozen":true,"gamma":0.5}],
///      "edits":[{"zero":{"layer":0,"head":1}},{"copy":{"from":{…},"to":{…}}}]}
///
/// Default values are omitted.
package struct StepOptionsRun: Sendable, Hashable {
  package var count: Int
  package var options: StepOptions

  package static func runs(of options: [StepOptions]) -> [StepOptionsRun] {
    var runs: [StepOptionsRun] = []
    for step in options {
      if runs.last?.options == step {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(StepOptionsRun(count: 1, options: step))
      }
    }
    return runs
  }
}

extension StepOptionsRun: Codable {
  private enum CodingKeys: String, CodingKey { case count, norms, changes, edits }

  private struct Change: Codable {
    var layer: Int
    var head: Int
    var scale: Float?
    var frozen: Bool?
    var gamma: Double?
  }

  /// Exactly one of the two is set.
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
    options = StepOptions(norms: try values.decode(NormOptions.self, forKey: .norms))
    for change in try values.decodeIfPresent([Change].self, forKey: .changes) ?? [] {
      options.changes[HeadIndex(layer: change.layer, head: change.head)] = HeadOverride(
        scale: change.scale ?? 1, isFrozen: change.frozen ?? false, gamma: change.gamma)
    }
    options.edits = try (values.decodeIfPresent([Edit].self, forKey: .edits) ?? []).map { edit in
      switch (edit.zero, edit.copy) {
      case (let index?, nil): .zero(index)
      case (nil, let copy?): .copy(from: copy.from, to: copy.to)
      default:
        throw DecodingError.dataCorruptedError(
          forKey: .edits, in: values, debugDescription: "an edit has exactly one of 'zero' and 'copy'")
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(count, forKey: .count)
    try values.encode(options.norms, forKey: .norms)
    let changes = options.changes.heads.sorted { $0.key < $1.key }.map { index, change in
      Change(
        layer: index.layer, head: index.head, scale: change.scale == 1 ? nil : change.scale,
        frozen: change.isFrozen ? true : nil, gamma: change.gamma)
    }
    if !changes.isEmpty { try values.encode(changes, forKey: .changes) }
    let edits = options.edits.map { edit in
      switch edit {
      case .zero(let index): Edit(zero: index)
      case .copy(let from, let to): Edit(copy: Edit.Copy(from: from, to: to))
      }
    }
    if !edits.isEmpty { try values.encode(edits, forKey: .edits) }
  }
}
