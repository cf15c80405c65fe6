import Testing

@testable import Corpus

@Suite("Public sources")
struct SourcesTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func texts(_ source: DialogueSource) throws -> [String] {
    try source.conversations(in: folder.path).map(DialogueText.block)
  }

  @Test("Self-dialogue: sentences are in numeric order; rejected rows and blocked workers are dropped")
  func selfDialogue() throws {
    try folder.write(
      "corpus/pears/a.csv",
      """
      "WorkerId","Answer.sentence1","Answer.sentence10","Answer.sentence2","Answer.sentence3","Reject"
      "W1","Do you like pears?","Ten","Yes, ""Williams"" ones.","{}",""
      "W2","Rejected","Ten","row","x","no good"
      "W3","Blocked","Ten","row","x",""
      """)
    try folder.write("blocked_workers.txt", "W3\n")
    #expect(try texts(.selfDialogue) == ["U: Do you like pears?\nB: Yes, \"Williams\" ones.\n"])
  }

  @Test("Persona chat: lines are of user 1 and 2; a line without a speaker continues the last one")
  func personaChat() throws {
    try folder.write(
      "data/x_valid.csv",
      """
      user 1 personas,user 2 personas,Best Generated Conversation
      "I bake.
      I swim.",I knit.,"User 1: Hello, you.
      User 2: Hi!
      How are you?
      User 1: ""Fine"", thanks."
      """)
    #expect(try texts(.personaChat) == ["U: Hello, you.\nB: Hi! How are you?\nU: \"Fine\", thanks.\n"])
  }

  @Test("Topical chat: conversations are sorted by id, and the first agent is the user")
  func topicalChat() throws {
    try folder.write(
      "conversations/valid_rare.json",
      """
      {"t_2": {"content": [{"agent": "agent_2", "message": "Two"}, {"agent": "agent_1", "message": "One", "x": [1]}]},
       "t_1": {"config": "A", "content": [{"agent": "agent_1", "message": "Hi"}, {"agent": "agent_2", "message": "Ho"}]}}
      """)
    try folder.write("reading_sets/other.json", "[]")
    #expect(try texts(.topicalChat) == ["U: Hi\nB: Ho\n", "U: Two\nB: One\n"])
  }

  @Test("Schema-guided dialogue: USER and SYSTEM turns of all dialogue files are read, the schema is not")
  func schemaGuided() throws {
    try folder.write("train/schema.json", "{}")
    try folder.write(
      "train/dialogues_001.json",
      """
      [{"dialogue_id": "1_0", "turns": [{"speaker": "USER", "utterance": "A table, please.", "frames": []},
        {"speaker": "SYSTEM", "utterance": "For how many?"}]}]
      """)
    #expect(try texts(.schemaGuided) == ["U: A table, please.\nB: For how many?\n"])
  }

  @Test("Chatterbot: conversations are lists of turns; YAML booleans and numbers stay text")
  func chatterbot() throws {
    try folder.write(
      "chatterbot_corpus/data/english/a.yml",
      "categories:\n- a\nconversations:\n- - Is it?\n  - Yes\n- - How many?\n  - 042\n  - 'So few: why?'\n")
    #expect(try texts(.chatterbot) == ["U: Is it?\nB: Yes\n", "U: How many?\nB: 042\nU: So few: why?\n"])
  }

  @Test("The error names a missing folder, and one without the source's files", arguments: DialogueSource.allCases)
  func nothingThere(source: DialogueSource) throws {
    let missing = folder.path + "/none"
    #expect(throws: CorpusError.missingFolder(path: missing)) { try source.conversations(in: missing) }
    let error = try #require(throws: CorpusError.self) { try source.conversations(in: folder.path) }
    #expect(error.description.contains(folder.path))
    #expect(error.description.contains("holds no"))
  }

  @Test(
    "The error for a broken file names the file and the fault",
    arguments: [
      (DialogueSource.selfDialogue, "a.csv", "WorkerId,Reject\n1,\n", "Answer.sentence1"),
      (.selfDialogue, "a.csv", "\"WorkerId\",\"Rej", "quote"),
      (.personaChat, "a.csv", "a,b\n1,2\n", "Best Generated Conversation"),
      (.topicalChat, "a.json", "{\"t\": {\"content\": [", "not JSON"),
      (.topicalChat, "a.json", "{\"t\": {\"content\": [{\"agent\": \"agent_1\"}]}}", "message"),
      (.schemaGuided, "dialogues_001.json", "[{\"turns\": 3}]", "turns"),
      (.chatterbot, "a.yml", "conversations: [a, b", "not YAML"),
      (.chatterbot, "a.yml", "categories:\n- a\n", "conversations"),
    ])
  func broken(source: DialogueSource, name: String, text: String, word: String) throws {
    let path = try folder.write(name, text)
    let error = try #require(throws: CorpusError.self) { try source.conversations(in: folder.path) }
    #expect(error.description.contains(path), "\(error)")
    #expect(error.description.contains(word), "\(error)")
  }
}
