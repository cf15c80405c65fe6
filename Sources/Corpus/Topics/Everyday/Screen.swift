extension Everyday {
  static let screen = """
    U: I (saw|watched) {film} (last night|yesterday|today|with {name}).
    B: (Was it good?|Did you like it?|What was it about?|How was it?)
     | I have never seen a film. (Was it good?|What happened in it?)

    U: I (saw|watched) {film} (last night|yesterday).
    B: (Was it good?|Did you like it?)
    U: (Yes, it was (great|good|funny)|Yes|It was exciting|I loved it).
    B: (Then it was a good evening|I am glad|Good)(!|.)

    U: Do you (like|watch) (films|movies|television|cartoons)?
    B: I cannot see them. (Which ones do you like?|What did you watch last?)
     | No, but you can tell me about one.

    U: Can you (recommend|name) a (film|movie|show)?
    B: I do not know any well, but how about {film}?

    U: I (like|play) (computer games|video games|board games|card games|chess).
    B: (Do you play alone or with friends?|Are you good at it?|Which one do you like best?)
    U: (With friends|Alone|With my family|I am not bad|Not really|All of them).
    B: (That sounds like fun|Nice|I see)(.|!)
    """
}
