/// Words and questions that the generator never uses, so that a probe with them measures copying and not memory of the
/// corpus. No name contains another name: a pattern must not match by accident.
package enum HeldOut {
  package static let names = wordList(
    """
    Anneliese, Bartholomew, Benedikt, Bronwyn, Cassandra, Clementine, Cordelia, Cornelius, Dagmar, Damian, Desmond,
    Dorothea, Eamon, Edmund, Eloise, Emmanuel, Esmeralda, Estelle, Ferdinand, Fergus, Gideon, Gertrude, Giovanni, Guinevere,
    Gwendolyn, Hamish, Harvey, Imogen, Isadora, Jocelyn, Kieran, Kristof, Leopold, Lorna, Ludwig, Marguerite, Maurice,
    Maximilian, Mildred, Mirabel, Nikolai, Octavia, Orlando, Ottilie, Penelope, Percival, Quentin, Reginald, Rosalind,
    Roderick, Saskia, Sigrid, Solomon, Tabitha, Thaddeus, Ulysses, Wilfred, Winifred, Yolanda, Zachary
    """)

  package static let petNames = wordList(
    "Bramble, Dumpling, Fidget, Gizmo, Hercules, Jellybean, Marbles, Noodle, Pickle, Pretzel, Tadpole, Waffle, Zorro")

  package static let places = wordList(
    """
    Ambermouth, Baltimore, Brookhaven, Canterbury, Crowhurst, Dunwick, Fernbury, Foxbridge, Gothenburg, Hartwell,
    Heidelberg, Kathmandu, Larkminster, Ljubljana, Millhaven, Montevideo, Mossgate, Ravenport, Reykjavik, Salisbury,
    Stonemere, Strasbourg, Swanley, Thornfield, Winterdale
    """)

  /// One ninth of the numbers with three digits.
  package static let numbers = (100...999).filter(isHeldOut)

  private static let words = Set(names + petNames + places)
  private static let nameSet = Set(names)

  static func isName(_ word: String) -> Bool { nameSet.contains(word) }

  /// A name, a pet's name or a place.
  static func isHeldOut(_ word: String) -> Bool { words.contains(word) }

  static func isHeldOut(_ number: Int) -> Bool {
    (100...999).contains(number) && number % 9 == 4
  }
}
