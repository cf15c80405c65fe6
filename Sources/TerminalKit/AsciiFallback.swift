import Foundation

/// ASCII replacements for characters that a terminal without UTF-8 cannot show. Column positions do not change.
enum AsciiFallback {
  /// One ASCII character: a similar one, the letter without accents, or `?`.
  package static func character(_ character: Character) -> Character {
    if character.isASCII { return character }
    if let known = table[character] { return known }
    let plain = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.first
    if let plain, plain.isASCII { return Character(plain) }
    return "?"
  }

  private static let table: [Character: Character] = {
    var table: [Character: Character] = [:]
    for (ascii, others) in groups {
      for other in others { table[other] = ascii }
    }
    return table
  }()

  private static let groups: [(Character, String)] = [
    ("-", "─━╌╴╶−–—‐‑▃"), ("|", "│┃▏▎▍║‖"), ("+", "┌┐└┘├┤┬┴┼╭╮╰╯✓±"), ("=", "≡▄▅═"), ("#", "█▆▇▉▊▋▌▐"), ("'", "▀‘’ʼ"),
    ("_", "▁▂"), (".", "·…░"), (":", "▒"), ("%", "▓"), (">", "›»▸▶►→"), ("<", "‹«◂◀◄←⏎"), ("^", "▲↑△"), ("v", "▼↓▽√▾"),
    ("*", "•●◆■★"), ("o", "○◇□"), ("x", "×✗ξ"), ("!", "≠"), ("~", "≈"), ("\"", "“”„"), ("g", "γ"), ("S", "Σ"),
    ("e", "ε"),
    ("D", "Δ"), ("2", "²"), ("/", "÷"), ("u", "µ"), ("t", "θ"),
    ("a", "α"), ("T", "ᵀ"),
  ]
}
