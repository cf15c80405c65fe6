/// The kinds of repairs of conversations.
package enum Mend: String, CaseIterable, Codable, Sendable {
  case name = "names filled in"
  case ownName = "own names replaced"
  case town = "towns filled in"
  case run = "turns of one speaker joined"
  case repeated = "repeats removed"
  case shortened = "long turns shortened"
  case turned = "conversations turned"
}
