#include "propagator/transfer.hpp"

#include "core/config_error.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

const SearchSpace& space() {
  static const SearchSpace kSpace(
      {{"lr", FloatDomain{.low = 1e-4, .high = 1, .scale = Scale::log}, {}},
       {"layers", IntDomain{.low = 1, .high = 8}, {}},
       {"kind", ChoiceDomain{{std::string("a"), std::string("b")}}, {}}});
  return kSpace;
}

}  // namespace

TEST_CASE("transfer: proposes what earlier studies found good, the best most often",
          "[propagator]") {
  const Encoding encoding(space());
  const std::vector<Params> prior = {{{"lr", 0.01}, {"layers", std::int64_t{3}}},
                                     {{"lr", 0.1}, {"layers", std::int64_t{4}}},
                                     {{"lr", 0.5}, {"layers", std::int64_t{5}}}};
  const Transfer transfer(prior);
  const Archive archive(4);
  Rng rng{5};
  std::vector<int> plain(prior.size());
  for (int i = 0; i < 600; ++i) {
    const Brood brood = transfer.breed({encoding, archive}, {}, rng);
    REQUIRE(brood.size() == 1);
    CHECK(brood[0].lineage.propagator == "transfer");
    const Params params = encoding.decode(brood[0].genome);
    for (std::size_t p = 0; p < prior.size(); ++p) {
      plain[p] += *find(params, "lr") == *find(prior[p], "lr") &&
                          *find(params, "layers") == *find(prior[p], "layers")
                      ? 1
                      : 0;
    }
  }
  CHECK(plain[0] > plain[1]);
  CHECK(plain[1] > plain[2]);
  CHECK(plain[2] > 20);
  CHECK(plain[0] + plain[1] + plain[2] < 600);
}

TEST_CASE("transfer: what a configuration does not name comes from the best so far",
          "[propagator]") {
  const Encoding encoding(space());
  const std::vector<Params> prior = {{{"lr", 0.01}}};
  const Transfer transfer(prior);
  Archive archive(4);
  const Params best = {{"lr", 0.9}, {"layers", std::int64_t{7}}, {"kind", std::string("b")}};
  archive.admit(Individual{.id = TrialId{1, 0, 1}, .genome = encoding.encode(best), .scores = {1}});
  Rng rng{6};
  int same = 0;
  for (int i = 0; i < 200; ++i) {
    const Params params = encoding.decode(transfer.breed({encoding, archive}, {}, rng)[0].genome);
    same += *find(params, "layers") == Value(std::int64_t{7}) &&
                    *find(params, "kind") == Value(std::string("b"))
                ? 1
                : 0;
  }
  CHECK(same > 120);
}

TEST_CASE("transfer: needs something to transfer", "[propagator]") {
  CHECK_THROWS_AS(Transfer(std::vector<Params>{}), ConfigError);
}

}  // namespace evolt
