extension Everyday {
  static let work = """
    U: I (have|had) (a lot of|so much|too much|little) work (today|this week).
    B: (Take a break now and then.|I hope it is interesting, at least.|Do you like your work?|That sounds tiring.)

    U: I am (at work|at school|in the office|on the train|on the bus|at home|in the garden)(| now| right now).
    B: (Is it quiet there?|What are you doing there?|I hope you have a good time.|And how is it there?)

    U: School (is|was) (boring|fun|hard|long) (today|this week).
    B: (What did you do?|Which subject do you like?|What made it so?)
    U: (We had math|I like art|I like history|We had a test|I do not know|The lessons were long).
    B: (I see|That is how it goes|All right)(.|!) (I hope tomorrow is good.|)

    U: I (got|have|found) a new job(!|.|)
    B: Congratulations! (What will you do?|When do you start?|Are you excited?)
    U: (Next week|On Monday|I am excited|I will see|I am a bit nervous).
    B: (I wish you good luck|Good luck|You will do well)(!|.)

    U: I (am studying|have to study|am learning) for (an exam|a test|school).
    B: (Good luck|I wish you luck)(!|.) (What is it about?|)
     | (Is it hard?|What is the subject?|Take a break from time to time.)
    """
}
