/// The words of the facts in probes of recall.
package enum ProbeWords: String, Sendable, CaseIterable {
  /// Common names and towns, like those of most users; the corpus has them among many others.
  case common
  /// Names and towns that no text of the corpus has (`HeldOut`): the model can only copy them, piece by piece.
  case unheard

  var names: [String] { self == .common ? Self.commonNames : HeldOut.names }
  var petNames: [String] { self == .common ? Self.commonPetNames : HeldOut.petNames }
  var places: [String] { self == .common ? Self.commonPlaces : HeldOut.places }
  /// Numbers of three digits, held out in both cases.
  var numbers: [String] { HeldOut.numbers.map(String.init) }

  // None is also an ordinary word, which a reply could contain by accident.

  static let commonNames = wordList(
    """
    Adam, Alex, Alice, Andrew, Anna, Anthony, Barbara, Ben, Bob, Brian, Caroline, Charlotte, Chris, Claire, Daniel, David,
    Deborah, Elizabeth, Emily, Emma, Eric, George, Hannah, Helen, Henry, Jacob, James, Jane, Jessica, John, Julia, Karen,
    Kate, Kevin, Laura, Linda, Lisa, Lucy, Maria, Martin, Mary, Michael, Nicole, Oliver, Olivia, Oscar, Paul, Peter,
    Rachel, Richard, Robert, Sarah, Simon, Sophie, Steve, Susan, Thomas, Tom, Victoria, William
    """)

  static let commonPetNames = wordList(
    "Alfie, Barney, Bella, Bruno, Charlie, Coco, Felix, Luna, Milo, Molly, Oscar, Rex, Rufus, Simba, Toby")

  static let commonPlaces = wordList(
    """
    Amsterdam, Athens, Barcelona, Berlin, Boston, Brussels, Cairo, Chicago, Copenhagen, Dallas, Denver, Dublin, Edinburgh,
    Glasgow, Hamburg, Houston, Lisbon, Liverpool, London, Madrid, Manchester, Melbourne, Miami, Montreal, Moscow, Munich,
    Oslo, Oxford, Paris, Prague, Rome, Seattle, Stockholm, Sydney, Tokyo, Toronto, Vancouver, Venice, Vienna, Warsaw
    """)
}
