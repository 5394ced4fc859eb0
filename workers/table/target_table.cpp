#include "workers/table/target_table.hpp"

#include "core/config_error.hpp"
#include "core/rng.hpp"
#include "workers/table/csv_file.hpp"
#include "workers/text.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMostEpochs = 1'000'000;
constexpr std::string_view kFrom = "v100";  ///< whose settings savings are measured from

/// By which epoch a training had come to each target that it came to.
struct Training {
  std::vector<std::pair<std::int64_t, double>> reached;
};

struct Setting {
  std::int64_t batch = 0;
  std::string gpu;
  double watts = 0;
  Seconds seconds;  ///< of an epoch
  Joules joules;    ///< likewise
};

/// The least epoch by which a training was as good as the target.
std::optional<std::int64_t> epoch_of(const Training& training, double target, bool maximized) {
  std::optional<std::int64_t> least;
  for (const auto& [epoch, metric] : training.reached) {
    if ((maximized ? metric >= target : metric <= target) && (!least || epoch < *least)) {
      least = epoch;
    }
  }
  return least;
}

/// The best target that it had come to; NaN: none yet.
double best_by(const Training& training, std::int64_t epoch, bool maximized) {
  double best = kNone;
  for (const auto& [when, metric] : training.reached) {
    if (when <= epoch && (std::isnan(best) || (maximized ? metric > best : metric < best))) {
      best = metric;
    }
  }
  return best;
}

Params params_of(const Setting& setting) {
  return {{"batch_size", setting.batch}, {"gpu", setting.gpu}, {"power_limit_w", setting.watts}};
}

class TargetTable;

/// One training for each row.
class DrawnTable final : public Table {
 public:
  DrawnTable(TableHead head, const std::vector<Setting>& settings,
             std::vector<const Training*> trainings, double target)
      : Table(std::move(head)), settings_(settings), trainings_(std::move(trainings)) {
    for (const Training* const training : trainings_) {
      lengths_.push_back(epoch_of(*training, target, head_.maximized).value_or(head_.epochs));
    }
  }

  std::size_t rows() const override { return settings_.size(); }
  Params params(std::size_t row) const override { return params_of(settings_[row]); }
  std::int64_t length(std::size_t row) const override { return lengths_[row]; }

  TableEpoch at(std::size_t row, std::int64_t epoch) const override {
    const auto count = static_cast<double>(epoch);
    return {.score = best_by(*trainings_[row], epoch, head_.maximized),
            .train_loss = kNone,
            .seconds = count * settings_[row].seconds,
            .joules = count * settings_[row].joules};
  }

 private:
  const std::vector<Setting>& settings_;
  std::vector<const Training*> trainings_;
  std::vector<std::int64_t> lengths_;
};

class TargetTable final : public Table {
 public:
  using Trainings = std::map<std::int64_t, std::vector<Training>>;

  TargetTable(TableHead head, Trainings trainings, std::vector<Setting> settings)
      : Table(std::move(head)), trainings_(std::move(trainings)), settings_(std::move(settings)) {}

  std::size_t rows() const override { return settings_.size(); }
  Params params(std::size_t row) const override { return params_of(settings_[row]); }

  /// Of the first training.
  TableEpoch at(std::size_t row, std::int64_t epoch) const override {
    const auto count = static_cast<double>(epoch);
    return {.score = best_by(of(row).front(), epoch, head_.maximized),
            .train_loss = kNone,
            .seconds = count * settings_[row].seconds,
            .joules = count * settings_[row].joules};
  }

  std::unique_ptr<Table> drawn(std::uint64_t seed, double target) const override {
    Rng rng{seed, 0x72756e73};
    std::vector<const Training*> chosen;
    for (std::size_t row = 0; row < rows(); ++row) {
      chosen.push_back(&of(row)[rng.below(of(row).size())]);
    }
    return std::make_unique<DrawnTable>(head_, settings_, std::move(chosen), target);
  }

