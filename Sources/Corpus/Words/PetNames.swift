extension Lexicon {
  /// Names that pets have, none of them in `HeldOut`.
  static let petNames = wordList(
    """
    Ace, Alfie, Apollo, Archie, Bailey, Bandit, Barney, Basil, Bear, Bella, Benji, Biscuit, Blackie, Blue, Bonnie, Boots,
    Brownie, Bruno, Bubbles, Buddy, Buster, Button, Candy, Caramel, Casper, Charlie, Chester, Chip, Cinnamon, Cleo, Coco,
    Cookie, Copper, Cosmo, Daisy, Dash, Dexter, Diesel, Dixie, Dot, Duchess, Duke, Dusty, Echo, Felix, Fido, Finn, Flash,
    Fluffy, Freckles, Frisky, Fudge, George, Ginger, Goldie, Gus, Hazel, Holly, Honey, Hunter, Izzy, Jasper, Jet, Juno,
    King, Kiwi, Lady, Leo, Lily, Loki, Lola, Lucky, Lucy, Luna, Maggie, Max, Merlin, Midnight, Milo, Minnie, Misty, Mittens,
    Mocha, Molly, Monty, Muffin, Nala, Nemo, Nutmeg, Olive, Oreo, Oscar, Otis, Patch, Peaches, Peanut, Pearl, Pepper,
    Percy, Piper, Pip, Pixie, Poppy, Prince, Princess, Pumpkin, Rex, Rocky, Rolo, Rosie, Rover, Ruby, Rufus, Rusty, Sam,
    Sandy, Scout, Shadow, Simba, Smokey, Snowball, Snowy, Socks, Sooty, Sparky, Spot, Star, Stella, Storm, Sugar, Sunny,
    Teddy, Thor, Tiger, Toby, Toffee, Tom, Tucker, Whiskers, Willow, Winnie, Ziggy
    """)
}
