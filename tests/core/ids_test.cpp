#include "core/ids.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

using namespace evolt;

TEST_CASE("ids: a trial's name reads back", "[core]") {
  const TrialId id = GENERATE(
      TrialId{}, TrialId{1, 0, 17},
      TrialId{std::numeric_limits<std::uint32_t>::max(), std::numeric_limits<std::uint32_t>::max(),
              std::numeric_limits<std::uint64_t>::max()});
  CHECK(parse_trial_id(to_string(id)) == id);
}

TEST_CASE("ids: a trial is named incarnation.rank.counter", "[core]") {
  CHECK(to_string(TrialId{1, 0, 17}) == "1.0.17");
}

TEST_CASE("ids: anything else is no trial", "[core]") {
  const std::string text = GENERATE(as<std::string>(), "", "1", "1.0", "1.0.", "1..17", ".0.17",
                                    "1.0.17.", "1.0.17 ", " 1.0.17", "1.0.-1", "+1.0.17", "1,0,17",
                                    "a.b.c", "4294967296.0.1", "1.0.18446744073709551616");
  INFO('"' << text << '"');
  CHECK_FALSE(parse_trial_id(text).has_value());
}

TEST_CASE("ids: trials sort by incarnation, rank and counter in turn", "[core]") {
  CHECK(TrialId{1, 9, 9} < TrialId{2, 0, 0});
  CHECK(TrialId{1, 1, 9} < TrialId{1, 2, 0});
  CHECK(TrialId{1, 1, 1} < TrialId{1, 1, 2});
}

TEST_CASE("ids: an index is the enumerator's number", "[core]") {
  CHECK(index(IslandId{3}) == 3);
  CHECK(index(RankId{-1}) == -1);
}
