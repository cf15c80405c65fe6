extension Lexicon {
  /// Names of pets, none of them in `HeldOut`.
  static let petNames = wordList(
    """
    Ace, Acorn, Alaska, Alfie, Angus, Apollo, Archie, Ash, Atlas, Bailey, Baloo, Bandit, Banjo, Barney, Basil,
    Beans, Bear, Bella, Benji, Benny, Berry, Bingo, Birdie, Biscuit, Blackie, Blue, Bobbin, Bonbon, Bonnie, Boots,
    Brownie, Bruce, Bruno, Bubble, Bubbles, Buddy, Bugsy, Buster, Buttercup, Button, Candy, Captain, Caramel,
    Casper, Chai, Charlie, Chester, Chewie, Chili, Chip, Churro, Cinnamon, Cleo, Clover, Coco, Comet, Cookie,
    Copper, Cosmo, Crumb, Crumpet, Cupcake, Daisy, Dash, Dexter, Diesel, Digby, Dixie, Domino, Donut, Dora, Dot,
    Duchess, Duke, Dusty, Echo, Eddie, Ember, Felix, Fern, Fido, Fig, Figaro, Finn, Flash, Flick, Flora, Flossie,
    Fluffy, Frankie, Freckles, Frisky, Fudge, Gatsby, George, Ginger, Goldie, Gracie, Gravy, Gus, Hamlet, Hank,
    Harley, Hazel, Henry, Hobbes, Holly, Honey, Hunter, Iggy, Inky, Iris, Ivy, Izzy, Jack, Jasper, Jazz, Jet, Jojo,
    Juniper, Juno, Kevin, King, Kip, Kiwi, Lady, Lenny, Leo, Lily, Loki, Lola, Lottie, Louie, Lucky, Lucy, Luna,
    Mabel, Maggie, Maisie, Mango, Maple, Margo, Marley, Max, Meatball, Merlin, Midnight, Milo, Minnie, Miso, Misty,
    Mittens, Mocha, Mochi, Molly, Monty, Moose, Mouse, Muffin, Mulberry, Nacho, Nala, Nelly, Nemo, Newton, Nibbles,
    Ninja, Nori, Nugget, Nutmeg, Oatmeal, Olive, Ollie, Opal, Oreo, Oscar, Otis, Otto, Pancake, Panda, Pasha, Patch,
    Patches, Peaches, Peanut, Pearl, Pebbles, Penny, Pepper, Percy, Pesto, Pip, Piper, Pippin, Pixie, Plum, Popcorn,
    Poppy, Prince, Princess, Pumpkin, Puzzle, Quill, Radish, Raisin, Remy, Rex, Riley, Robin, Rocky, Rolo, Roo,
    Rosie, Rover, Roxy, Ruby, Rufus, Rusty, Saffron, Salsa, Sam, Sandy, Scout, Scruffy, Sesame, Shadow, Sherlock,
    Simba, Skipper, Smokey, Smudge, Snowball, Snowy, Socks, Sooty, Sparkle, Sparky, Spot, Sprout, Squeak, Squirt,
    Star, Stella, Storm, Sugar, Sunny, Taco, Tango, Teddy, Thor, Tiger, Tinker, Toby, Toffee, Tofu, Tom, Truffle,
    Tucker, Tuna, Twiggy, Velvet, Wally, Wanda, Whiskers, Widget, Willow, Winnie, Winston, Wolfie, Wookie, Yoshi,
    Zeus, Ziggy, Zippy
    """)
}
