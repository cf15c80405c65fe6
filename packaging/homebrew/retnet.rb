# The Homebrew formula. UNTESTED: no Mac has run it yet.
#
# For a release, set homepage, url and sha256 (shasum -a 256 of the archive that url names), and copy this file into the
# Formula folder of a tap. `brew install --build-from-source`, `brew test` and `brew audit --strict` check it.
class Retnet < Formula
  desc "Chat with a Retentive Network and watch its state change"
  homepage "https://example.org/retnet"
  url "https://example.org/retnet/archive/v0.9.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  # Swift 6.1 is in Xcode 16.3, which needs macOS 15.
  depends_on xcode: ["16.3", :build]
  depends_on macos: :sequoia
  # macOS has ncurses 6.0, which has no more than 256 pairs of colours.
  depends_on "ncurses"
  depends_on "sentencepiece"

  uses_from_macos "swift" => :build

  on_linux do
    depends_on "openblas"
  end

  def install
    # Homebrew builds in a sandbox of its own, in which Swift cannot open another one, and without `brew` on the PATH.
    args = ["PREFIX=#{prefix}", "BREW=#{HOMEBREW_PREFIX}"]
    args << "SWIFT_FLAGS=--disable-sandbox" if OS.mac?
    # The manual pages, completions, models and lessons are laid out as below any prefix.
    system "make", "install", *args
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/retnet --version")
    # A model that is installed, computed in every form.
    assert_match "Passed", shell_output("#{bin}/retnet verify --model recall")
    assert_path_exists man1/"retnet.1"
  end
end
