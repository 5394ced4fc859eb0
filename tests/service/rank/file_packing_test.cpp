#include "service/run/file_packing.hpp"

#include "service/run/recorder.hpp"
#include "tests/service/storage/fake_file_system.hpp"
#include "tests/service/storage/temporary_directory.hpp"
#include "tests/service/storage/trial_files.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace evolt {
namespace {

using namespace testing;

Study study_with(PackFiles pack) {
  Study study;
  study.trial.pack_files = pack;
  return study;
}

Event finished(const TrialId& trial) {
  return Event{{}, Finished{.trial = trial, .attempt = 1, .outcome = {}, .scores = {0.5}}};
}

TEST_CASE("file packing: by itself on network file systems only", "[service]") {
  FakeFileSystem network;
  FakeFileSystem local;
  local.kind = 0xEF53;  // ext4
  CHECK(packs_files(study_with(PackFiles::automatic), "/s", network));
  CHECK_FALSE(packs_files(study_with(PackFiles::automatic), "/s", local));
  CHECK(packs_files(study_with(PackFiles::always), "/s", local));
  CHECK_FALSE(packs_files(study_with(PackFiles::never), "/s", network));
}

TEST_CASE("file packing: functions have no files", "[service]") {
  Study study = study_with(PackFiles::always);
  study.trial.mode = StartMode::inproc;
  CHECK_FALSE(packs_files(study, "/s"));
  CHECK(pack_files(study, "/s", Ledger({}), false) == nullptr);
}

TEST_CASE("file packing: the recorder hands on what ends, and what ended before", "[service]") {
  const TemporaryDirectory home;
  const TrialId before{1, 0, 1};
  const TrialId now{1, 0, 2};
  const TrialId running{1, 0, 3};
  Ledger ledger(LedgerOptions{.names = {"acc"}});
  for (const TrialId& id : {before, now, running}) {
    Trial trial;
    trial.id = id;
    ledger.apply(Event{{}, Bred{trial}});
    write_text(trial_folder(home.path(), id) + "/attempt-1/params.json", "{}");
  }
  ledger.apply(finished(before));
  Recorder recorder(nullptr, ledger);
  std::vector<std::string> said;
  recorder.pack_with(pack_files(study_with(PackFiles::always), home.path(), ledger, false),
                     [&](const std::string& text) { said.push_back(text); });
  recorder.record(finished(now));
  REQUIRE(recorder.close().ok());
  CHECK(said.empty());
  CHECK_FALSE(std::filesystem::exists(trial_folder(home.path(), before)));
  CHECK_FALSE(std::filesystem::exists(trial_folder(home.path(), now)));
  CHECK(std::filesystem::exists(trial_folder(home.path(), running)));
}

TEST_CASE("file packing: not while an attempt runs, though another gave a late result",
          "[service]") {
  Ledger ledger(LedgerOptions{.names = {"acc"}});
  Trial trial;
  trial.id = TrialId{1, 0, 1};
  ledger.apply(Event{{}, Bred{trial}});
  ledger.apply(Event{{}, Leased{Attempt{.trial = trial.id, .number = 1}}});
  CHECK_FALSE(is_over(*ledger.find(trial.id)));
  ledger.apply(Event{{}, Lost{.trial = trial.id, .attempt = 1, .reason = "silent"}});
  CHECK_FALSE(is_over(*ledger.find(trial.id)));
  ledger.apply(Event{{}, Leased{Attempt{.trial = trial.id, .number = 2}}});
  ledger.apply(finished(trial.id));  // by the first attempt, which lives
  CHECK_FALSE(is_over(*ledger.find(trial.id)));
  ledger.apply(Event{{}, Lost{.trial = trial.id, .attempt = 2, .reason = "not needed"}});
  CHECK(is_over(*ledger.find(trial.id)));
  CHECK(ended_trial(*ledger.find(trial.id)).lost_attempts);
}

TEST_CASE("file packing: what goes wrong is said", "[service]") {
  const TemporaryDirectory home;
  write_text(home / "files.db", std::string(8192, '?'));
  Ledger ledger(LedgerOptions{.names = {"acc"}});
  Trial trial;
  trial.id = TrialId{1, 0, 1};
  write_text(trial_folder(home.path(), trial.id) + "/attempt-1/params.json", "{}");
  Recorder recorder(nullptr, ledger);
  std::vector<std::string> said;
  recorder.pack_with(pack_files(study_with(PackFiles::always), home.path(), ledger, false),
                     [&](const std::string& text) { said.push_back(text); });
  recorder.record(Event{{}, Bred{trial}});
  recorder.record(finished(trial.id));
  REQUIRE(recorder.close().ok());
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("files.db") != std::string::npos);
}

}  // namespace
}  // namespace evolt
