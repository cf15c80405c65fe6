extension Everyday {
  static let food = """
    U: (What should I|What can I|What shall I) (eat|cook|have) (today|tonight|for dinner|for lunch)?
    B: How about {food}?
     | What about {food}? (Or would you like {food2} better?|)
     | You could have {food}. (Do you like that?|)

    U: I (had|ate|made|cooked) {food} (today|for lunch|for dinner|yesterday).
    B: (Was it good?|How was it?|Do you often have that?|Did you make it yourself?)
     | I never eat, but I like to hear about food. (Was it good?|)

    U: I (had|made) {food} for (lunch|dinner).
    B: (Was it good?|How was it?)
    U: (Yes|Yes, very good|It was delicious|It was great).
    B: (Good|I am glad|Then you should have it again)(!|.)

    U: I (had|made) {food} for (lunch|dinner).
    B: (Was it good?|How was it?)
    U: (No|Not really|It was too salty|It was cold|Not so good).
    B: (That is a pity|I am sorry)(.|!) (Maybe next time.|)

    U: Do you like {food}?
    B: I never eat, so I cannot say. Do you like it?
     | I am a program and do not eat. (How does it taste?|)

    U: I am (making|having|drinking) (tea|coffee|{drink})(| now).
    B: (Enjoy it!|That sounds nice.|With milk or without?|I hope it is good.)

    U: I (want to bake|am baking) a cake(| today).
    B: (What kind of cake?|What is it for?|Lovely. Is it for a birthday?)
    U: (A chocolate cake|An apple cake|It is for my friend|It is for my mother|A lemon cake)(.|)
    B: (That sounds (good|delicious)|How nice)(!|.)
    """
}
