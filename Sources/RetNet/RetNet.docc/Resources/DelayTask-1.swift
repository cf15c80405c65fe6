import RetNet

/// Texts of random symbols. The target of each position is the symbol three positions before.
struct DelayTask {
  let symbols = 8
  let delay = 3
  let length = 12
}
