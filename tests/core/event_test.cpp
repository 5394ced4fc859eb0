#include "core/event.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace evolt;

TEST_CASE("event: each kind has its word and its trial", "[core]") {
  const TrialId id{2, 1, 7};
  const auto& [event, name] = GENERATE_COPY(table<Event, std::string>({
      {Event{{}, Bred{.trial = {.id = id}}}, "bred"},
      {Event{{}, Leased{.attempt = {.trial = id}}}, "leased"},
      {Event{{}, Measured{.trial = id}}, "measured"},
      {Event{{}, Stopped{.trial = id}}, "stopped"},
      {Event{{}, Finished{.trial = id}}, "finished"},
      {Event{{}, Lost{.trial = id}}, "lost"},
      {Event{{}, Migrated{.trial = id}}, "migrated"},
      {Event{{}, Parked{.trial = id}}, "parked"},
  }));
  CHECK(kind_name(event) == name);
  CHECK(subject(event) == id);
}

TEST_CASE("event: metrics are found by name", "[core]") {
  const Metrics metrics = {{"loss", 0.5}, {"acc", 0.9}, {"loss", 0.7}};
  CHECK(find(metrics, "acc") == 0.9);
  CHECK(find(metrics, "loss") == 0.5);
  CHECK_FALSE(find(metrics, "los").has_value());
}
