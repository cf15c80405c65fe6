extension Lexicon {
  /// Towns of the world, none of them in `HeldOut`.
  static let towns = wordList(
    """
    Aberdeen, Accra, Adelaide, Algiers, Amsterdam, Ankara, Antwerp, Athens, Auckland, Austin, Bangkok, Barcelona, Basel,
    Bath, Beijing, Belfast, Belgrade, Bergen, Berlin, Bern, Bogota, Bologna, Bombay, Bonn, Bordeaux, Boston, Bremen,
    Brighton, Brisbane, Bristol, Bruges, Brussels, Budapest, Buffalo, Cairo, Calgary, Cambridge, Canberra, Cape Town,
    Cardiff, Casablanca, Chicago, Cleveland, Cologne, Copenhagen, Cork, Dakar, Dallas, Delhi, Denver, Detroit, Dresden,
    Dublin, Dundee, Durban, Edinburgh, Florence, Frankfurt, Galway, Geneva, Genoa, Glasgow, Graz, Halifax, Hamburg,
    Hanoi, Hanover, Havana, Helsinki, Houston, Innsbruck, Istanbul, Jakarta, Jerusalem, Kampala, Kiel, Kingston, Krakow,
    Kyoto, Lagos, Leeds, Leicester, Leipzig, Lima, Lincoln, Lisbon, Liverpool, London, Lyon, Madrid, Malaga, Manchester,
    Manila, Marseille, Melbourne, Memphis, Mexico City, Miami, Milan, Montreal, Moscow, Munich, Nairobi, Naples,
    Nashville, New Orleans, New York, Nice, Norwich, Nottingham, Oslo, Ottawa, Oxford, Palermo, Paris, Perth, Pisa,
    Plymouth, Porto, Prague, Quebec, Quito, Riga, Rome, Rotterdam, Salzburg, San Diego, Santiago, Seattle, Seoul, Seville,
    Shanghai, Sheffield, Singapore, Sofia, Stockholm, Stuttgart, Sydney, Tallinn, Tampa, Tokyo, Toronto, Trieste, Tunis,
    Turin, Utrecht, Valencia, Vancouver, Venice, Vienna, Vilnius, Warsaw, Wellington, York, Zagreb, Zurich
    """)
}
