import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetText
@testable import RetNetTraining

@Suite("Evaluation")
struct EvaluationTests {
  /// −Σ ln p of every token but the first of each document, by the plain Double model.
  private func nats(_ documents: [[Int]], _ model: RetNetModel) -> Double {
    let plain = PlainModel(model, norms: model.norms)
    return documents.reduce(0) { $0 + plain.loss(Array($1.dropLast()), targets: Array($1.dropFirst())) }
  }

  @Test(
    "Bits per byte are the loss of all tokens but the opening <s>, each block from an empty state, over the raw bytes",
    arguments: [0, 20, 4096])
  func dialogue(longest: Int) throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let folder = try TemporaryFolder()
    let text = "U: the cat saw\nB: where is home?\nU: is it?\nB: I ran.\n\n\nU: who\nB: all dogs\n"
    let path = try folder.write("dialogue.txt", text)
    let format = try ChatFormat(tokenizer)
    let documents = [
      format.conversation([
        Turn(.user, "the cat saw"), Turn(.reply, "where is home?"), Turn(.user, "is it?"), Turn(.reply, "I ran."),
      ]),
      format.conversation([Turn(.user, "who"), Turn(.reply, "all dogs")]),
    ]
    let expected = nats(documents, model)
    for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 3)] {
      for threads in [1, 2] {
        let loss = try Evaluation(model: model, tokenizer: tokenizer, form: form, threads: threads, longest: longest)
          .loss(on: path, as: .dialogue)
        #expect(loss.tokens == documents.reduce(0) { $0 + $1.count - 1 })
        #expect(loss.bytes == text.utf8.count)
        // Float32 logits of magnitude 10.
        #expect(abs(loss.nats - expected) < 1e-4 * expected, "\(form)")
        #expect(abs(loss.bitsPerByte - expected / log(2) / Double(text.utf8.count)) < 1e-4 * loss.bitsPerByte)
      }
    }
  }

  @Test("A text file is one document per passage, or a single document")
  func text() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let folder = try TemporaryFolder()
    let path = try folder.write("text.txt", "the cat saw\nthe dog\n\nwhere is home?\n")
    let (bos, eos) = (try #require(tokenizer.bos), try #require(tokenizer.eos))
    func document(_ text: String) -> [Int] { [bos] + tokenizer.encode(text) + [eos] }
    let evaluation = try Evaluation(model: model, tokenizer: tokenizer)
    for (reading, documents) in [
      (TrainingCorpus.Segmentation.passages, ["the cat saw\nthe dog", "where is home?"]),
      (.whole, ["the cat saw\nthe dog\n\nwhere is home?\n"]),
    ] {
      let expected = nats(documents.map(document), model)
      let loss = try evaluation.loss(on: path, as: reading)
      #expect(loss.tokens == documents.reduce(0) { $0 + document($1).count - 1 })
      #expect(abs(loss.nats - expected) < 1e-4 * expected)
    }
  }

  @Test("The loss by position is that of the plain Double model, over the tokens before the predicted one")
  func positions() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let folder = try TemporaryFolder()
    let passages = ["the cat saw the dog", "where is home?", "who"]
    let path = try folder.write("text.txt", passages.joined(separator: "\n\n") + "\n")
    let (bos, eos) = (try #require(tokenizer.bos), try #require(tokenizer.eos))
    let plain = PlainModel(model, norms: model.norms)
    // The loss of one token is the difference of the losses of two prefixes.
    var nats: [Int: Double] = [:]
    var tokens: [Int: Int] = [:]
    for passage in passages {
      let document = [bos] + tokenizer.encode(passage) + [eos]
      var before = 0.0
      for count in 1..<document.count {
        let sum = plain.loss(Array(document[..<count]), targets: Array(document[1...count]))
        var first = 1
        while 2 * first <= count { first *= 2 }
        nats[first, default: 0] += sum - before
        tokens[first, default: 0] += 1
        before = sum
      }
    }
    var reports: [Int] = []
    let evaluation = try Evaluation(model: model, tokenizer: tokenizer, threads: 2)
    let found = try evaluation.lossByPosition(on: path, as: .passages) { done, _ in reports.append(done) }
    #expect(found.map(\.positions) == nats.keys.sorted().map { $0...2 * $0 - 1 })
    #expect(found.map(\.tokens) == tokens.keys.sorted().map { tokens[$0] ?? 0 })
    for one in found {
      // Float32 logits of magnitude 10.
      #expect(abs(one.nats - (nats[one.positions.lowerBound] ?? 0)) < 1e-4 * max(one.nats, 1), "\(one)")
    }
    #expect(reports == [1, 2, 3])
  }

  @Test("Progress counts all tokens of a file, in batches and in long documents", arguments: [0, 20, 4096])
  func progress(longest: Int) throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let folder = try TemporaryFolder()
    let path = try folder.write("text.txt", "the cat saw the dog and the other dog\n\nwhere is home?\n")
    var reports: [(done: Int, total: Int)] = []
    let loss = try Evaluation(
      model: model, tokenizer: tokenizer, form: .chunkwise(length: 64), threads: 2, longest: longest
    ).loss(on: path, as: .passages) { reports.append(($0, $1)) }
    #expect(reports.last?.done == loss.tokens)
    #expect(reports.allSatisfy { $0.total == loss.tokens })
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.done < $1.done })
  }

  @Test("Norms change the loss")
  func norms() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let folder = try TemporaryFolder()
    let path = try folder.write("text.txt", "the cat saw the dog")
    let norms = NormOptions(retention: RetentionNorms(norm1: false, norm2: true, norm3: .paper), group: .off)
    let losses = try [nil, norms].map {
      try Evaluation(model: model, tokenizer: tokenizer, norms: $0).loss(on: path, as: .whole).nats
    }
    let bos = try #require(tokenizer.bos)
    let document = [bos] + tokenizer.encode("the cat saw the dog") + [try #require(tokenizer.eos)]
    let expected = PlainModel(model, norms: norms).loss(
      Array(document.dropLast()), targets: Array(document.dropFirst()))
    #expect(abs(losses[1] - expected) < 1e-4 * expected)
    #expect(abs(losses[0] - losses[1]) > 1e-3)
  }

  @Test("The error names a weight of NaN for documents of any length", arguments: [0, 4096])
  func notFinite(longest: Int) throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let entry = try #require(model.architecture.layout.entries.first { $0.name.hasSuffix("1.attn.v_proj.weight") })
    model.parameters.withMutablePointer { $0[entry.offset] = .nan }
    let folder = try TemporaryFolder()
    let path = try folder.write("text.txt", "the cat")
    let evaluation = try Evaluation(model: model, tokenizer: tokenizer, form: .parallel, longest: longest)
    #expect {
      try evaluation.loss(on: path, as: .whole)
    } throws: {
      isNotFinite($0, layer: 1, head: 0, tensor: entry.name)
    }
  }

  @Test("Files without text are refused by name")
  func empty() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let folder = try TemporaryFolder()
    let path = try folder.write("blank.txt", "\n  \n")
    let evaluation = try Evaluation(model: RetNetModel.small(tokenizer), tokenizer: tokenizer)
    for reading in [TrainingCorpus.Segmentation.dialogue, .passages] {
      #expect(throws: TextError.empty(path: path)) { try evaluation.loss(on: path, as: reading) }
    }
  }

  @Test("A text is evaluated with the symbols of its vocabulary")
  func evaluation() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("text.txt", "The old river finds a lamp.")
    for name in ["bpe", "bare"] {
      let tokenizer = try Repository.foreignTokenizer(name)
      let model = RetNetModel.small(tokenizer)
      let tokens = tokenizer.encode("The old river finds a lamp.")
      let document = name == "bpe" ? [1] + tokens + [2] : tokens
      let loss = try Evaluation(model: model, tokenizer: tokenizer).loss(on: path, as: .whole)
      let expected = PlainModel(model, norms: model.norms).loss(
        Array(document.dropLast()), targets: Array(document.dropFirst()))
      #expect(loss.tokens == document.count - 1)
      #expect(abs(loss.nats - expected) < 1e-4 * expected)  // Float32 logits of magnitude 10
      #expect(throws: TextError.missingSymbol(symbol: name == "bpe" ? "<|user|>" : "<s>", purpose: "chat")) {
        let dialogue = try folder.write("dialogue.txt", "U: hi\nB: ho")
        return try Evaluation(model: model, tokenizer: tokenizer).loss(on: dialogue, as: .dialogue)
      }
    }
  }
}
