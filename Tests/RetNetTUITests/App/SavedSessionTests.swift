import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Saved sessions")
struct SavedSessionTests {
  private let home: TemporaryFolder
  private let folder: SessionFolder
  private let model = SessionFile.Model(name: "tiny", sha256: String(repeating: "a", count: 64))

  init() throws {
    home = try TemporaryFolder()
    folder = SessionFolder(environment: ["XDG_STATE_HOME": home.path("state")])
  }

  private func content(_ messages: [String], tokens: Int = 4) -> SessionContent {
    let branch = RecordedBranch(
      tokens: Array(0..<tokens), options: Array(repeating: StepOptions(), count: tokens),
      turns: [RecordedBranch.Turn(index: 0, speaker: .user)])
    return SessionContent(
      recording: SessionFile(
        model: model, sampling: SamplingOptions(), branches: [branch], branch: 0, position: tokens),
      turns: messages.enumerated().map {
        TurnText(speaker: $0.isMultiple(of: 2) ? .user : .reply, text: $1, index: $0)
      })
  }

  /// Saves one session with each first message.
  private func save(_ messages: [String], keep: Int? = nil) async -> SessionStore {
    let store = SessionStore(folder, keep: keep)
    for message in messages {
      await store.leave()
      #expect(await store.save(content([message, " yes"]), folder: "/models/tiny", persona: nil) == nil)
    }
    return store
  }

