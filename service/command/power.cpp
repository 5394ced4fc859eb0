#include "core/clock.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/command/meter_terms.hpp"
#include "service/measure/foreground_command.hpp"
#include "service/measure/power_sample.hpp"
#include "service/measure/power_text.hpp"
#include "workers/energy/meter/open_meter.hpp"
#include "workers/energy/meter/reader_link.hpp"
#include "workers/energy/runtime_folder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr Seconds kFind{30};   // for meters to be found
constexpr Seconds kAnswer{5};  // of a reader

using Views = std::map<std::string, HostView>;

/// Where the views come from: the readers of this host that run, or one of our own.
class Readers {
 public:
  Readers(MeterOptions options, bool own_terms, std::string runtime)
      : options_(std::move(options)), own_terms_(own_terms), runtime_(std::move(runtime)) {}

  /// Errors: as open_meter(); deadline_exceeded where no reader answers.
  absl::StatusOr<Views> look() {
    if (!own_terms_) {
      Views views = ask();
      if (!views.empty()) {
        return views;
      }
    }
    if (!meter_) {
      absl::StatusOr<std::unique_ptr<SharedMeter>> opened = open_meter(options_, clock_);
      if (!opened.ok()) {
        return opened.status();
      }
      meter_ = *std::move(opened);
    }
    std::optional<HostView> view = meter_->look(kFind);
    if (!view) {
      return absl::DeadlineExceededError(
          "another evolt holds this host's meters and does not answer");
    }
    // By its socket, as from then on, where it listens at one.
    Views views = own_terms_ ? Views() : ask();
    if (views.empty()) {
      views.emplace("", *std::move(view));
    }
    return views;
  }

 private:
  /// Of every reader that answers.
  Views ask() {
    Views views;
    for (const std::string& socket : reader_sockets(runtime_, MeetingHost::here())) {
      auto link = links_.find(socket);
      if (link == links_.end()) {
        absl::StatusOr<ReaderLink> opened = ReaderLink::open(socket);
        if (!opened.ok()) {
          continue;  // left behind by one that was killed
        }
        link = links_.emplace(socket, *std::move(opened)).first;
      }
      absl::StatusOr<HostView> view = link->second.look(kAnswer);
      if (view.ok()) {
        views.emplace(socket, *std::move(view));
      } else {
        links_.erase(link);
      }
    }
    return views;
  }

  MeterOptions options_;
  bool own_terms_;
  std::string runtime_;
  SystemClock clock_;
  std::map<std::string, ReaderLink> links_;
  std::unique_ptr<SharedMeter> meter_;
};

/// Shows samples: on a terminal each in the place of the last.
class Screen {
 public:
  explicit Screen(bool json) : json_(json), terminal_(!json && ::isatty(STDOUT_FILENO) == 1) {}

  /// False: nobody reads any more.
  bool show(const PowerSample& sample, Seconds wall) {
    if (json_) {
      std::cout << printable(power_json(sample, wall)) << '\n';
    } else if (terminal_) {
      const std::string text = fitting(power_table(sample));
      if (lines_ > 0) {
        std::cout << "\033[" << lines_ << "F\033[J";
      }
      std::cout << text;
      lines_ = std::count(text.begin(), text.end(), '\n');
    } else {
      std::cout << power_line(sample, wall);
    }
    return static_cast<bool>(std::cout << std::flush);
  }

 private:
  /// What of it the terminal has room for: a line that goes on in the next could not be replaced.
  static std::string fitting(const std::string& text) {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2 || size.ws_row < 2) {
      return text;
    }
    std::istringstream lines(text);
    std::string fits;
    int rows = 1;
    for (std::string line; rows < size.ws_row && std::getline(lines, line); ++rows) {
      fits += line.substr(0, size.ws_col - 1U) + '\n';
    }
    return fits;
  }

  bool json_;
  bool terminal_;
  std::ptrdiff_t lines_ = 0;
};

const MeasuredBy* nothing_measured(const Views& views) {
  for (const auto& [socket, view] : views) {
    if (!view.channels.empty()) {
      return nullptr;
    }
  }
  return views.empty() ? nullptr : &views.begin()->second.by;
}

}  // namespace

ExitCode command_power(const PowerArguments& arguments) {
  const absl::StatusOr<MeterOptions> options = meter_terms(arguments.meter);
  if (!options.ok()) {
    return complain(options.status());
  }
  const absl::StatusOr<std::string> runtime = runtime_folder();
  if (!runtime.ok()) {
    return complain(runtime.status());
  }
  ForegroundCommand foreground;  // its signals end us in good order
  const SystemClock clock;
  Readers readers(*options, asks_for_terms(arguments.meter), *runtime);
  PowerHistory history(Seconds{arguments.interval});
  Screen screen(arguments.json);
  const Seconds begun = clock.now();
  std::int64_t shown = 0;
  // The first look only begins the interval; where samples are counted, they are complete ones, if
  // every meter tells in time.
  for (bool first = true;;) {
    const absl::StatusOr<Views> views = readers.look();
    if (!views.ok()) {
      return absl::IsNotFound(views.status())
                 ? complain(ExitCode::usage, std::string(views.status().message()))
                 : complain(views.status());
    }
    if (const MeasuredBy* const by = nothing_measured(*views)) {
      return complain(ExitCode::held, why_unmeasured(*by));
    }
    const PowerSample sample = history.add(*views);
    const Seconds time = clock.now() - begun;
    const bool told = !first && (arguments.count == 0 || sample.total ||
                                 time > 3 * sample.slowest + 2 * Seconds{arguments.interval});
    first = false;
    if (told && (!screen.show(sample, clock.wall()) || ++shown == arguments.count)) {
      return ExitCode::complete;
    }
    if (const std::optional<int> signal = foreground.signal_within(Seconds{arguments.interval})) {
      return static_cast<ExitCode>(128 + *signal);
    }
  }
}

}  // namespace evolt
