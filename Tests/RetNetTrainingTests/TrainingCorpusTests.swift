import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText
@testable import RetNetTraining

@Suite("Training corpus")
struct TrainingCorpusTests {
  private func documents(_ corpus: TrainingCorpus) -> [[Int]] {
    (0..<corpus.documents).map { corpus.tokens[corpus.bounds[$0]..<corpus.bounds[$0 + 1]].map(Int.init) }
  }

  @Test("A dialogue file gives a chat for each conversation, another file <s> text </s> for each passage")
  func kinds() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let format = try ChatFormat(tokenizer)
    let folder = try TemporaryFolder()
    let chat = try folder.write("chat.txt", "U: the cat\nB: ran\n\n\nU: who saw it?\nB: the dog\nU: home")
    let prose = try folder.write("prose.txt", "\nthe cat ran.\nthe dog sat.\n \nall dogs\n\n")
    let corpus = try TrainingCorpus(files: [chat, prose], tokenizer: tokenizer, threads: 2)
    let passages = ["the cat ran.\nthe dog sat.", "all dogs"]
    #expect(
      documents(corpus) == [
        format.conversation([Turn(.user, "the cat"), Turn(.reply, "ran")]),
        format.conversation([Turn(.user, "who saw it?"), Turn(.reply, "the dog"), Turn(.user, "home")]),
      ] + passages.map { [format.bos] + tokenizer.encode($0) + [format.end] })
    #expect(corpus.files.map(\.documents) == [0..<2, 2..<4])
    #expect(corpus.files.map(\.bytes) == [53, 39])
  }

  @Test("A symbolic link has the bytes of its target")
  func links() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.txt", "U: the cat\nB: ran")
    let link = path + ".link.txt"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let corpus = try TrainingCorpus(files: [link], tokenizer: try TrainedTokenizer.unigram.get(), threads: 1)
    #expect(corpus.files.map(\.bytes) == [17])
  }

  @Test("Documents have the order of their files for any thread count, also if there are more than are read at once")
  func threads() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let folder = try TemporaryFolder()
    let path = try folder.write("many.txt", (0..<5000).map { "the cat \($0)" }.joined(separator: "\n\n"))
    let one = try TrainingCorpus(files: [path], tokenizer: tokenizer, threads: 1)
    #expect(one.documents == 5000)
    #expect(tokenizer.decode(documents(one)[4321]) == "the cat 4321")
    for threads in [2, 3] {
      let other = try TrainingCorpus(files: [path], tokenizer: tokenizer, threads: threads)
      #expect(other.tokens == one.tokens)
      #expect(other.bounds == one.bounds)
      #expect(other.fingerprint == one.fingerprint)
    }
  }

  @Test("The fingerprint depends on every token and on document boundaries")
  func fingerprint() {
    let prints = [[[1, 2, 3], [4, 5]], [[1, 2, 3], [4, 6]], [[1, 2], [3, 4, 5]]].map {
      TrainingCorpus(documents: $0).fingerprint
    }
    #expect(Set(prints).count == 3)
    #expect(TrainingCorpus(documents: [[1, 2], [3, 4]]).fingerprint(includesFileBounds: true) != prints[0])
  }

  @Test("Errors name files without text and missing files")
  func errors() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let folder = try TemporaryFolder()
    let blank = try folder.write("blank.txt", "\n \n")
    #expect(throws: TrainingError.noTrainingText(files: [blank])) {
      _ = try TrainingCorpus(files: [blank], tokenizer: tokenizer, threads: 1)
    }
    let missing = folder.path("missing.txt")
    #expect(throws: FileError.missing(path: missing)) {
      _ = try TrainingCorpus(files: [missing], tokenizer: tokenizer, threads: 1)
    }
  }
}
