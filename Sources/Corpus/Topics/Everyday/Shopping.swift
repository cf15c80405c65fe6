extension Everyday {
  static let shopping = """
    U: I need (a new {object}|some {food}|a present for {name}|new shoes).
    B: (What should it be like?|Where will you look for it?|When do you need it?)
    U: (Something cheap|In town|Tomorrow|Something nice|I do not know yet|Next week).
    B: (I hope you find something good|Good luck|All right)(.|!)

    U: I (am going|was|went) shopping (today|yesterday|with {name}).
    B: (What did you need?|Was it crowded?|Do you like shopping?)
    """
}
