#include "service/socket/study_view.hpp"

#include "core/config_error.hpp"
#include "service/report/answer.hpp"
#include "service/report/ledger.hpp"
#include "service/socket/socket_client.hpp"
#include "service/storage/files.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/sqlite_study.hpp"
#include "service/storage/study_paths.hpp"
#include "service/study.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <unistd.h>

namespace evolt {
namespace {

/// An error reply as the status it was made from.
absl::StatusOr<std::string> unwrap(std::string reply) {
  if (!reply.starts_with("{\"error\":")) {
    return reply;
  }
  const auto json = nlohmann::json::parse(reply, nullptr, false);
  if (!json.is_object() || !json["error"].is_string()) {
    return absl::InternalError("the study gave an answer that cannot be understood");
  }
  const std::string code = json.value("code", "");
  for (int i = 1; i <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++i) {
    if (absl::StatusCodeToString(static_cast<absl::StatusCode>(i)) == code) {
      return absl::Status(static_cast<absl::StatusCode>(i), json["error"].get<std::string>());
    }
  }
  return absl::UnknownError(json["error"].get<std::string>());
}

absl::StatusOr<std::string> answer_from(StudyReader& reader, const std::string& directory,
                                        std::string_view request) {
  if (reader.record().study.empty()) {
    return absl::NotFoundError("the study in " + directory + " was never started");
  }
  Study study;
  try {
    study = parse_study(reader.record().study, database_path(directory), {}, true);
  } catch (const ConfigError& error) {
    return absl::DataLossError("the stored study cannot be read: " + std::string(error.what()));
  }
  Ledger ledger(ledger_options(study));
  const absl::Status status = reader.replay([&](const StoredEvent& stored) {
    ledger.apply(stored.event);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return absl::Status(status.code(), directory + ": " + std::string(status.message()));
  }
  const TextSource source = answer(ledger, {study.name, study.space, directory}, request);
  std::string reply;
  while (source(reply)) {
  }
  reply.pop_back();
  return unwrap(std::move(reply));
}

/// Whether a running study may be behind the refusal to read its file.
bool may_run(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsFailedPrecondition(status) ||
         absl::IsInternal(status);
}

/// As the start of a run judges copies: a later start stands on what it knew.
bool further(const StudyRecord& a, const StudyRecord& b) {
  return a.starts != b.starts ? a.starts > b.starts : a.events > b.events;
}

absl::StatusOr<std::string> ask_run(const std::string& directory, std::string_view request,
                                    const std::optional<Owner>& owner, Seconds patience) {
  if (owner && owner->host != this_owner({}).host) {
    return absl::UnavailableError("the study runs on host " + owner->host);
  }
  const std::string path = owner && !owner->socket.empty() ? owner->socket : socket_path(directory);
  return ask_socket(path, request, patience);
}

}  // namespace

absl::StatusOr<StudyView> read_study_view(const std::string& directory, std::string_view request,
                                          StudyViewOptions options) {
  const SystemClock machine;
  const Clock& clock = options.clock == nullptr ? machine : *options.clock;
  const auto view = [](absl::StatusOr<std::string> reply, StudyView::Source source,
                       std::optional<Seconds> age = {}) -> absl::StatusOr<StudyView> {
    if (!reply.ok()) {
      return reply.status();
    }
    return StudyView{*std::move(reply), source, age};
  };
  const auto file = read_study_file(directory, options.writable);
  auto mirror = read_mirror(directory);
  const bool elsewhere =
      mirror.ok() && (absl::IsNotFound(file.status()) ||
                      (file.ok() && further((*mirror)->record(), (*file)->record())));
  if (file.ok() && !elsewhere) {
    return view(answer_from(**file, directory, request), StudyView::Source::file);
  }
  if (!elsewhere && !may_run(file.status())) {
    return absl::IsNotFound(file.status()) && !absl::IsNotFound(mirror.status()) ? mirror.status()
                                                                                 : file.status();
  }
  const std::optional<Owner> owner = read_owner(directory);
  auto reply = ask_run(directory, request, owner, options.patience);
  if (reply.ok()) {
    return view(unwrap(*std::move(reply)), StudyView::Source::socket);
  }
  if (elsewhere && !(*mirror)->as_of()) {
    return view(answer_from(**mirror, directory, request), StudyView::Source::file);
  }
  const auto snapshot = elsewhere ? std::move(mirror) : read_snapshot(directory);
  if (snapshot.ok()) {
    const Seconds age = clock.wall() - (*snapshot)->as_of().value_or(Seconds{});
    return view(answer_from(**snapshot, directory, request), StudyView::Source::snapshot,
                std::max(age, Seconds{0}));
  }
  if (!absl::IsUnavailable(file.status())) {
    return file.status();
  }
  const std::string who = owner ? describe(*owner, clock.wall()) : "another process";
  return absl::UnavailableError("the study in " + directory + " is open (" + who +
                                ") but cannot be asked: " + std::string(reply.status().message()) +
                                "; and " + std::string(snapshot.status().message()));
}

std::string age_text(const StudyView& view) {
  return view.age ? "as of " + duration_text(*view.age) + " ago" : std::string();
}

}  // namespace evolt
