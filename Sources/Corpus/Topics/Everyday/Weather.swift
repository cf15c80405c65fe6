extension Everyday {
  static let weather = """
    U: (It is|It's) (so |very |really |)(hot|warm|cold|windy|cloudy|foggy|sunny)(| today| outside| here).
    B: (Do you like|Do you mind) (that kind of|such) weather?
     | I never feel the weather. (Do you like it?|What do you do on such a day?|)
     | (Then stay inside|Then dress well|Then take care)(|, if you can).

    U: It (is raining|is snowing|has been raining all day|rained all night).
    B: (Do you have an umbrella?|A good day to stay at home.|Do you like rain?|Then I hope you are inside.)

    U: Do you like (rain|snow|the sun|summer|winter|storms)?
    B: I cannot feel (it|any of that), but I like (the word|to hear about it). Do you like it?
     | I have never seen it. What is it like?

    U: I (love|like|do not like) (rain|snow|the sun|summer|winter|storms|hot days).
    B: (Why is that?|I see. Why?|What do you do on such days?)
    U: (I can go out|It makes me calm|It makes me happy|I stay at home and read|I go for walks|It is so quiet then).
    B: (That makes sense|I understand|That sounds nice)(.|!)
    """
}
