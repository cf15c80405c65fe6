import Testing

@testable import Corpus

/// Files with the layout of the public repositories, including unrelated files.
@Suite("Public sources as their repositories lay them out")
struct SourceLayoutTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func texts(_ source: DialogueSource, in path: String = "") throws -> [String] {
    try source.conversations(in: folder.path + path).map(DialogueText.block)
  }

  private static let turkHeader = """
    "HITId","Title","Reward","AssignmentId","WorkerId","AssignmentStatus","RejectionTime","Answer.sentence1",\
    "Answer.sentence10","Answer.sentence11","Answer.sentence2","Answer.sentence3","Approve","Reject"
    """

  @Test("Self-dialogue: a row ends at its first empty column, and two sentences are a conversation")
  func shortRows() throws {
    try folder.write(
      "corpus/plums/Batch_1_batch_results.csv",
      """
      \(Self.turkHeader)
      "H1","Plums, twenty sentences","$0.70","A1","W1","Approved","","Plums?","Ten","Eleven","Yes.","Three"
      "H1","Plums, twenty sentences","$0.70","A2","W2","Approved","","He is 6'7"".","{}","{}","Tall, ""Al"" is.",""
      """ + "\n")
    try folder.write(
      "corpus/two/Batch_2_batch_results.csv",
      """
      "HITId","WorkerId","AssignmentStatus","Answer.sentence1","Answer.sentence2","Approve","Reject"
      "H2","W1","Approved","Tired?","A plum helps.","",""
      """)
    #expect(
      try texts(.selfDialogue) == [
        "U: Plums?\nB: Yes.\nU: Three\n", "U: He is 6'7\".\nB: Tall, \"Al\" is.\n", "U: Tired?\nB: A plum helps.\n",
      ])
  }

  @Test("Self-dialogue: rows rejected by Reject or AssignmentStatus are dropped")
  func rejectedRows() throws {
    try folder.write(
      "corpus/plums/plums0.csv",
      """
      \(Self.turkHeader)
      "H1","T","$0.40","A1","W1","Rejected","Mon May 08 2017","No","{}","{}","good","{}","",""
      "H1","T","$0.40","A2","W1","Submitted","","No","{}","{}","good","{}","","too short"
      "H1","T","$0.40","A3","W1","Approved","","So","{}","{}","it is","{}","",""
      """)
    #expect(try texts(.selfDialogue) == ["U: So\nB: it is\n"])
  }

  @Test(
    "Self-dialogue: blocked workers are found from the clone, its folder corpus and a topic's folder",
    arguments: ["", "/corpus", "/corpus/plums"])
  func blockedWorkers(path: String) throws {
    try folder.write(
      "corpus/plums/plums0.csv",
      "WorkerId,Reject,Answer.sentence1,Answer.sentence2\r\nW1,,Bad,one\r\nW2,,Good,\"two\r\nlines\"\r\n")
    try folder.write("blocked_workers.txt", "W9\r\nW1 \r\n")
    #expect(try texts(.selfDialogue, in: path) == ["U: Good\nB: two\nlines\n"])
  }

  @Test("Self-dialogue: tables outside corpus and hidden files are not read")
  func otherTables() throws {
    try folder.write("corpus/plums/a.csv", "WorkerId,Reject,Answer.sentence1,Answer.sentence2\nW1,,One,two\n")
    try folder.write("corpus/plums/._a.csv", "\u{0}\u{5}")
    try folder.write("corpus/.cache/b.csv", "x")
    try folder.write("counts.csv", "topic,count\nplums,1\n")
    #expect(try texts(.selfDialogue) == ["U: One\nB: two\n"])
  }

  @Test("Persona chat: all tables in data are read, with a byte order mark, an empty cell and multi-line personas")
  func personaChat() throws {
    let header = "user 1 personas,user 2 personas,Best Generated Conversation\n"
    try folder.write(
      "data/New-Persona-New-Conversations.csv",
      "\u{FEFF}\(header)\"I row.\nI sing.\",I bake.,\"User 1: Hi!\nUser 2: Do you row?\"\nI nap.,I run.,\n")
    try folder.write(
      "data/Synthetic-Persona-Chat_valid.csv",
      header + "\"I, too.\",\"I \"\"row\"\".\",\"Here they talk:\nUser 2: Well,\n user 1: (name) is well.\"\n")
    try folder.write("results.csv", "score\n1\n")
    #expect(
      try texts(.personaChat) == ["U: Hi!\nB: Do you row?\n", "", "B: Well,\nU: (name) is well.\n"])
  }

  @Test(
    "Topical chat: only conversations are read, from the clone and from their folder",
    arguments: ["", "/conversations"])
  func topicalChat(path: String) throws {
    try folder.write(
      "conversations/valid_freq.json",
      """
      {
        "t_1": {
          "article_url": "u", "config": "B",
          "content": [
            {"message": "Do you like plums? ", "agent": "agent_1", "sentiment": "Happy",
             "knowledge_source": ["FS1", "Personal Knowledge"], "turn_rating": "Good"},
            {"message": "I do. \\"Very\\" much. \\u00e9", "agent": "agent_2", "knowledge_source": [], "turn_rating": ""}
          ],
          "conversation_rating": {"agent_1": "Good", "agent_2": "Excellent"}
        }
      }
      """)
    try folder.write("reading_sets/pre-build/valid_freq.json", "{\"t_1\": {\"config\": \"B\", \"agent_1\": {}}}")
    try folder.write("TopicalChatASR/actual/test_freq_audio.json", "{\"t_1\": []}")
    try folder.write("src/wiki/wiki.json", "{}")
    #expect(try texts(.topicalChat, in: path) == ["U: Do you like plums? \nB: I do. \"Very\" much. é\n"])
  }

  @Test("Schema-guided dialogue: train, dev and test are read, schemas and the variants of sgd_x are not")
  func schemaGuided() throws {
    func dialogue(_ text: String) -> String {
      """
      [{"dialogue_id": "1_00000", "services": ["Plums_1"], "turns": [
        {"frames": [{"service": "Plums_1", "slots": [{"exclusive_end": 9, "slot": "kind", "start": 2}],
          "state": {"active_intent": "FindPlums", "requested_slots": [], "slot_values": {"kind": ["a"]}}}],
         "speaker": "USER", "utterance": "\(text)"},
        {"frames": [{"actions": [{"act": "REQUEST", "slot": "kind", "values": []}], "service": "Plums_1", "slots": []}],
         "speaker": "SYSTEM", "utterance": "Which?"}]}]
      """
    }
    for part in ["train", "dev", "test"] {
      try folder.write("\(part)/dialogues_001.json", dialogue(part))
      try folder.write("\(part)/schema.json", "[{\"service_name\": \"Plums_1\"}]")
      try folder.write("sgd_x/data/v1/\(part)/dialogues_001.json", dialogue("copy"))
    }
    #expect(try texts(.schemaGuided) == ["dev", "test", "train"].map { "U: \($0)\nB: Which?\n" })
    #expect(try texts(.schemaGuided, in: "/dev") == ["U: dev\nB: Which?\n"])
  }

  @Test(
    "Chatterbot: only English is read, from the clone and from each folder on the path",
    arguments: ["", "/chatterbot_corpus", "/chatterbot_corpus/data", "/chatterbot_corpus/data/english"])
  func chatterbot(path: String) throws {
    let data = "chatterbot_corpus/data"
    try folder.write(
      "\(data)/english/plums.yml",
      """
      categories:
      - plums
      conversations:
      - - Do you like plums?
        - I do, and my friend said
          "so do I".
        - 'Who is it?'
      - In a game, what is "two plums"? - '22'
      - - what is 'plum'
        - "A fruit: small, sweet. #1"
      """)
    try folder.write("\(data)/english/.plums.yml.swp", "\u{0}")
    try folder.write("\(data)/english/swear_words.csv", "plum")
    try folder.write("\(data)/german/plums.yml", "conversations:\n- - Pflaumen?\n  - Ja.\n")
    try folder.write("\(data)/broken.yml", "categories:\n-plums\n\nconversations:\n--what\n")
    try folder.write(".github/workflows/test.yml", "jobs: {}")
    #expect(
      try texts(.chatterbot, in: path) == [
        "U: Do you like plums?\nB: I do, and my friend said \"so do I\".\nU: Who is it?\n", "",
        "U: what is 'plum'\nB: A fruit: small, sweet. #1\n",
      ])
  }

  @Test("Files without any conversation give an error that names the folder")
  func noConversations() throws {
    try folder.write("a.csv", "WorkerId,Reject,Answer.sentence1\n")
    let error = try #require(throws: CorpusError.self) { try texts(.selfDialogue) }
    #expect(error.description.contains(folder.path))
    #expect(error.description.contains("no conversation"))
  }

  @Test("The error names a line that is not UTF-8")
  func notUTF8() throws {
    let path = try folder.write("a.yml", bytes: Array("conversations:\n- - caf".utf8) + [0xE9] + Array("\n".utf8))
    let error = try #require(throws: CorpusError.self) { try texts(.chatterbot) }
    #expect(error.description.contains(path))
    #expect(error.description.contains("line 2 is not UTF-8"))
  }
}