  std::optional<Joules> joules_to(std::size_t row, double target) const override {
    std::vector<double> epochs;
    for (const Training& training : of(row)) {
      const auto epoch = epoch_of(training, target, head_.maximized);
      epochs.push_back(epoch ? static_cast<double>(*epoch) : HUGE_VAL);
    }
    std::sort(epochs.begin(), epochs.end());
    const std::size_t middle = epochs.size() / 2;
    const double median =
        epochs.size() % 2 == 1 ? epochs[middle] : (epochs[middle - 1] + epochs[middle]) / 2;
    return std::isfinite(median) ? std::optional(median * settings_[row].joules) : std::nullopt;
  }

 private:
  const std::vector<Training>& of(std::size_t row) const {
    return trainings_.at(settings_[row].batch);
  }

  Trainings trainings_;  ///< by batch size
  std::vector<Setting> settings_;
};

double need_number(const CsvFile& file, std::size_t column) {
  const std::string_view text = file.fields()[column];
  const auto value = number_of_cell(text);
  if (!value || !(*value > 0) || !std::isfinite(*value)) {
    file.fail("is not a number above 0", file.columns()[column], text);
  }
  return *value;
}

std::int64_t need_whole(const CsvFile& file, std::size_t column) {
  const double value = need_number(file, column);
  if (value != std::round(value) || value > 1e9) {
    file.fail("is not a whole number", file.columns()[column], file.fields()[column]);
  }
  return static_cast<std::int64_t>(value);
}

/// The batch size of each training. Errors: ConfigError.
std::map<std::string, std::int64_t, std::less<>> read_batches(const std::string& path) {
  CsvFile file(path);
  const std::size_t id = file.need("config_id");
  const std::size_t batch = file.need("batch_size");
  std::map<std::string, std::int64_t, std::less<>> batches;
  while (file.next()) {
    const std::string name(file.fields()[id]);
    if (!batches.emplace(name, need_whole(file, batch)).second) {
      file.fail("this training stands twice", "config_id", name);
    }
  }
  if (batches.empty()) {
    throw ConfigError(Complaint{.what = "has no training", .file = path});
  }
  return batches;
}

TargetTable::Trainings read_trainings(const std::string& directory, std::int64_t& epochs) {
  const auto batches = read_batches(find_table_file(directory, "configs.csv"));
  CsvFile file(find_table_file(directory, "curves.csv"));
  const std::size_t id = file.need("config_id");
  const std::size_t epoch = file.need("epoch");
  const std::size_t metric = file.need("target_metric");
  std::map<std::string, Training, std::less<>> by_id;
  while (file.next()) {
    const std::string name(file.fields()[id]);
    if (!batches.contains(name)) {
      file.fail("configs.csv has no such training", "config_id", name);
    }
    const double target = need_number(file, metric);
    Training& training = by_id[name];
    if (file.fields()[epoch].empty()) {
      continue;  // it never came there
    }
    const std::int64_t when = need_whole(file, epoch);
    if (when > kMostEpochs) {
      file.fail("is too late an epoch", "epoch", file.fields()[epoch],
                absl::StrCat("1 to ", kMostEpochs));
    }
    training.reached.emplace_back(when, target);
    epochs = std::max(epochs, when);
  }
  TargetTable::Trainings trainings;
  for (const auto& [name, batch] : batches) {
    const auto known = by_id.find(name);
    if (known == by_id.end()) {
      throw ConfigError(Complaint{.what = "has no line of training " + name,
                                  .file = find_table_file(directory, "curves.csv")});
    }
    trainings[batch].push_back(known->second);
  }
  return trainings;
}

/// The settings whose batch size was trained; one that was not cannot be priced.
std::vector<Setting> read_settings(const std::string& directory,
                                   const TargetTable::Trainings& trainings) {
  const std::string path = find_table_file(directory, "energy.csv");
  CsvFile file(path);
  const std::size_t batch = file.need("batch_size");
  const std::size_t gpu = file.need("gpu");
  const std::size_t watts = file.need("power_limit_w");
  const std::size_t seconds = file.need("seconds_per_epoch");
  const std::size_t joules = file.need("joules_per_epoch");
  std::vector<Setting> settings;
  std::set<std::tuple<std::int64_t, std::string, double>> seen;
  while (file.next()) {
    Setting setting{.batch = need_whole(file, batch),
                    .gpu = std::string(file.fields()[gpu]),
                    .watts = need_number(file, watts),
                    .seconds = {need_number(file, seconds)},
                    .joules = {need_number(file, joules)}};
    if (!seen.emplace(setting.batch, setting.gpu, setting.watts).second) {
      file.fail("this setting stands twice");
    }
    if (trainings.contains(setting.batch)) {
      settings.push_back(std::move(setting));
    }
  }
  if (settings.empty()) {
    throw ConfigError(Complaint{.what = "prices no batch size that was trained", .file = path});
  }
  return settings;
}

