#include "service/socket/study_view.hpp"

#include "events.hpp"
#include "service/report/answer.hpp"
#include "service/socket/socket_server.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/sqlite_study.hpp"
#include "service/storage/study_paths.hpp"
#include "service/study.hpp"
#include "temporary_directory.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

namespace evolt {
namespace {

using namespace testing;
using Json = nlohmann::ordered_json;

std::string study_json() {
  return study_to_json(parse_study(R"(
schema = 1
[study]
name = "digits"
[trial]
command = ["true"]
steps = 10
[objective]
maximize = "accuracy"
[param]
lr = { type = "float", low = 0.0, high = 1.0 }
)",
                                   "study.toml"))
      .dump();
}

StudyOptions quick() {
  StudyOptions options;
  options.lock_wait = {0.2};
  options.snapshot_every = {0.001};
  return options;
}

std::unique_ptr<Storage> started(const std::string& directory, StudyOptions options = quick()) {
  auto storage = open_study(directory, std::move(options));
  REQUIRE(storage.ok());
  REQUIRE((*storage)->begin(study_json()).ok());
  REQUIRE((*storage)->append({bred(id(1)), leased(id(1)), finished(id(1), {-0.875})}).ok());
  REQUIRE((*storage)->flush().ok());
  return *std::move(storage);
}

double best_score(const StudyView& view) {
  return Json::parse(view.reply)["best"]["best"]["score"];
}

TEST_CASE("view: of a study that does not run is its file", "[socket]") {
  const TemporaryDirectory home;
  REQUIRE(started(home.path())->close().ok());
  const auto view = read_study_view(home.path(), R"({"best":true})");
  INFO(view.status());
  REQUIRE(view.ok());
  CHECK(view->source == StudyView::Source::file);
  CHECK(best_score(*view) == 0.875);
  CHECK(age_text(*view).empty());
  CHECK(absl::IsNotFound(read_study_view(home.path(), R"({"show":9})").status()));
  const auto csv = read_study_view(home.path(), R"({"export":"csv"})");
  CHECK(Json::parse(csv->reply)["export"].get<std::string>().find("\n1,1.0.1,finished") !=
        std::string::npos);
}

TEST_CASE("view: of a running study is its socket's answer", "[socket]") {
  const TemporaryDirectory home;
  const auto storage = started(home.path());
  Ledger ledger({{"accuracy"}, 1});
  ledger.apply(bred(id(1)));
  ledger.apply(finished(id(1), {-0.5}));
  boost::asio::io_context loop;
  const auto server = SocketServer::listen(
      loop, home.path(), [&](std::string_view request) { return answer(ledger, {}, request); });
  REQUIRE(server.ok());
  REQUIRE(set_owner_socket(home.path(), (*server)->path()).ok());
  std::thread thread([&] {
    const auto work = boost::asio::make_work_guard(loop);
    loop.run();
  });
  const auto view = read_study_view(home.path(), R"({"best":true})");
  const auto missing = read_study_view(home.path(), R"({"show":9})");
  const auto nonsense = read_study_view(home.path(), "nonsense");
  loop.stop();
  thread.join();
  REQUIRE(view.ok());
  CHECK(view->source == StudyView::Source::socket);
  CHECK(best_score(*view) == 0.5);
  CHECK(absl::IsNotFound(missing.status()));
  CHECK(absl::IsInvalidArgument(nonsense.status()));
}

TEST_CASE("view: of a study out of reach is its last snapshot, with its age", "[socket]") {
  const TemporaryDirectory home;
  const auto storage = started(home.path());
  for (int i = 0; i < 1000 && !std::filesystem::exists(snapshot_path(home.path())); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Owner owner = *read_owner(home.path());
  if (GENERATE(true, false)) {
    owner.host = "n014.invalid";
    REQUIRE(write_owner(home.path(), owner).ok());
  }
  ManualClock clock;
  clock.set(SystemClock().wall() + Seconds{300});
  const auto view = read_study_view(home.path(), R"({"best":true})", {.clock = &clock});
  INFO(view.status());
  REQUIRE(view.ok());
  CHECK(view->source == StudyView::Source::snapshot);
  CHECK(best_score(*view) == 0.875);
  CHECK((age_text(*view) == "as of 5 min ago" || age_text(*view) == "as of 4 min ago"));
  clock.set({0});
  CHECK(age_text(*read_study_view(home.path(), R"({"best":true})", {.clock = &clock})) ==
        "as of 0 s ago");
}

TEST_CASE("view: of a study whose database lies elsewhere is its mirror", "[socket]") {
  const TemporaryDirectory home;
  const std::string shared = home / "shared";
  StudyOptions options = quick();
  options.database_directory = home / "local";
  options.mirror_every = {0.001};
  auto storage = started(shared, options);
  const auto see = [&] { return read_study_view(shared, R"({"best":true})"); };
  // The mirror follows the database after a moment.
  const auto complete = [](const absl::StatusOr<StudyView>& view) {
    REQUIRE(view.ok());
    return !Json::parse(view->reply)["best"]["best"].is_null();
  };
  for (int i = 0; i < 1000 && !complete(see()); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto view = see();
  CHECK(view->source == StudyView::Source::snapshot);
  CHECK(best_score(*view) == 0.875);
  CHECK(age_text(*view).starts_with("as of "));
  REQUIRE(storage->close().ok());
  const auto last = see();
  REQUIRE(last.ok());
  CHECK(last->source == StudyView::Source::file);
  CHECK(best_score(*last) == 0.875);
  CHECK(age_text(*last).empty());
}

TEST_CASE("view: of a study that was moving out is the further copy", "[socket]") {
  const TemporaryDirectory home;
  const std::string shared = home / "shared";
  StudyOptions options = quick();
  REQUIRE(started(shared, options)->close().ok());
  std::filesystem::copy(database_path(shared), home / "before.db");
  options.database_directory = home / "local";
  REQUIRE((*open_study(shared, options))->close().ok());
  CHECK_FALSE(std::filesystem::exists(mirror_path(shared)));  // it never began there
  {
    auto moved = open_study(shared, options);
    REQUIRE((*moved)->begin(study_json()).ok());
    REQUIRE((*moved)->append({bred(id(1, 0, 2)), finished(id(1, 0, 2), {-0.9})}).ok());
    REQUIRE((*moved)->close().ok());
  }
  std::filesystem::copy(home / "before.db", database_path(shared));
  CHECK(best_score(*read_study_view(shared, R"({"best":true})")) == 0.9);
}

TEST_CASE("view: says what is in the way where there is neither", "[socket]") {
  const TemporaryDirectory home;
  CHECK(absl::IsNotFound(read_study_view(home.path(), R"({"best":true})").status()));
  StudyOptions options = quick();
  options.snapshot_every = {0};
  auto storage = started(home.path(), options);
  const absl::Status status = read_study_view(home.path(), R"({"best":true})").status();
  CHECK(absl::IsUnavailable(status));
  CHECK(status.message().find("pid ") != std::string_view::npos);
  CHECK(status.message().find("no snapshot") != std::string_view::npos);
}

TEST_CASE("view: a study that never began, or cannot be read, is an error", "[socket]") {
  const TemporaryDirectory home;
  REQUIRE((*open_study(home.path(), quick()))->close().ok());
  CHECK(absl::IsNotFound(read_study_view(home.path(), R"({"best":true})").status()));
  {
    auto storage = open_study(home.path(), quick());
    REQUIRE((*storage)->begin(R"({"schema":99})").ok());
    REQUIRE((*storage)->close().ok());
  }
  CHECK(absl::IsDataLoss(read_study_view(home.path(), R"({"best":true})").status()));
  std::ofstream(database_path(home.path())) << std::string(4096, 'x');
  CHECK(absl::IsDataLoss(read_study_view(home.path(), R"({"best":true})").status()));
}

TEST_CASE("view: a trial's log is named where there is one", "[socket]") {
  const TemporaryDirectory home;
  REQUIRE(started(home.path())->close().ok());
  const auto log_of = [&] {
    const auto view = read_study_view(home.path(), R"({"show":1})");
    return Json::parse(view->reply)["show"].value("log", "");
  };
  CHECK(log_of().empty());
  const std::string place = home / "trials/1.0.1/attempt-1";
  std::filesystem::create_directories(place);
  std::ofstream(place + "/log") << "epoch 1\n";
  CHECK(log_of() == place + "/log");
}

}  // namespace
}  // namespace evolt
