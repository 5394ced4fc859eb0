#include "service/run/trial_setup.hpp"

#include "study_text.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("trial_setup: an executor hears everything the study says of trials", "[service]") {
  const Study study = test::small_study(
      "[trial.limits]\nmemory = \"1GiB\"\nwall = \"2min\"\nno_progress = 30\ngrace = 3\n");
  const TrialSpec spec = make_trial_spec(study, "out", 3);
  CHECK(spec.command == study.trial.command);
  CHECK(spec.parameters == std::vector<std::string>{"x", "k"});
  CHECK(spec.steps == 4);
  CHECK(spec.slots == 3);
  CHECK(spec.limits.memory == std::int64_t{1} << 30);
  CHECK(spec.limits.wall == Seconds{120});
  CHECK(spec.limits.no_progress == Seconds{30});
  CHECK(spec.limits.grace == Seconds{3});
  CHECK(spec.directory.front() == '/');
  CHECK(spec.study_dir.front() == '/');
  CHECK(spec.capture.kind == CaptureSpec::Kind::json);
}

TEST_CASE("trial_setup: each kind of capture arrives", "[service]") {
  Study study = test::small_study();
  study.trial.capture = CaptureRegex{"acc=(?P<acc>.*)"};
  CHECK(make_trial_spec(study, "out", 1).capture.kind == CaptureSpec::Kind::regex);
  CHECK(make_trial_spec(study, "out", 1).capture.text == "acc=(?P<acc>.*)");
  study.trial.capture = CaptureFile{"result.csv"};
  CHECK(make_trial_spec(study, "out", 1).capture.kind == CaptureSpec::Kind::file);
}

}  // namespace evolt
