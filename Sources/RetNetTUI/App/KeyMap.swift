import TerminalKit

/// The effective keys: those of `KeyTable`, changed by the `keys` section of a settings file.
struct KeyMap: Sendable {
  static let standard = KeyMap()

  private(set) var bindings: [KeyBinding]
  /// The action of each key of a context.
  private(set) var actions: [KeyContext: [Key: KeyAction]]

  /// - Parameter remaps: valid changes, as `check` returns them.
  init(_ remaps: [KeyRemap] = []) {
    (bindings, actions) = (KeyTable.bindings, KeyTable.actions)
    guard !remaps.isEmpty else { return }
    for remap in remaps { apply(remap) }
    bindings = KeyTable.bindings.map(relabelled) + remaps.compactMap(Self.binding)
  }

  private mutating func apply(_ remap: KeyRemap) {
    for context in remap.freed { actions[context]?[remap.key] = nil }
    for context in remap.contexts {
      switch remap.target {
      case .removed: actions[context]?[remap.key] = nil
      case .action(let name):
        actions[context]?[remap.key] = KeyTable.actions[context]?.values.first { $0.name == name }
      case .command(let line): actions[context]?[remap.key] = .command(line)
      }
    }
  }

  /// The line of a command's key in help.
  private static func binding(_ remap: KeyRemap) -> KeyBinding? {
    guard case .command(let line) = remap.target, let context = remap.contexts.first else { return nil }
    return KeyBinding(
      context: context, label: remap.key.name, actions: [remap.key: .command(line)], meaning: line)
  }

  /// The binding with its effective keys. Its labels have the new keys in the places of those that they replace.
  private func relabelled(_ binding: KeyBinding) -> KeyBinding {
    guard !binding.actions.isEmpty, let context = actions[binding.context] else { return binding }
    let own = Set(binding.actions.values)
    let before = KeyTable.actions[binding.context] ?? [:]
    // An unchanged key of another binding belongs to that one.
    let effective = context.filter { key, action in
      own.contains(action) && (binding.actions[key] != nil || before[key] != action)
    }
    guard effective != binding.actions else { return binding }
    var result = binding
    result.actions = effective
    var added = effective.filter { binding.actions[$0.key] != $0.value }
    func replaced(_ label: String, _ added: inout [Key: KeyAction]) -> [String] {
      label.split(separator: " ").flatMap { word -> [String] in
        let keys = Key(named: String(word)).map { [$0] } ?? word.map { .character($0) }
        guard keys.contains(where: { binding.actions[$0] != nil && effective[$0] != binding.actions[$0] }) else {
          return [String(word)]
        }
        return keys.compactMap { key in
          if effective[key] == binding.actions[key] { return key.name }
          guard let new = added.filter({ $0.value == binding.actions[key] }).keys.min(by: { $0.name < $1.name })
          else { return nil }
          added[new] = nil
          return new.name
        }
      }
    }
    var rest = added
    let label = replaced(binding.label, &rest)
    result.label = (label + rest.keys.map(\.name).sorted()).joined(separator: " ")
    result.footer?.label = (binding.footer?.label).map { replaced($0, &added).joined(separator: " ") }
    if effective.isEmpty { result.footer = nil }
    return result
  }

  /// The names of the keys that carry out an action, in the order of the contexts.
  func keys(of name: String, in contexts: [KeyContext]) -> [String] {
    contexts.flatMap { context in
      (actions[context] ?? [:]).filter { $0.value.name == name }.keys.map(\.name).sorted()
    }
  }
}

/// A change of a key.
package struct KeyRemap: Sendable, Hashable {
  /// An entry of the settings file.
  struct Entry: Sendable, Hashable {
    var key: String
    var action: String
    var line: Int
  }

  enum Target: Sendable, Hashable {
    case removed
    case action(String)
    /// A command line, with its `:`.
    case command(String)
  }

  var key: Key
  var target: Target
  /// The contexts in which the key has the action.
  var contexts: [KeyContext]

  /// The contexts in which the key loses its other actions, as they would hide the new one.
  var freed: Set<KeyContext> {
    let panes: Set<KeyContext> = [
      .panes, .live, .turn, .tree, .time, .explorer, .laboratory, .formsPage, .normsPage, .lessonList, .lesson,
    ]
    if contexts.contains(.everywhere) { return panes.union([.everywhere, .input, .command]) }
    return panes.isDisjoint(with: contexts) ? Set(contexts) : panes.union(contexts)
  }
}

