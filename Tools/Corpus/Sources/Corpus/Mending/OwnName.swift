import RetNetText

/// Gives one speaker the name of the model that learns this speaker's turns.
enum OwnName {
  /// Replaces the given name with which the speaker is introduced, in the turns of both speakers. A name that both speakers
  /// have stays, as it is ambiguous.
  static func given(_ name: String, to speaker: Turn.Speaker, in turns: [Turn], _ mends: inout [Mend: Int]) -> [Turn] {
    let own = told(in: turns.filter { $0.speaker == speaker })
    guard !own.isEmpty else { return turns }
    let replaced = own.subtracting(told(in: turns.filter { $0.speaker != speaker })).subtracting([name])
    guard !replaced.isEmpty else { return turns }
    return turns.map { turn in
      Turn(
        turn.speaker,
        turn.text.replacing(#/\b[A-Z][a-z]+\b/#) { match in
          guard replaced.contains(String(match.output)) else { return match.output }
          mends[.ownName, default: 0] += 1
          return Substring(name)
        })
    }
  }

  private static func told(in turns: [Turn]) -> Set<String> {
    Set(turns.compactMap { ToldName.first(in: $0.text) })
  }
}
