import Testing

@testable import RetNetTUI

@Suite("The line editor")
struct LineEditorTests {
  private func editor(_ text: String, cursor: Int? = nil) -> LineEditor {
    var line = LineEditor()
    line.insert(text)
    line.move(to: cursor ?? line.characters.count)
    return line
  }

  @Test("Text is inserted at the cursor")
  func insert() {
    var line = editor("held", cursor: 2)
    line.insert("l wor")
    #expect(line.text == "hel world")
    #expect(line.cursor == 7)
  }

  @Test("Deleting at either end does nothing")
  func ends() {
    var line = editor("a", cursor: 0)
    line.deleteBackward()
    line.moveToEnd()
    line.deleteForward()
    line.move(by: 5)
    line.move(by: -9)
    #expect(line.text == "a")
    #expect(line.cursor == 0)
  }

  @Test("A word is deleted with the spaces after it; deleting to the start or end keeps the rest")
  func words() {
    var line = editor("one two  ")
    line.deleteWord()
    #expect(line.text == "one ")
    line = editor("one two", cursor: 4)
    line.deleteToStart()
    #expect(line.text == "two")
    #expect(line.cursor == 0)
    line = editor("one two", cursor: 4)
    line.deleteToEnd()
    #expect(line.text == "one ")
    #expect(line.cursor == 4)
  }

  @Test("A pasted line break becomes a space, other control characters are removed, and long text is truncated")
  func paste() {
    var line = LineEditor()
    line.insert("a\nb\r\nc\u{1B}[31md\u{7}\te")
    #expect(line.text == "a b c[31md e")
    let fits = line.insert(String(repeating: "x", count: LineEditor.limit))
    #expect(!fits)
    #expect(line.characters.count == LineEditor.limit)
  }

  @Test("A combining mark joins its letter, and the cursor stays after it")
  func combining() {
    var line = editor("cafe")
    line.insert("\u{301}")
    #expect(line.characters.count == 4)
    #expect(line.cursor == 4)
    line.insert("s")
    #expect(line.text == "café\u{73}")
  }

  @Test("History moves back and forth and keeps the unfinished line")
  func history() {
    var line = LineEditor()
    for text in ["one", "two", "two"] {
      line.insert(text)
      let accepted = line.submit()
      #expect(accepted == text)
    }
    line.insert("new")
    line.older()
    #expect(line.text == "two")
    line.older()
    #expect(line.text == "one")
    line.older()
    #expect(line.text == "one")
    line.newer()
    line.newer()
    #expect(line.text == "new")
    line.newer()
    #expect(line.text == "new")
  }
}
