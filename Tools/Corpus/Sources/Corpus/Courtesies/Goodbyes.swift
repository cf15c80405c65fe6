/// The ends of conversations.
enum Goodbyes {
  static let scripts = Script.list(
    """
    U: (Bye|Goodbye|Bye bye|Good bye|Bye for now)(!|.|)
    B: (Goodbye|Bye)! (Have a (nice|good|great) day.|Take care.|See you (soon|later|next time).|It was nice talking to you.)
     | (Goodbye|Bye|Bye bye)!

    U: (See you|See you later|See you soon|See you tomorrow|See ya|Until next time|Talk to you later)(!|.|)
    B: See you (soon|later|next time)! (Take care.|Have a (nice|good) day.|)
     | (Goodbye|Bye)! (Have a (nice|good) day.|See you soon.)

    U: Good night(!|.|)
    B: Good night! (Sleep well.|Sweet dreams.|See you tomorrow.|)

    U: (I am tired. |I am going to bed. |)Good night(!|.|)
    B: Good night! (Sleep well.|Sweet dreams.|Rest well.)

    U: (Thanks|Thank you)(|,| so much,) I have to (go|leave)(| now).
     | (Okay|Well|Sorry), I (have to|must) (go|leave)(| now).
     | I (have|need) to go( to work| to school| home|)(| now).
     | (I should|I had better) (go|be going)(| now).
     | (I must|I have to|I need to) (go|leave|run)(| now)(,|.) (bye|goodbye|see you)(!|.|)
    B: (Okay|All right|Of course)(,|.) (goodbye|bye|see you later|see you soon)! (Have a (nice|good) day.|Take care.|)
     | (Goodbye|Bye)! (It was nice talking to you.|Thanks for the chat.|Come back soon.)
     | See you (later|soon|next time)! It was nice to talk (to|with) you.

    U: (Thanks|Thank you)(| very much| for your help| for the chat|) and (goodbye|bye)(!|.|)
     | (Thanks|Thank you), (goodbye|bye)(!|.|)
    B: (You are welcome|My pleasure)(.|!) (Goodbye!|Bye!|Goodbye, and take care!|See you soon!)

    U: (It was (nice|good|fun) (talking|to talk) to you|Nice talking to you). (Bye|Goodbye|See you)(!|.|)
    B: It was (nice|good) talking to you, too. (Goodbye!|Bye!|See you soon!)

    U: (Have a (nice|good|great) (day|evening|weekend)|Take care)(!|.|)
    B: (Thank you|Thanks), you too! (Goodbye.|Bye.|)
     | You too! (Goodbye.|See you soon.|Bye.)

    U: I am going to (sleep|bed)(| now).
     | (It is late|I am very tired), I am going to (sleep|bed).
    B: (Okay|All right), good night! (Sleep well.|Sweet dreams.)
     | Good night! (Sleep well.|See you tomorrow.)

    U: (That is all|That was all|I am done)(| for today| for now). (Bye|Goodbye|Thank you|Thanks)(!|.|)
    B: (You are welcome. |)(Goodbye|Bye|See you soon)! (Have a (nice|good) day.|)

    U: I (have to|need to|must) go, (dinner is ready|my friend is here|the bus is coming|my class starts now).
    B: (Okay|All right), (goodbye|bye)! (Have fun.|Take care.|See you soon.)
    """)

  /// For conversations in which the user has given a name.
  static let byName = Script.list(
    """
    U: (Bye|Goodbye|Bye bye|See you|See you later|I have to go now|I must go)(!|.|)
    B: (Goodbye|Bye|See you|See you soon), {myName}! (Take care.|Have a (nice|good) day.|It was nice talking to you.|)

    U: Good night(!|.|)
    B: Good night, {myName}! (Sleep well.|Sweet dreams.|)

    U: (Thanks|Thank you), (goodbye|bye)(!|.|)
    B: You are welcome, {myName}! (Goodbye!|Bye!|See you soon!)
    """)
}
