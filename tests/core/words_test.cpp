#include "core/words.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace evolt;

namespace {

/// The words of the first `count` enumerators; they must differ.
template <typename Enum>
std::set<std::string> words(int count) {
  std::set<std::string> all;
  for (int i = 0; i < count; ++i) {
    all.emplace(word(static_cast<Enum>(i)));
  }
  CHECK(all.size() == static_cast<std::size_t>(count));
  return all;
}

}  // namespace

TEST_CASE("words: every value has a word of its own", "[core]") {
  CHECK(words<Ending>(4).count("") == 0);
  CHECK(words<Failure>(11).count("no-progress") == 1);
  CHECK(words<EnergyLabel>(7).count("counter-exclusive") == 1);
  CHECK(words<IdlePolicy>(5).count("reserved") == 1);
  CHECK(words<Standing>(2).count("stopped") == 1);
  CHECK(words<StartMode>(4).count("inproc") == 1);
  CHECK(words<Scale>(2).count("log") == 1);
}

TEST_CASE("words: no failure has no word", "[core]") {
  CHECK(word(Failure::none).empty());
}

TEST_CASE("words: domains are named as in the study file", "[core]") {
  CHECK(word(Domain(FloatDomain{})) == "float");
  CHECK(word(Domain(IntDomain{})) == "int");
  CHECK(word(Domain(ChoiceDomain{})) == "choice");
  CHECK(word(Domain(OrdinalDomain{})) == "ordinal");
}
