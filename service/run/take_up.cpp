#include "service/run/take_up.hpp"

#include "core/config_error.hpp"
#include "service/run/restore.hpp"

#include <absl/strings/str_cat.h>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include <ostream>
#include <thread>
#include <utility>

namespace evolt {

StudyOptions storage_options(boost::asio::io_context& io, std::string database_directory,
                             std::function<void(const std::string&)> say) {
  StudyOptions options;
  options.database_directory = std::move(database_directory);
  options.warn = [&io, say = std::move(say),
                  loop = std::this_thread::get_id()](const std::string& text) {
    if (std::this_thread::get_id() == loop) {
      say(text);
    } else {
      boost::asio::post(io, [say, text] { say(text); });
    }
  };
  return options;
}

absl::StatusOr<TakenUp> take_up(const Study& study, const std::string& directory,
                                StudyOptions options, Ledger& ledger, EnergyBudget* energy,
                                std::ostream* progress) {
  auto storage = open_study(directory, std::move(options));
  if (!storage.ok()) {
    return storage.status();
  }
  const std::string& stored = (*storage)->record().study;
  if (!stored.empty()) {
    const Study before = parse_study(stored, "study.db", {}, true);
    if (const std::string conflict = resume_conflict(before, study); !conflict.empty()) {
      throw ConfigError(absl::StrCat(directory, " holds a study that this one cannot resume: ",
                                     conflict, "; use another --dir, or undo the change"));
    }
  }
  const absl::Status read = (*storage)->replay([&](const StoredEvent& event) {
    ledger.apply(event.event);
    if (energy != nullptr) {
      energy->note(event.event);
    }
    return absl::OkStatus();
  });
  if (!read.ok()) {
    return read;
  }
  const auto incarnation = (*storage)->begin(study_to_json(study).dump());
  if (!incarnation.ok()) {
    return incarnation.status();
  }
  if (progress != nullptr && *incarnation > 1) {
    const TrialCounts& counts = ledger.counts();
    *progress << "resumed " << directory << ": " << counts.total - counts.running
              << " results intact, " << counts.running << " trials lost their process and run again"
              << std::endl;
  }
  return TakenUp{.storage = *std::move(storage), .incarnation = *incarnation};
}

void record_losses(Recorder& recorder, EnergyBudget* energy, Seconds now) {
  for (Event& event : losses(recorder.ledger(), now)) {
    if (energy != nullptr) {
      energy->note(event);
    }
    recorder.record(std::move(event));
  }
}

}  // namespace evolt
