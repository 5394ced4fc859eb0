#include "service/slurm/batch_script.hpp"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

namespace evolt {
namespace {

/// For a POSIX shell.
std::string quoted(const std::string& text) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./=:,+@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) {
    return text;
  }
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string quoted(const std::vector<std::string>& words) {
  return absl::StrJoin(words, " ", [](std::string* out, const std::string& word) {
    absl::StrAppend(out, quoted(word));
  });
}

/// A study's name as one that Slurm takes literally: blanks end an option, a % begins a pattern.
std::string job_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != '-'; },
      '_');
  return name;
}

/// Whole numbers between colons.
std::optional<std::vector<std::int64_t>> parts_of(std::string_view text) {
  std::vector<std::int64_t> parts;
  for (const auto part : absl::StrSplit(absl::string_view(text.data(), text.size()), ':')) {
    std::int64_t number = 0;
    if (!absl::SimpleAtoi(part, &number) || number < 0 || part[0] == '+') {
      return std::nullopt;
    }
    parts.push_back(number);
  }
  return parts;
}

/// A line of its own in the script's head.
absl::Status check_line(std::string_view what, std::string_view text) {
  if (text.find('\n') != std::string_view::npos || text.find('\r') != std::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat(std::string(what), " must be one line"));
  }
  return absl::OkStatus();
}

absl::Status check(const BatchJob& job) {
  const auto limit = parse_slurm_time(job.time);
  if (!limit.ok()) {
    return limit.status();
  }
  if (*limit <= job.warning) {
    return absl::InvalidArgumentError(
        absl::StrCat("a job of ", job.time, " is not longer than the warning before its end, ",
                     job.warning.value, " s: give it more --time, or a shorter --warning"));
  }
  if (job.ranks < job.nodes) {
    return absl::InvalidArgumentError(absl::StrCat(job.nodes,
                                                   " nodes need at least as many ranks: "
                                                   "there are ",
                                                   job.ranks));
  }
  absl::Status status = check_line("--mpi", job.mpi);
  for (const std::string& setting : job.settings) {
    status.Update(check_line("--sbatch", setting));
    if (setting.empty() || setting.front() != '-') {
      status.Update(absl::InvalidArgumentError(absl::StrCat(
          "--sbatch takes an option of sbatch, such as --partition=gpu: got \"", setting, "\"")));
    }
  }
  return status;
}

/// What follows the head; the command stands in for COMMAND.
constexpr const char* kBody = R"(
# Runs the study until it is complete. Exit codes of evolt: 0 complete, 3 stopped in good order with
# work left, 75 and above 128 try again; anything else needs a person.
cd DIRECTORY || exit 66
# evolt begins nothing that would not end before the job does; older versions of Slurm do not say when
# that is.
export SLURM_JOB_START_TIME=${SLURM_JOB_START_TIME:-$(date +%s)}
if [ -z "$SLURM_JOB_END_TIME" ] && ends=$(squeue -h -j "$SLURM_JOB_ID" -o %e 2>/dev/null); then
  ends=$(date -d "$ends" +%s 2>/dev/null) && export SLURM_JOB_END_TIME=$ends
fi
quick=0
for run in {1..20}; do
  began=$SECONDS
  COMMAND
  code=$?
  if [ "$code" -eq 0 ]; then
    echo "evolt: the study is complete"
    exit 0
  fi
  if [ "$code" -eq 3 ]; then
    echo "evolt: stopped with work left; the job goes back into the queue"
    scontrol requeue "$SLURM_JOB_ID" || exit 3
    exit 0
  fi
  if [ "$code" -ne 75 ] && [ "$code" -le 128 ]; then
    exit "$code"
  fi
  if [ $((SECONDS - began)) -lt 60 ]; then quick=$((quick + 1)); else quick=0; fi
  if [ "$quick" -ge 2 ]; then
    echo "evolt: two runs in a row ended within a minute (exit code $code); giving up" >&2
    exit "$code"
  fi
  echo "evolt: run $run ended with exit code $code; going on" >&2
done
exit "$code"
)";

}  // namespace

absl::StatusOr<Seconds> parse_slurm_time(std::string_view text) {
  const auto wrong = [&] {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", std::string(text),
                     "\" is no time limit of Slurm; it writes MINUTES, M:S, H:M:S, D-H, D-H:M or "
                     "D-H:M:S"));
  };
  std::int64_t days = 0;
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto before = parts_of(text.substr(0, dash));
    if (!before || before->size() != 1) {
      return wrong();
    }
    days = before->front();
  }
  const auto parts = parts_of(dash == std::string_view::npos ? text : text.substr(dash + 1));
  if (!parts || parts->size() > 3) {
    return wrong();
  }
  std::vector<std::int64_t> hms(3, 0);  // hours, minutes, seconds
  // With days the first number is hours; without, a lone one is minutes and two are
  // minutes:seconds.
  const std::size_t first = dash != std::string_view::npos || parts->size() == 3 ? 0 : 1;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    hms[first + i] = (*parts)[i];
  }
  const Seconds limit{static_cast<double>(((days * 24 + hms[0]) * 60 + hms[1]) * 60 + hms[2])};
  if (limit.value <= 0) {
    return wrong();
  }
  return limit;
}

absl::StatusOr<std::string> batch_script(const BatchJob& job) {
  if (const absl::Status status = check(job); !status.ok()) {
    return status;
  }
  std::vector<std::string> options = {
      absl::StrCat("--job-name=", job_name(job.name)), absl::StrCat("--nodes=", job.nodes),
      absl::StrCat("--ntasks=", job.ranks),
      absl::StrCat("--ntasks-per-node=", (job.ranks + job.nodes - 1) / job.nodes),
      absl::StrCat("--cpus-per-task=", job.cores), absl::StrCat("--time=", job.time),
      // To the ranks, not to this script.
      absl::StrCat("--signal=TERM@", static_cast<std::int64_t>(std::ceil(job.warning.value))),
      "--requeue", "--open-mode=append", absl::StrCat("--output=", job_name(job.name), "-%j.log")};
  if (job.gpus_per_node > 0) {
    options.push_back(absl::StrCat("--gpus-per-node=", job.gpus_per_node));
  }
  options.insert(options.end(), job.settings.begin(), job.settings.end());
  std::string script = "#!/bin/bash\n";
  for (const std::string& option : options) {
    absl::StrAppend(&script, "#SBATCH ", option, "\n");
  }
  std::vector<std::string> command = {"srun", absl::StrCat("--mpi=", job.mpi),
                                      "--kill-on-bad-exit=0"};
  command.insert(command.end(), job.command.begin(), job.command.end());
  return script + absl::StrReplaceAll(
                      kBody, {{"DIRECTORY", quoted(job.directory)}, {"COMMAND", quoted(command)}});
}

}  // namespace evolt
