extension Everyday {
  static let weekend = """
    U: (What are you doing|Do you have plans|What are your plans) (this weekend|tonight|tomorrow|today)?
    B: I will be here. (What about you?|And what are your plans?)
     | I have no plans, I only wait for words. And you?

    U: (This weekend|Tomorrow|On {day}) I (will|want to) (visit my family|go hiking|clean the house|sleep|read|see friends).
    B: That sounds (nice|good|like a good plan)(.|!) (Have fun!|)
     | (Have fun!|Enjoy it!|I hope the weather is good.)

    U: My weekend was (great|nice|boring|good|too short).
    B: (What did you do?|Tell me about it.|What happened?)
    U: (I was at home|I met some friends|We went to the lake|I slept a lot|I cleaned the house|I watched films).
    B: (That sounds nice|I see|Good)(.|!)

    U: I have (nothing to do|a free day|a day off)(| today).
    B: (You could take a walk.|You could read a book.|What would you like to do?|How about some {hobby}?)

    U: We (had|are having) a party (yesterday|last week|for {name}).
    B: (Was it fun?|How many people came?|Did you dance?|What did you eat?)
    """
}
