#include "service/run/recorder.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

/// Takes events only while it has room.
class NarrowStorage final : public Storage {
 public:
  const StudyRecord& record() const override { return record_; }
  absl::Status replay(EventVisitor) override { return absl::OkStatus(); }
  absl::StatusOr<std::uint32_t> begin(const std::string&) override { return 1; }
  absl::Status append(std::vector<Event>&& events) override {
    if (!verdict.ok()) {
      return verdict;
    }
    for (Event& event : events) {
      taken.push_back(std::move(event));
    }
    return absl::OkStatus();
  }
  StorageHealth health() const override { return {.paused = paused}; }
  Seconds seconds() const override { return Seconds{12}; }
  absl::Status flush() override {
    verdict = absl::OkStatus();
    return absl::OkStatus();
  }
  absl::Status close() override {
    ++closes;
    closed = closes > full_for;
    return closed ? absl::OkStatus() : absl::UnavailableError("no room");
  }

  absl::Status verdict;
  std::string paused;
  std::vector<Event> taken;
  bool closed = false;
  int closes = 0;
  int full_for = 0;  ///< tries to close that find the disk full

 private:
  StudyRecord record_;
};

Event bred(std::uint64_t counter) {
  Trial trial;
  trial.id = TrialId{1, 0, counter};
  return Event{{}, Bred{trial}};
}

}  // namespace

TEST_CASE("recorder: what a full queue refuses is offered again, in order", "[service]") {
  NarrowStorage storage;
  Ledger ledger(LedgerOptions{.names = {"acc"}});
  Recorder recorder(&storage, ledger);
  storage.verdict = absl::ResourceExhaustedError("full");
  recorder.record(bred(1));
  recorder.hand_over();
  recorder.record(bred(2));
  recorder.hand_over();
  CHECK(storage.taken.empty());
  CHECK(recorder.status().ok());
  CHECK(ledger.counts().total == 2);
  REQUIRE(recorder.close().ok());
  REQUIRE(storage.taken.size() == 2);
  CHECK(subject(storage.taken[0]).counter == 1);
  CHECK(storage.closed);
}

TEST_CASE("recorder: a storage that failed is said", "[service]") {
  NarrowStorage storage;
  Ledger ledger(LedgerOptions{.names = {"acc"}});
  Recorder recorder(&storage, ledger);
  storage.verdict = absl::InternalError("gone");
  recorder.record(bred(1));
  recorder.hand_over();
  CHECK(recorder.status().message() == "gone");
  CHECK_FALSE(recorder.close().ok());
  storage.paused = "disk full";
  CHECK(recorder.paused() == "disk full");
}

TEST_CASE("recorder: without a storage only the ledger is kept", "[service]") {
  Ledger ledger(LedgerOptions{.names = {"acc"}});
  Recorder recorder(nullptr, ledger);
  recorder.record(bred(1));
  recorder.hand_over();
  CHECK(recorder.close().ok());
  CHECK(ledger.counts().total == 1);
}

TEST_CASE("recorder: a disk that is full at the end gets time to have room", "[service]") {
  NarrowStorage storage;
  Ledger ledger(LedgerOptions{.names = {"acc"}});
  Recorder recorder(&storage, ledger, Seconds{0});
  storage.full_for = 7;
  CHECK(recorder.close().ok());
  CHECK(storage.closes == 8);
  storage.closes = 0;
  storage.full_for = 1'000'000;
  CHECK(absl::IsUnavailable(recorder.close()));
  CHECK_FALSE(storage.closed);
}

}  // namespace evolt
