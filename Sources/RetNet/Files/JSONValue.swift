/// A JSON value. Members of an object keep their order, and names that are canonically equivalent are different.
package enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])
}
