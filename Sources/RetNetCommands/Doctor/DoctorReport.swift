import RetNetTUI
import TerminalKit

/// Result of `retnet doctor`.
struct DoctorReport {
  enum Status: String {
    case ok
    /// Something is missing or replaced by something else; the program works.
    case note
    /// The program, or the model, cannot be used as it is.
    case problem
  }

  struct Check {
    var name: String
    var status: Status
    var value: String
    /// Why it is not ok, and what to do.
    var reason: String?
  }

  struct Group {
    var name: String
    var checks: [Check] = []

    init(_ name: String) { self.name = name }

    mutating func ok(_ name: String, _ value: String) {
      checks.append(Check(name: name, status: .ok, value: value, reason: nil))
    }

    mutating func note(_ name: String, _ value: String, _ reason: String) {
      checks.append(Check(name: name, status: .note, value: value, reason: reason))
    }

    mutating func problem(_ name: String, _ value: String, _ reason: String) {
      checks.append(Check(name: name, status: .problem, value: value, reason: reason))
    }
  }

  var groups: [Group]

  func count(_ status: Status) -> Int { groups.reduce(0) { $0 + $1.checks.count { $0.status == status } } }

  /// Whether the program and the model can be used.
  var isUsable: Bool { count(.problem) == 0 }

  var text: String {
    let width = groups.flatMap(\.checks).map { TextWidth.width(of: $0.name) }.max() ?? 0
    let blocks = groups.map { group in
      ([group.name] + group.checks.flatMap { Self.lines($0, width: width) }).joined(separator: "\n")
    }
    return blocks.joined(separator: "\n\n") + "\n\n" + verdict + "\n"
  }

  private static func lines(_ check: Check, width: Int) -> [String] {
    let status = check.status.rawValue
    let pad = String(repeating: " ", count: 8 - status.count)
    let name = check.name + String(repeating: " ", count: width - TextWidth.width(of: check.name))
    let first = ScreenText.cleaned("  \(status)\(pad) \(name)  \(check.value)")
    let indent = String(repeating: " ", count: 11 + width + 2)
    return [first] + (check.reason.map { [indent + ScreenText.cleaned($0)] } ?? [])
  }

  private var verdict: String {
    let notes = count(.note)
    let parts = [
      isUsable ? "Everything that is needed works" : "\(count(.problem)) problem\(count(.problem) == 1 ? "" : "s")",
      notes == 0 ? "" : "\(notes) note\(notes == 1 ? "" : "s")",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "; ") + "."
  }

  func write(_ json: JSONWriter) throws {
    try json.object {
      try json.field("usable", isUsable)
      try json.field("problems", count(.problem))
      try json.field("notes", count(.note))
      try json.field("groups") {
        try json.objects(groups) { group in
          try json.field("name", group.name)
          try json.field("checks") {
            try json.objects(group.checks) { check in
              try json.field("name", check.name)
              try json.field("status", check.status.rawValue)
              try json.field("value", check.value)
              try json.field("reason", check.reason)
            }
          }
        }
      }
    }
    try json.endLine()
  }
}
