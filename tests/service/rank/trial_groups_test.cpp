#include "service/run/trial_groups.hpp"

#include "core/config_error.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

using Groups = std::vector<std::vector<RankId>>;

std::vector<RankId> ids(std::initializer_list<std::int32_t> ranks) {
  std::vector<RankId> all;
  for (const std::int32_t rank : ranks) {
    all.push_back(RankId{rank});
  }
  return all;
}

std::vector<std::string> on_one_host(std::size_t ranks) {
  return std::vector<std::string>(ranks, "a");
}

}  // namespace

TEST_CASE("groups: neighbours go together, and the first of them leads", "[service]") {
  const TrialGroups groups(on_one_host(6), 2);
  CHECK(groups.groups() == Groups{ids({0, 1}), ids({2, 3}), ids({4, 5})});
  CHECK(groups.leaders() == ids({0, 2, 4}));
  CHECK(groups.leads(RankId{2}));
  CHECK_FALSE(groups.leads(RankId{3}));
  const TrialPlace place = groups.place_of(RankId{2});
  CHECK(place.hosts == on_one_host(2));
  CHECK(place.parts == 6);
  CHECK(place.own == std::vector<std::int32_t>{2, 3});
}

TEST_CASE("groups: one rank for each trial leaves everybody alone", "[service]") {
  const TrialGroups groups({"a", "b", "a"}, 1);
  CHECK(groups.leaders() == ids({0, 1, 2}));
  CHECK(groups.place_of(RankId{2}).own == std::vector<std::int32_t>{1});
}

TEST_CASE("groups: ranks of a host go together however they are dealt to hosts", "[service]") {
  const TrialGroups groups({"a", "b", "a", "b", "a", "b", "a", "b"}, 2);
  CHECK(groups.groups() == Groups{ids({0, 2}), ids({1, 3}), ids({4, 6}), ids({5, 7})});
  CHECK(groups.place_of(RankId{5}).hosts == std::vector<std::string>{"b", "b"});
  CHECK(groups.place_of(RankId{5}).own == std::vector<std::int32_t>{2, 3});
  CHECK(groups.place_of(RankId{5}).parts == 4);
}

TEST_CASE("groups: what is left over on hosts goes together", "[service]") {
  const TrialGroups groups({"a", "a", "a", "b", "b", "b"}, 2);
  CHECK(groups.groups() == Groups{ids({0, 1}), ids({2, 5}), ids({3, 4})});
  const TrialPlace place = groups.place_of(RankId{2});
  CHECK(place.hosts == std::vector<std::string>{"a", "b"});
  CHECK(place.spans_hosts());
  CHECK(place.own == std::vector<std::int32_t>{2});
  CHECK(place.parts == 3);
}

TEST_CASE("groups: trials over whole hosts, their leader's host first", "[service]") {
  const TrialGroups groups({"b", "a", "a", "b", "c", "d"}, 3);
  // Rank 0 leads, so its host stands first.
  CHECK(groups.groups() == Groups{ids({0, 3, 1}), ids({2, 4, 5})});
  CHECK(host_list(groups.place_of(RankId{0})) == "b:2,a:1");
  CHECK(host_file(groups.place_of(RankId{2})) == "a\nc\nd\n");
}

TEST_CASE("groups: a lone rank is as many as a trial needs", "[service]") {
  const TrialPlace place = TrialGroups({"me"}, 4).place_of(RankId{0});
  CHECK(host_list(place) == "me:4");
  CHECK(place.parts == 4);
  CHECK(place.own == std::vector<std::int32_t>{0, 1, 2, 3});
  CHECK_FALSE(place.spans_hosts());
}

TEST_CASE("groups: ranks that cannot be divided are a mistake", "[service]") {
  CHECK_THROWS_WITH(TrialGroups(on_one_host(4), 3),
                    Catch::Contains("4 ranks cannot be divided into trials of 3") &&
                        Catch::Contains("start 3 of them"));
  CHECK_THROWS_WITH(TrialGroups(on_one_host(2), 4), Catch::Contains("start 4 of them"));
}

TEST_CASE("groups: this host has a name", "[service]") {
  CHECK_FALSE(host_name().empty());
}

}  // namespace evolt
