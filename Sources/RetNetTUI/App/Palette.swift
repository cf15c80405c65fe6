import TerminalKit

/// An entry of the palette.
struct PaletteEntry: Sendable, Hashable {
  enum Target: Sendable, Hashable {
    /// A command line; it opens if it lacks an argument.
    case command(String)
    case action(KeyAction)
  }

  var name: String
  /// The argument of a command, or the value of a setting.
  var argument = ""
  var summary: String
  /// The keys that do the same.
  var keys = ""
  var target: Target
}

/// The order of the entries that match a query.
///
/// All words of the query must match, in capitals or not. Of two entries, the one with the better match is first:
///
/// 0. the name is the word
/// 1. the name begins with the word
/// 2. a later part of the name begins with it: `min` in `palette-min`
/// 3. the name contains it
/// 4. the name has its letters in this order, at least two; fewer letters between them are better
/// 5. the argument, the summary or the keys contain it
///
/// A query of several words has the worst of their matches. Equal matches: the shorter name is first, then the order of
/// the entries.
enum PaletteRank {
  static func matches(_ entries: [PaletteEntry], _ query: String) -> [PaletteEntry] {
    let words = query.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.isEmpty else { return entries }
    let found = entries.enumerated().compactMap { index, entry -> (key: [Int], entry: PaletteEntry)? in
      var worst = [0, 0]
      for word in words {
        guard let match = match(word, entry) else { return nil }
        if worst.lexicographicallyPrecedes(match) { worst = match }
      }
      return (worst + [entry.name.count, index], entry)
    }
    return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.entry)
  }

  /// The class of the match and the number of letters between the found ones; nil without a match.
  private static func match(_ word: String, _ entry: PaletteEntry) -> [Int]? {
    let name = entry.name.lowercased()
    if name == word { return [0, 0] }
    if name.hasPrefix(word) { return [1, 0] }
    if name.contains("-" + word) || name.contains(" " + word) { return [2, 0] }
    if name.contains(word) { return [3, 0] }
    if word.count > 1, let gaps = gaps(of: Array(word), in: Array(name)) { return [4, gaps] }
    let rest = "\(entry.argument) \(entry.summary) \(entry.keys)".lowercased()
    return rest.contains(word) ? [5, 0] : nil
  }

  /// The fewest letters between the letters of a word that a name has in its order; nil if it does not have them.
  private static func gaps(of word: [Character], in name: [Character]) -> Int? {
    name.indices.compactMap { start -> Int? in
      guard name[start] == word[0] else { return nil }
      var (next, last) = (1, start)
      for index in name.indices.dropFirst(start + 1) where next < word.count && name[index] == word[next] {
        (next, last) = (next + 1, index)
      }
      return next == word.count ? last - start + 1 - word.count : nil
    }.min()
  }
}

extension AppState {
  /// The entries of the palette: commands, settings, the keys of the present page, and models.
  var paletteEntries: [PaletteEntry] {
    let contexts = paneContexts
    let settings = Setting.allCases.map { setting in
      PaletteEntry(
        name: setting.name, argument: row(of: setting).shownValue, summary: setting.summary,
        target: .command(":set \(setting.name)"))
    }
    let commands = CommandTable.entries.filter { entry in
      !Setting.allCases.contains { $0.name == CommandTable.settingName(entry.name) }
    }.map { entry in
      PaletteEntry(
        name: entry.name, argument: entry.argument, summary: entry.summary,
        keys: keys.keys(of: entry.name, in: contexts).joined(separator: " "), target: .command(":" + entry.name))
    }
    var known = Set((commands + settings).map(\.name) + ["command-line", "palette"])
    let actions = keys.bindings.filter { contexts.contains($0.context) }.flatMap { binding in
      Set(binding.actions.values).sorted { $0.name < $1.name }.filter { known.insert($0.name).inserted }.map { action in
        PaletteEntry(
          name: action.name, summary: binding.meaning,
          keys: keys.keys(of: action.name, in: contexts).joined(separator: " "), target: .action(action))
      }
    }
    let models = sources.models.map { name in
      PaletteEntry(name: "model \(name)", summary: "open this model", target: .command(":model \(name)"))
    }
    return commands + actions + settings + models
  }

  func paletteMatches(_ page: PalettePage) -> [PaletteEntry] { PaletteRank.matches(paletteEntries, page.query) }
}