/// The reason why an entry of `keys` has no effect.
package enum KeyProblem: Sendable, Hashable {
  case unknownKey(String)
  case unknownAction(String, nearest: String?)
  case wrongCommand(String, String)
  /// An earlier line has the key.
  case repeated(key: String, line: Int)
  /// A character that is typed.
  case typed(key: String)
  /// The key is the only one of another action.
  /// The last part is the context.
  case lastKey(String, of: String, String)

  var description: String {
    switch self {
    case .unknownKey(let key):
      "There is no key '\(key)'. Keys have names such as x, Space, F5, PgUp, Ctrl-G."
    case .unknownAction(let name, let nearest):
      "There is no action '\(name)'. " + (nearest.map { "Did you mean '\($0)'? " } ?? "")
        + "docs/keys.md lists all; a command begins with ':', and 'none' removes a key."
    case .wrongCommand(let line, let reason): "'\(line)' is no command: \(reason)"
    case .repeated(let key, let line): "'\(key)' has an action already, on line \(line). Remove one of the lines."
    case .typed(let key):
      "'\(key)' is typed where the action applies. Use a key such as F5 or Ctrl-G."
    case .lastKey(let key, let action, let context):
      "'\(key)' is the only key of '\(action)' (\(context)). Give that action another key too."
    }
  }
}

extension KeyMap {
  /// The contexts in which characters are typed.
  private static let typing: Set<KeyContext> = [.input, .historySearch, .command, .search, .palette, .everywhere]

  /// Checks the entries of a settings file.
  ///
  /// - Returns: the valid ones, and a problem for each of the others.
  static func check(_ entries: [KeyRemap.Entry], path: String) -> (valid: [KeyRemap], problems: [SettingsError]) {
    var valid: [(remap: KeyRemap, entry: KeyRemap.Entry)] = []
    var problems: [SettingsError] = []
    func reject(_ entry: KeyRemap.Entry, _ problem: KeyProblem) {
      problems.append(.wrongKey(path: path, line: entry.line, entry: entry.key, problem))
    }
    for entry in entries {
      do throws(KeyProblemError) {
        let remap = try KeyMap.remap(entry)
        if let other = valid.first(where: { $0.remap.key == remap.key }) {
          reject(entry, .repeated(key: remap.key.name, line: other.entry.line))
        } else {
          valid.append((remap, entry))
        }
      } catch {
        reject(entry, error.problem)
      }
    }
    // Without an entry, the keys of another one may be missing too, so each removal is checked again.
    while let (index, problem) = firstConflict(valid.map(\.remap)) {
      reject(valid[index].entry, problem)
      valid.remove(at: index)
    }
    return (valid.map(\.remap), problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
  }

  private struct KeyProblemError: Error { var problem: KeyProblem }

  private static func remap(_ entry: KeyRemap.Entry) throws(KeyProblemError) -> KeyRemap {
    guard let key = Key(named: entry.key) else { throw KeyProblemError(problem: .unknownKey(entry.key)) }
    var isCharacter = false
    if case .character = key { isCharacter = true }
    if entry.action == "none" {
      let contexts = KeyContext.allCases.filter { KeyTable.actions[$0]?[key] != nil }
      return KeyRemap(key: key, target: .removed, contexts: contexts)
    }
    if CommandTable.isCommand(entry.action) {
      do throws(CommandError) {
        _ = try CommandTable.parse(entry.action)
      } catch {
        // A command without its argument opens the command line.
        guard case .missingArgument = error else {
          throw KeyProblemError(problem: .wrongCommand(entry.action, error.description))
        }
      }
      return KeyRemap(key: key, target: .command(entry.action), contexts: [isCharacter ? .panes : .everywhere])
    }
    let contexts = KeyContext.allCases.filter { context in
      KeyTable.actions[context]?.values.contains { $0.name == entry.action } == true
    }
    guard !contexts.isEmpty else {
      let names = Set(KeyTable.actions.values.flatMap { $0.values.map(\.name) }).sorted()
      throw KeyProblemError(
        problem: .unknownAction(entry.action, nearest: NearestName.of(entry.action, among: names)))
    }
    if isCharacter, !typing.isDisjoint(with: contexts) { throw KeyProblemError(problem: .typed(key: key.name)) }
    return KeyRemap(key: key, target: .action(entry.action), contexts: contexts)
  }

  /// The first change that leaves an action without a key.
  private static func firstConflict(_ remaps: [KeyRemap]) -> (index: Int, KeyProblem)? {
    let map = KeyMap(remaps)
    for (index, remap) in remaps.enumerated() where remap.target != .removed {
      for context in KeyContext.allCases where remap.freed.contains(context) {
        guard let before = KeyTable.actions[context]?[remap.key],
          map.actions[context]?.values.contains(before) != true
        else { continue }
        return (index, .lastKey(remap.key.name, of: before.name, context.rawValue))
      }
    }
    return nil
  }
}