  @Test("XDG_STATE_HOME names the folder, else the home folder; a relative path is ignored")
  func paths() {
    #expect(folder.path == home.path("state/retnet/sessions"))
    #expect(SessionFolder(environment: ["HOME": "/h"]).path == "/h/.local/state/retnet/sessions")
    #expect(
      SessionFolder(environment: ["HOME": "/h", "XDG_STATE_HOME": "x"]).path == "/h/.local/state/retnet/sessions")
  }

  @Test("A saved session is listed with its first message, and is still a session file")
  func list() async throws {
    _ = await save(["Do you like\nold films?"])
    let sessions = folder.list().sessions
    #expect(sessions.map(\.title) == ["Do you like old films?"])
    #expect(sessions.map(\.turns) == [2])
    #expect(sessions.map(\.tokens) == [4])
    let file = try SessionFile(json: Data(contentsOf: URL(fileURLWithPath: folder.file(sessions[0].id))))
    #expect(file == content([]).recording)
  }

  @Test("A name finds a session by its start; names of several are refused with their ids")
  func find() async throws {
    _ = await save(["apples", "apricots", "pears"])
    #expect(try folder.find("PEA").title == "pears")
    #expect(try folder.find("apples").title == "apples")
    let error = #expect(throws: SavedSessionError.self) { try folder.find("ap") }
    for line in folder.list().sessions where line.title != "pears" {
      #expect(error?.description.contains(line.id) == true)
    }
    #expect(throws: SavedSessionError.unknown(name: "x")) { try folder.find("x") }
    let other = SessionFile.Model(name: "other", sha256: String(repeating: "b", count: 64))
    #expect(throws: SavedSessionError.none(model: "other", count: 3)) { try folder.find(nil, model: other) }
  }

  @Test("An open session is locked for others, and a lock file of a process that ended locks nothing")
  func locks() async throws {
    let store = await save(["first"])
    let other = SessionStore(folder)
    let error = await #expect(throws: SavedSessionError.self) { _ = try await other.open("first", model: model) }
    #expect(error?.description.contains("process \(getpid())") == true)
    await store.leave()
    let line = try folder.find("first")
    try "4194303\n".write(
      toFile: folder.file(line.id).replacing(".json", with: ".lock"), atomically: true, encoding: .utf8)
    #expect(folder.list().sessions.map(\.process) == [nil])
    #expect(try await other.open("first", model: model).id == line.id)
  }

  @Test("A session of another model is refused with both models and what to do")
  func otherModel() async throws {
    let store = await save(["first"])
    await store.leave()
    let other = SessionFile.Model(name: "other", sha256: String(repeating: "b", count: 64))
    let error = await #expect(throws: SavedSessionError.self) { _ = try await store.open("first", model: other) }
    for word in ["'tiny'", "'other'", "--model '/models/tiny' --resume"] {
      #expect(error?.description.contains(word) == true, "\(word)")
    }
  }

  @Test("The newest sessions are kept; those with a name and open ones are never deleted")
  func prune() async throws {
    let store = await save(["a", "b"])
    _ = try await store.rename(nil, to: "named")
    await store.leave()
    let open = await save(["c"], keep: 1)
    _ = await save(["d", "e"], keep: 1)
    let titles = Set(folder.list().sessions.map(\.title))
    #expect(titles.contains("named"))
    #expect(titles.contains("c"))
    #expect(!titles.contains("a"))
    withExtendedLifetime(open) {}
  }

  @Test("Rename and delete change one session")
  func renameAndDelete() async throws {
    let store = await save(["a", "b"])
    let (a, b) = (try folder.find("a"), try folder.find("b"))
    #expect(try await store.rename(a.id, to: " new ") == "new")
    #expect(try folder.find("new").id == a.id)
    await #expect(throws: SavedSessionError.self) { _ = try await store.rename(a.id, to: " ") }
    _ = try await store.delete(a.id)
    #expect(folder.list().sessions.map(\.id) == [b.id])
    await #expect(throws: SavedSessionError.openHere(title: "b")) { _ = try await store.delete(b.id) }
  }

  @Test("Damaged and hostile files are skipped and named")
  func hostile() async throws {
    _ = await save(["good"])
    let path = folder.path ?? ""
    let good = try Data(contentsOf: URL(fileURLWithPath: folder.file(try folder.find("good").id)))
    let files: [String: Data] = [
      "empty.json": Data(), "half.json": good.prefix(good.count / 2), "list.json": Data("[1]".utf8),
      "deep.json": Data(String(repeating: "[", count: 100_000).utf8), "bytes.json": Data([0xFF, 0x00, 0x1B]),
    ]
    for (name, data) in files { try data.write(to: URL(fileURLWithPath: path + "/" + name)) }
    try FileManager.default.createDirectory(atPath: path + "/folder.json", withIntermediateDirectories: true)
    mkfifo(path + "/pipe.json", 0o600)
    let listing = folder.list()
    #expect(listing.sessions.map(\.title) == ["good"])
    #expect(Set(listing.skipped.map(\.file)) == Set(files.keys).union(["folder.json", "pipe.json"]))
  }

  @Test("A folder that cannot be created gives one message, and later saves none")
  func unwritable() async throws {
    try "a file".write(toFile: home.path("file"), atomically: true, encoding: .utf8)
    let store = SessionStore(SessionFolder(environment: ["XDG_STATE_HOME": home.path("file")]))
    let first = await store.save(content(["a"]), folder: "", persona: nil)
    #expect(first?.contains("not saved") == true)
    #expect(await store.save(content(["a"]), folder: "", persona: nil) == nil)
  }

  @Test("Markdown keeps the text of a turn in a quote that its own Markdown cannot end")
  func markdown() {
    let text = "# title\n\n```\n> quote\n**bold**"
    let transcript = SessionTranscript(
      title: "a *b*", model: model, turns: [SavedSession.SavedTurn(speaker: .user, text: text, index: 0)])
    let lines = transcript.markdown.split(separator: "\n", omittingEmptySubsequences: false)
    let quoted = lines.filter { $0.hasPrefix(">") }.map { $0 == ">" ? "" : $0.dropFirst(2) }.joined(separator: "\n")
    #expect(quoted == text)
    #expect(lines.filter { $0.hasPrefix("#") } == ["# a \\*b\\*"])
  }

  @Test("The list searches titles and texts, renames, asks before it deletes, and resumes")
  func keys() async throws {
    _ = await save(["apples", "pears"])
    var state = Fixtures.ready()
    _ = update(&state, .sessions(folder.list(), open: nil))
    Fixtures.type("app", &state)
    #expect(state.sessionsPanel?.selected?.title == "apples")
    #expect(render(state).text.contains("Search: app"))
    let id = try #require(state.sessionsPanel?.selected?.id)
    _ = update(&state, .key(.function(2)))
    Fixtures.type("!", &state)
    #expect(update(&state, .key(.enter)) == [.app(.sessions(.rename(id, to: "apples!")))])
    #expect(update(&state, .key(.delete)).isEmpty)
    #expect(update(&state, .key("n")).isEmpty)
    _ = update(&state, .key(.delete))
    #expect(update(&state, .key("y")) == [.app(.sessions(.delete(id)))])
    #expect(update(&state, .key(.enter)) == [.engine(.resumeSession(id))])
    #expect(state.overlay == nil)
  }
}
