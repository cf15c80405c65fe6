extension Everyday {
  static let sleep = """
    U: I (slept|did not sleep) (well|at all|much|enough)(| last night).
    B: (I see|Okay). (How do you feel now?|And how are you now?|Did you dream?)
     | (How long did you sleep?|What did you dream of?|I never sleep.)

    U: I had a (strange|nice|funny|bad) dream(| last night).
    B: (What was it about?|Tell me about it.|What happened in it?)
    U: (I could fly|I was a {animal}|I was in {town}|I was late for school|I do not remember|I found a {object}).
    B: (How strange|What a dream|Dreams are funny)(!|.) (I never dream.|)

    U: (It is|It's) (late|early|midnight|Monday|already dark)(| again).
    B: (Are you tired?|How do you feel?)
    """
}
