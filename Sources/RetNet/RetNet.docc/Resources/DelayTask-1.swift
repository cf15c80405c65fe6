import RetNet

/// Texts of random symbols. The target of each position is the symbol before it.
struct DelayTask {
  let symbols = 8
  let delay = 1
  let length = 12
}
