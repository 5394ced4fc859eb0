#include "service/storage/memory_storage.hpp"

#include <utility>

namespace evolt {
namespace {

class MemoryStorage final : public Storage {
 public:
  explicit MemoryStorage(std::shared_ptr<MemoryStudy> study)
      : study_(std::move(study)),
        record_{study_->study, study_->starts, study_->seconds,
                static_cast<std::int64_t>(study_->events.size())} {}

  const StudyRecord& record() const override { return record_; }

  absl::Status replay(EventVisitor visit) override {
    if (begun_) {
      return absl::FailedPreconditionError("the journal is read before the study begins");
    }
    for (const StoredEvent& stored : study_->events) {
      if (absl::Status status = visit(stored); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::uint32_t> begin(const std::string& study) override {
    if (begun_ || closed_) {
      return absl::FailedPreconditionError("the study has already begun");
    }
    begun_ = true;
    study_->study = study;
    return ++study_->starts;
  }

  absl::Status append(std::vector<Event>&& events) override {
    if (!begun_ || closed_) {
      return absl::FailedPreconditionError("the study is not open for writing");
    }
    for (Event& event : events) {
      study_->events.push_back(
          {static_cast<std::int64_t>(study_->events.size()) + 1, std::move(event)});
    }
    events.clear();
    return absl::OkStatus();
  }

  StorageHealth health() const override {
    const auto last = static_cast<std::int64_t>(study_->events.size());
    return {.appended = last, .durable = last};
  }

  Seconds seconds() const override { return study_->seconds; }
  absl::Status flush() override { return absl::OkStatus(); }
  absl::Status close() override {
    closed_ = true;
    return absl::OkStatus();
  }

 private:
  std::shared_ptr<MemoryStudy> study_;
  StudyRecord record_;
  bool begun_ = false;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<Storage> open_memory_study(std::shared_ptr<MemoryStudy> study) {
  return std::make_unique<MemoryStorage>(std::move(study));
}

}  // namespace evolt
