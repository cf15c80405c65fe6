extension Lexicon {
  /// Towns of the world, none of them in `HeldOut`.
  static let towns = wordList(
    """
    Aberdeen, Abuja, Accra, Addis Ababa, Adelaide, Agra, Albany, Alexandria, Algiers, Alicante, Almaty, Amman,
    Amsterdam, Anchorage, Ankara, Annapolis, Antwerp, Arequipa, Arles, Asheville, Asuncion, Athens, Atlanta,
    Auckland, Augsburg, Austin, Avignon, Ayr, Baku, Bali, Bamako, Banff, Bangalore, Bangkok, Barcelona, Bari, Basel,
    Bath, Beijing, Beirut, Belem, Belfast, Belgrade, Benin City, Bergen, Berlin, Bern, Bilbao, Birmingham,
    Blackpool, Bogota, Boise, Bologna, Bombay, Bonn, Bordeaux, Boston, Brasilia, Brasov, Bratislava, Bremen,
    Brighton, Brisbane, Bristol, Brno, Bruges, Brussels, Bucharest, Budapest, Buenos Aires, Buffalo, Burlington,
    Busan, Cadiz, Cagliari, Cairo, Calgary, Cambridge, Canberra, Canton, Cape Town, Caracas, Cardiff, Carlisle,
    Cartagena, Casablanca, Catania, Charleston, Chennai, Chester, Chiang Mai, Chicago, Christchurch, Cincinnati,
    Cleveland, Cluj, Coimbra, Cologne, Colombo, Columbus, Constance, Copenhagen, Cordoba, Cork, Cusco, Dakar,
    Dallas, Darwin, Davos, Delft, Delhi, Denver, Derby, Detroit, Dhaka, Dijon, Doha, Dortmund, Dover, Dresden,
    Dubai, Dublin, Dubrovnik, Duluth, Dundee, Dunedin, Durban, Durham, Edinburgh, Eindhoven, Entebbe, Erfurt,
    Esbjerg, Eugene, Evora, Exeter, Faro, Fez, Florence, Fortaleza, Frankfurt, Freetown, Freiburg, Fukuoka, Funchal,
    Gaborone, Galway, Gdansk, Geneva, Genoa, Ghent, Girona, Glasgow, Goa, Granada, Graz, Grenoble, Groningen,
    Guadalajara, Haarlem, Haifa, Halifax, Hamburg, Hanoi, Hanover, Harare, Hastings, Havana, Helsingborg, Helsinki,
    Hobart, Honolulu, Houston, Hull, Hyderabad, Innsbruck, Inverness, Ipswich, Istanbul, Izmir, Jaipur, Jakarta,
    Jerusalem, Juneau, Kampala, Kandy, Kansas City, Karachi, Kassel, Katowice, Kaunas, Khartoum, Kiel, Kigali,
    Kingston, Kobe, Kosice, Krakow, Kuala Lumpur, Kyiv, Kyoto, La Paz, Lagos, Lahore, Lancaster, Las Vegas,
    Lausanne, Leeds, Leicester, Leiden, Leipzig, Leon, Lille, Lima, Limerick, Lincoln, Linz, Lisbon, Liverpool,
    Lodz, London, Los Angeles, Louisville, Luanda, Lucca, Lucerne, Lugano, Lund, Lusaka, Luxor, Lviv, Lyon,
    Maastricht, Madison, Madrid, Madurai, Mainz, Malaga, Malmo, Manchester, Mandalay, Manila, Mannheim, Maputo,
    Maribor, Marrakesh, Marseille, Medellin, Melbourne, Memphis, Mexico City, Miami, Milan, Milwaukee, Minneapolis,
    Minsk, Mombasa, Monaco, Monterrey, Montreal, Moscow, Mumbai, Munich, Murcia, Muscat, Nagoya, Nairobi, Namur,
    Nantes, Naples, Nashville, New Orleans, New York, Newcastle, Newport, Nice, Norwich, Nottingham, Nuremberg,
    Oakland, Odense, Odessa, Omaha, Oran, Osaka, Oslo, Ottawa, Oulu, Oviedo, Oxford, Padua, Palermo,
    Panama City, Paris, Parma, Pecs, Perth, Peterborough, Philadelphia, Phoenix, Pisa, Pittsburgh, Plovdiv,
    Plymouth, Portland, Porto, Portsmouth, Potsdam, Poznan, Prague, Preston, Pretoria, Quebec, Quito, Rabat,
    Raleigh, Ravenna, Reading, Reims, Rennes, Riga, Rio de Janeiro, Riyadh, Rome, Rostock, Rotterdam, Rouen,
    Sacramento, Saigon, Salamanca, Salem, Salvador, Salzburg, Samarkand, San Antonio, San Diego, San Francisco, San
    Jose, San Juan, Santiago, Sao Paulo, Sapporo, Sarajevo, Savannah, Seattle, Seoul, Seville, Shanghai, Sheffield,
    Siena, Singapore, Skopje, Sligo, Sofia, Southampton, Split, Spokane, Stavanger, Stirling, Stockholm, Stuttgart,
    Surat, Swansea, Sydney, Syracuse, Szeged, Taipei, Tallinn, Tampa, Tampere, Tangier, Tartu, Tbilisi, Tehran,
    Tirana, Tokyo, Toledo, Topeka, Toronto, Toulouse, Tours, Trento, Trier, Trieste, Trondheim, Tucson, Tulsa,
    Tunis, Turin, Turku, Uppsala, Utrecht, Valencia, Valletta, Vancouver, Varna, Venice, Verona, Victoria, Vienna,
    Vigo, Vilnius, Warsaw, Waterford, Weimar, Wellington, Wexford, Winnipeg, Worcester, Wroclaw, Yerevan, Yokohama,
    York, Zadar, Zagreb, Zaragoza, Zurich
    """)
}
