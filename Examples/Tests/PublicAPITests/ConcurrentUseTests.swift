import RetNet
import RetNetSession
import RetNetText
import Testing

/// Values that are `Sendable`, used by several tasks at once.
@Suite("Values are shared by concurrent tasks")
struct ConcurrentUseTests {
  /// The results of four tasks that run `body` at once.
  private func concurrently<Result: Sendable>(
    _ body: @escaping @Sendable (_ task: Int) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      for task in 0..<4 { group.addTask { (task, try await body(task)) } }
      var results: [Int: Result] = [:]
      for try await (task, result) in group { results[task] = result }
      return (0..<4).compactMap { results[$0] }
    }
  }

  @Test("A layer, a stack and a linear map give each task the result of a single one", arguments: Sample.forms)
  func layers(form: RetentionForm) async throws {
    @Sendable func compute() throws -> [[Float]] {
      var state = try Sample.stack.makeState(batch: 2)
      let pass = try Sample.layer.forward(Sample.x, form: form)
      let (dInput, dWeights) = try pass.backward(Sample.x)
      return [
        pass.output.values, dInput.values, dWeights,
        try Sample.stack(Sample.x, form: form, threads: 2, state: &state).values, try Sample.linear(Sample.x).values,
      ]
    }
    let expected = try compute()
    for result in try await concurrently({ _ in try (0..<20).map { _ in try compute() } }) {
      #expect(result.allSatisfy { $0 == expected })
    }
  }

  @Test("One state, copied to each task, is advanced by each on its own")
  func states() async throws {
    var state = try Sample.layer.makeState(batch: 2)
    _ = try Sample.layer(Sample.x, form: .chunkwise(length: 2), state: &state)
    let shared = state
    let ends = try await concurrently { task in
      var own = shared
      for _ in 0..<task + 1 { _ = try Sample.layer(Sample.x, form: .recurrent, state: &own) }
      return own.position
    }
    #expect(ends == [10, 15, 20, 25])
    #expect(shared.position == 5)
  }

  @Test("A model and a tokenizer give each task the result of a single one")
  func models() async throws {
    let text = "A cat sits on the roof, and a dog sleeps in the garden."
    @Sendable func compute() throws -> (tokens: [Int], text: String, logits: [Float]) {
      let tokens = Sample.tokenizer.encode(text)
      let inference = try Inference(model: Sample.model)
      var state = try inference.makeState()
      let logits = try inference.logits(of: [tokens], rows: .last, state: &state)
      return (tokens, try Sample.tokenizer.text(of: tokens), logits.values)
    }
    let expected = try compute()
    for result in try await concurrently({ _ in try compute() }) {
      #expect(result.tokens == expected.tokens)
      #expect(result.text == expected.text)
      #expect(result.logits == expected.logits)
    }
  }

  @Test("Chats of one model reply at once; of two replies in one chat, one is refused or comes after the other")
  func chats() async throws {
    let alone = try await Sample.recall.makeChat(seed: 7).reply(to: "A cat", maxTokens: 8)
    let replies = try await concurrently { _ in
      try await Sample.recall.makeChat(seed: 7).reply(to: "A cat", maxTokens: 8)
    }
    #expect(replies == Array(repeating: alone, count: 4))

    let chat = Sample.recall.makeChat(seed: 7)
    let outcomes = try await concurrently { task -> Int? in
      var count = 0
      do throws(ChatError) {
        for try await _ in chat.respond(to: "A cat", maxTokens: 4 + task) { count += 1 }
      } catch .alreadyResponding { return nil } catch { throw error }
      return count
    }
    #expect(outcomes.contains { $0 != nil })
    // Every token of a message and of its reply is read once.
    let prompt = Sample.tokenizer.encode("A cat").count
    let read = outcomes.compactMap { $0 }.reduce(0) { $0 + $1 + prompt }
    let position = await chat.state.position
    #expect(position >= read)
    #expect(position <= read + outcomes.count, "a text may begin with a symbol")
  }
}
