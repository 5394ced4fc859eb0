#include "benchmarks/search_quality/peers.hpp"

#include "tests/benchmarks/temporary_directory.hpp"
#include "tests/benchmarks/tiny_problems.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace evolt;

namespace {

/// The peers of a file with these rows below the header.
Peers peers_of(const std::string& rows, const std::vector<Problem>& problems) {
  const TemporaryDirectory directory;
  directory.write("peer_rows.csv.gz", "suite,problem,peer,workers,seed,evals,value\n" + rows);
  return read_peers(directory.path(), problems);
}

}  // namespace

TEST_CASE("peers: errors become regrets, random search stays out", "[benchmarks]") {
  std::vector<Problem> problems = {tiny_problem("t", "C")};
  problems[0].best_known = 0.25;
  const Peers peers = peers_of(
      "C,t,tpe,16,3,10,0.75\nC,t,tpe,16,3,20,0.5\nC,t,random,1,0,10,0.5\n"
      "C,unknown,tpe,16,3,10,0.75\n",
      problems);
  REQUIRE(peers.paired.size() == 1);
  CHECK(peers.paired[0].method == "tpe");
  CHECK(peers.paired[0].workers == 16);
  CHECK(peers.paired[0].seed == 3);
  CHECK(peers.paired[0].regrets == std::vector<std::optional<double>>{0.5, 0.25});
  CHECK(peers.apart.empty());
  CHECK(peers.names() == std::vector<std::string>{"tpe"});
}

TEST_CASE("peers: on suites A and B their own random search is the yardstick", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem("t", "A"), tiny_problem("u", "B")};
  const Peers peers = peers_of(
      "A,t,cma,1,0,10,3\nA,t,random,1,0,10,4\nA,t,random,1,1,10,6\nA,t,random,1,2,10,9\n"
      "B,u,cma,1,0,10,3\n",
      problems);
  CHECK(peers.paired.empty());
  REQUIRE(peers.apart.size() == 1);  // nobody knows what random search reaches on u
  CHECK(peers.apart[0].problem == &problems[0]);
  CHECK(peers.apart_random.at(&problems[0]) == std::vector<std::optional<double>>{6, std::nullopt});
}

TEST_CASE("peers: fronts become the hypervolume that is missing", "[benchmarks]") {
  std::vector<Problem> problems = {tiny_front()};
  problems[0].suite = "D";
  const Peers peers = peers_of("D,tiny_front,nsga2,1,0,10,0.5 0.5;0 0.75\n", problems);
  REQUIRE(peers.paired.size() == 1);
  CHECK(*peers.paired[0].regrets[0] == 0.125);
}

TEST_CASE("peers: rows that are none are refused", "[benchmarks]") {
  const std::vector<Problem> problems = {tiny_problem("t", "C")};
  CHECK_THROWS_AS(read_peers("/no/such/directory", problems), std::runtime_error);
  CHECK_THROWS_AS(peers_of("", problems), std::runtime_error);
  CHECK_THROWS_AS(peers_of("C,t,tpe,1,0,10,good\n", problems), std::runtime_error);
  std::vector<Problem> front = {tiny_front()};
  front[0].suite = "D";
  CHECK_THROWS_AS(peers_of("D,tiny_front,x,1,0,10,1 y\n", front), std::runtime_error);
}

TEST_CASE("peers: the recorded scores are there for every suite of the protocol", "[benchmarks]") {
  const PeerScores scores = read_peer_scores(EVOLT_BENCHMARK_DATA);
  CHECK(scores.at({"A", "10-D", 16, "20D"}).at("catcmawm") == Approx(0.123).margin(0.001));
  CHECK(scores.at({"B", "10-D", 16, "100D"}).at("pycma_int") == Approx(0.011).margin(0.001));
  CHECK(scores.at({"C", "", 16, "100"}).contains("optuna_tpe"));
  CHECK(scores.at({"D", "", 1, "2000"}).contains("pagmo_nspso"));
  CHECK(scores.at({"DH", "", 16, "500"}).contains("optuna_nsga2"));
  CHECK_THROWS_AS(read_peer_scores("/no/such/directory"), std::runtime_error);
}
