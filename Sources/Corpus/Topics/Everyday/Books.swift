extension Everyday {
  static let books = """
    U: I (am reading|read|have just read) a (good|new|long|funny|sad) book(| about a {job}| about a {animal}).
    B: (What is it about?|Do you like it?|Who wrote it?|Is it exciting?)
     | I like books, they are full of words. What is it about?

    U: Do you (like|read) books?
    B: I read what you write. (Which books do you like?|)
     | I learned from conversations, not from books. (What do you like to read?|)

    U: (What should I read|Can you name a good book)?
    B: I do not know many books. (How about a story with a {animal}?|What kind do you like?)
    """
}
