#include "service/run/time_given.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>

namespace evolt {
namespace {

constexpr Seconds kBegan{1000};
constexpr Seconds kNow{1002};
constexpr Seconds kWall{50'000};

std::optional<TimeKept> kept(const TimeGiven& given, double grace = 20) {
  return keep_time(given, Seconds{grace}, kBegan, kNow, kWall);
}

}  // namespace

TEST_CASE("time: without a limit there is none", "[service]") {
  CHECK_FALSE(kept({}).has_value());
  CHECK_FALSE(kept({.warning = Seconds{5}}).has_value());
}

TEST_CASE("time: a run's own limit counts from its start", "[service]") {
  const auto long_run = kept({.limit = Seconds{3600}});
  REQUIRE(long_run);
  CHECK(long_run->warning == Seconds{21});
  CHECK(long_run->limit.ends == Seconds{1000 + 3600 - 21});
  CHECK(long_run->limit.longest == Seconds{3600 - 21});
  // The grace may not eat up a short run.
  const auto short_run = kept({.limit = Seconds{25}});
  CHECK(short_run->warning == Seconds{2.5});
  CHECK(short_run->limit.ends == Seconds{1022.5});
  CHECK(kept({.limit = Seconds{25}, .warning = Seconds{12}})->limit.longest == Seconds{13});
}

TEST_CASE("time: a job's end counts by the wall clock, and the earlier of both ends", "[service]") {
  TimeGiven given{.job_began = kWall - Seconds{600}, .job_ends = kWall + Seconds{3000}};
  given.warning = Seconds{120};
  const auto job = kept(given);
  REQUIRE(job);
  CHECK(job->limit.ends == kNow + Seconds{2880});
  CHECK(job->limit.longest == Seconds{3480});
  given.job_began.reset();
  CHECK_FALSE(kept(given)->limit.longest.has_value());
  given.limit = Seconds{200};
  CHECK(kept(given)->limit.ends == kBegan + Seconds{80});
  given.limit = Seconds{20'000};
  CHECK(kept(given)->limit.ends == kNow + Seconds{2880});
}

TEST_CASE("time: variables of a job that is over are no limit", "[service]") {
  CHECK_FALSE(kept({.job_ends = kWall - Seconds{1}}).has_value());
}

TEST_CASE("time: Slurm's variables are read, and anything else is none", "[service]") {
  std::map<std::string, std::string, std::less<>> variables{{"SLURM_JOB_START_TIME", "1700000000"},
                                                            {"SLURM_JOB_END_TIME", "1700003600"}};
  const auto read = [&] {
    return with_job_times({.limit = Seconds{7}}, [&](std::string_view name) {
      const auto at = variables.find(name);
      return at == variables.end() ? std::nullopt : std::optional(at->second);
    });
  };
  CHECK(read().job_began == Seconds{1'700'000'000});
  CHECK(read().job_ends == Seconds{1'700'003'600});
  CHECK(read().limit == Seconds{7});
  for (const char* const odd : {"", "Unknown", "0", "-5", "12x"}) {
    variables["SLURM_JOB_END_TIME"] = odd;
    CHECK_FALSE(read().job_ends.has_value());
  }
}

}  // namespace evolt
