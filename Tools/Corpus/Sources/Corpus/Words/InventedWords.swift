/// Invented words, built from syllables: the model can only copy them.
enum InventedWords {
  private static let starts = [
    "Ar", "Bel", "Bo", "Cal", "Da", "Del", "El", "Fa", "Fen", "Ga", "Hal", "Il", "Jo", "Ka", "Kel", "Lo", "Lu", "Ma",
    "Mer", "Mi", "Na", "Nor", "O", "Pa", "Per", "Qui", "Ra", "Ri", "Sa", "Sel", "Ta", "Tor", "U", "Va", "Vel", "Wil",
    "Ya", "Ze", "Zi",
  ]
  private static let middles = ["", "la", "li", "ma", "mo", "na", "ni", "ra", "ri", "sa", "ta", "to", "va", "vi"]
  private static let ends = [
    "ba", "bin", "da", "dan", "dra", "fa", "ka", "kin", "la", "lin", "lo", "ma", "mel", "mon", "na", "nel", "no", "ra",
    "rin", "ro", "sa", "sha", "so", "ta", "tan", "to", "vo", "ya", "zo",
  ]

  static func name(_ random: inout Randomness) -> String {
    let name = random.pick(starts) + random.pick(middles) + random.pick(ends)
    return HeldOut.names.contains(name) || HeldOut.petNames.contains(name) ? "Tolvan" : name
  }

  private static let townStarts = [
    "Alder", "Amber", "Apple", "Ash", "Bar", "Birch", "Black", "Bram", "Bridge", "Broad", "Brook", "Cedar", "Clay",
    "Cliff", "Cold", "Copper", "Crow", "Dal", "Deer", "Dun", "East", "Elm", "Fair", "Fal", "Fern", "Fox", "Glen",
    "Gold", "Green", "Hart", "Hazel", "High", "Holly", "Iron", "Kings", "Lake", "Lark", "Lin", "Long", "Mill", "Moor",
    "Moss", "New", "North", "Oak", "Old", "Otter", "Pine", "Raven", "Red", "River", "Rose", "Sal", "Sand", "Silver",
    "South", "Stone", "Summer", "Swan", "Thorn", "Wal", "West", "White", "Wild", "Willow", "Winter", "Wood",
  ]
  private static let townEnds = [
    "borough", "bridge", "bury", "by", "church", "dale", "den", "field", "ford", "gate", "ham", "haven", "hill",
    "hurst", "ley", "mere", "minster", "mouth", "port", "stead", "stone", "ton", "view", "ville", "well", "wick",
    "wood",
  ]

  static func town(_ random: inout Randomness) -> String {
    let start = random.pick(townStarts)
    let end = random.pick(townEnds.filter { $0 != start.lowercased() })
    return HeldOut.places.contains(start + end) ? "Larkstead" : start + end
  }
}
