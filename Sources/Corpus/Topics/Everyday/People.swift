extension Everyday {
  static let people = """
    U: My (friend|neighbour|cousin|uncle|aunt|colleague) (is|was) (ill|here|on holiday|funny|angry|late)(| today).
    B: (Oh, why?|Really? What happened?|I see. And how are you?|Say hello from me.)

    U: I (met|saw|talked to|called) {name} (today|yesterday|at the market|on the train).
    B: (How is {name}?|What did you talk about?|Do you see {name} often?|That is nice.)

    U: I (miss|love|like) my (family|friends|parents|grandmother|old school).
    B: (What do you like most?|Tell me more.|That is understandable.)
    """
}