/// Batch sizes and power limits lie in order, a GPU is a choice.
SearchSpace space_of(const std::vector<Setting>& settings) {
  std::set<std::int64_t> batches;
  std::set<std::string> gpus;
  std::set<double> limits;
  for (const Setting& setting : settings) {
    batches.insert(setting.batch);
    gpus.insert(setting.gpu);
    limits.insert(setting.watts);
  }
  return SearchSpace({{"batch_size", OrdinalDomain{{batches.begin(), batches.end()}}, {}},
                      {"gpu", ChoiceDomain{{gpus.begin(), gpus.end()}}, {}},
                      {"power_limit_w", OrdinalDomain{{limits.begin(), limits.end()}}, {}}});
}

/// The largest batch size on a V100 at its highest power limit.
std::size_t reference_of(const std::vector<Setting>& settings, const std::string& path) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Setting& one = settings[i];
    if (one.gpu == kFrom && (!best || std::tie(one.batch, one.watts) >
                                          std::tie(settings[*best].batch, settings[*best].watts))) {
      best = i;
    }
  }
  if (!best) {
    throw ConfigError(Complaint{.what = "has no setting of the GPU that savings are measured from",
                                .key = "gpu",
                                .allowed = std::string(kFrom),
                                .file = path});
  }
  return *best;
}

/// The targets of Zeus' own tables, where space.json names none.
std::optional<double> usual_target(const std::string& name) {
  constexpr std::pair<std::string_view, double> kTargets[] = {
      {"cifar100", 0.60}, {"librispeech", 40}, {"movielens-1m", 0.41}, {"sentiment140", 0.852}};
  for (const auto& [table, target] : kTargets) {
    if (table == name) {
      return target;
    }
  }
  return std::nullopt;
}

TableHead read_head(const std::string& directory) {
  const std::string path = directory + "/space.json";
  std::ifstream file(path);
  if (!file) {
    throw ConfigError(Complaint{.what = "cannot be read", .file = path});
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto word = [&](const char* key) {
    const bool there = json.is_object() && json.contains(key) && json.at(key).is_string();
    return there ? json.at(key).get<std::string>() : std::string();
  };
  TableHead head{.score = word("score")};
  const std::string direction = word("direction");
  if (head.score.empty() || (direction != "maximize" && direction != "minimize")) {
    throw ConfigError(Complaint{.what = "needs \"score\", a text, and \"direction\", maximize or "
                                        "minimize",
                                .file = path});
  }
  head.maximized = direction == "maximize";
  std::error_code error;
  head.name = std::filesystem::canonical(directory, error).filename().string();
  head.target = usual_target(head.name);
  if (json.contains("target")) {
    if (!json.at("target").is_number()) {
      throw ConfigError(Complaint{
          .what = "target is not a number", .found = json.at("target").dump(), .file = path});
    }
    head.target = json.at("target").get<double>();
  }
  return head;
}

}  // namespace

bool is_target_table(const std::string& directory) {
  std::error_code error;
  return std::filesystem::exists(directory + "/energy.csv", error) ||
         std::filesystem::exists(directory + "/energy.csv.gz", error);
}

std::unique_ptr<Table> read_target_table(const std::string& directory) {
  TableHead head = read_head(directory);
  auto trainings = read_trainings(directory, head.epochs);
  if (head.epochs == 0) {
    throw ConfigError(Complaint{.what = "no training came to any target",
                                .file = find_table_file(directory, "curves.csv")});
  }
  std::vector<Setting> settings = read_settings(directory, trainings);
  head.space = space_of(settings);
  head.has_seconds = true;
  head.has_joules = true;
  head.reference = reference_of(settings, find_table_file(directory, "energy.csv"));
  return std::make_unique<TargetTable>(std::move(head), std::move(trainings), std::move(settings));
}

}  // namespace evolt
