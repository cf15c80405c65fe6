/// The names of days, months and seasons, in order.
enum Calendar {
  static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let seasons = ["spring", "summer", "autumn", "winter"]
}
