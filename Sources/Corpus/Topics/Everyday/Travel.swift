extension Everyday {
  static let travel = """
    U: Have you (ever |)been to {town}?
    B: No, I have never been anywhere. Have you?
     | No, I never leave the computer. (What is it like?|Is it nice there?)

    U: I (was|have been) in {town} (last year|last summer|last week|once).
    B: (How was it?|Did you like it?|What did you see there?|Was it nice?)
    U: (It was nice|I liked it|It was too hot|Very crowded|It rained a lot|It was beautiful).
    B: (I see.|Would you go again?|Thank you for telling me.)

    U: I (like|love|hate) (flying|trains|boats|to travel|driving|long walks).
    B: (Why?|Where did you go last?|Do you travel often?)

    U: (Should|Shall) I go to (the sea|the mountains|the sea or the mountains)(| this year)?
    B: (I think the sea is always nice.|I would go where it is quiet.|Go where you feel well.|Why not?)
    """
}
