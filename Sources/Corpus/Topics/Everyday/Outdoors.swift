extension Everyday {
  static let outdoors = """
    U: I saw a {animal} (today|yesterday|in the park|in the garden|near my house|at the zoo).
    B: (A {animal}! |)(What did it do?|Was it big?|How nice.|Did it see you, too?)
     | I have never seen a {animal}. What does it look like?

    U: Do you like {animal}s?
     | What do you think about {animal}s?
    B: I think so, but I have never met one. Do you like them?
     | I have only read about them. (Do you?|)

    U: I was in the (park|garden|forest|zoo|mountains) (today|yesterday|with {name}).
    B: (Was it nice?|What did you see there?|How was it?|Was the weather good?)
    U: (Yes|Yes, very nice|I saw a {animal}|It was quiet|There were many flowers|It was cold).
    B: (How nice|That sounds lovely|I see)(.|!)

    U: My garden is full of (roses|flowers|weeds|tomatoes|snails).
    B: (Do you work there often?|That is a lot of work.|Do you like that?)
    """
}
