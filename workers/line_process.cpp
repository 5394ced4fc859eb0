#include "workers/line_process.hpp"

#include "workers/attempt_files.hpp"
#include "workers/command_line.hpp"
#include "workers/quiet_write.hpp"
#include "workers/text.hpp"
#include "workers/trial_environment.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <random>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

constexpr Seconds kGrace{5};  // between TERM and KILL once we are gone

std::vector<std::string> environment_of(const std::string& directory) {
  std::vector<std::string> environment = inherited_environment();
  std::erase_if(environment, [](const std::string& entry) {
    return belongs_to_launcher(std::string_view(entry).substr(0, entry.find('=')));
  });
  set_variable(environment, "PYTHONUNBUFFERED", "1");  // so that lines come when they are printed
  set_variable(environment, "PWD", directory);
  return environment;
}

std::string why_ended(const NannyReport& report) {
  if (report.failed) {
    return concat("it cannot be run: ", std::strerror(*report.failed));
  }
  if (report.exit_code) {
    return concat("it ended with exit code ", *report.exit_code);
  }
  if (report.signal) {
    return concat("it was killed by ", describe_signal(*report.signal));
  }
  return "its nanny was killed";
}

}  // namespace

absl::StatusOr<std::unique_ptr<LineProcess>> LineProcess::make(boost::asio::io_context& loop,
                                                               LineProgram program, LineEars ears) {
  absl::StatusOr<std::string> nanny = find_nanny(program.nanny);
  if (!nanny.ok()) {
    return nanny.status();
  }
  std::error_code error;
  NannyOrder order;
  order.nanny = fs::absolute(*nanny).string();
  order.argv = std::move(program.command);
  order.directory = fs::weakly_canonical(program.directory, error).string();
  order.environment = environment_of(order.directory);
  order.with_input = true;
  order.limits.grace = kGrace;
  absl::StatusOr<std::string> found =
      find_program(order.argv.front(), value_of(order.environment, "PATH"), order.directory);
  if (!found.ok()) {
    return found.status();
  }
  order.program = *std::move(found);
  if (absl::Status status = make_directory(program.log_directory); !status.ok()) {
    return status;
  }
  return std::unique_ptr<LineProcess>(
      new LineProcess(loop, std::move(order), program.log_directory, std::move(ears)));
}

LineProcess::LineProcess(boost::asio::io_context& loop, NannyOrder order,
                         const std::string& log_directory, LineEars ears)
    : loop_(loop),
      order_(std::move(order)),
      ears_(std::move(ears)),
      log_(log_directory),
      reaper_(loop),
      tasks_(loop) {
  std::random_device device;
  mark_ = concat(device(), ".", device());
}

LineProcess::~LineProcess() = default;

absl::Status LineProcess::start() {
  NannyOrder order = order_;
  order.environment.push_back(concat("EVOLT_MARK=", mark_, ".", ++starts_));
  absl::StatusOr<NannyProcess> process = spawn_nanny(order);
  if (!process.ok()) {
    return process.status();
  }
  nanny_ = process->pid;
  last_lines_.clear();
  pending_.clear();
  sent_ = 0;
  waiting_ = false;
  return connect(*std::move(process));
}

absl::Status LineProcess::connect(NannyProcess process) try {
  const auto after_batch = [this] { log_.flush(); };
  output_.emplace(
      loop_, std::move(process.output),
      [this](std::string_view raw, bool whole) { on_output(raw, whole); }, after_batch);
  errors_.emplace(
      loop_, std::move(process.errors),
      [this](std::string_view raw, bool) {
        log_.add(raw);
        last_lines_.add(raw);
      },
      after_batch);
  input_.emplace(loop_, std::move(process.input), [this] { input_->close(); });
  link_.emplace(loop_, std::move(process.control),
                [this](const NannyReport& report) { on_end(report); });
  return absl::OkStatus();
} catch (const std::exception& error) {  // the system watches no more descriptors
  link_.reset();
  reaper_.add(nanny_);
  return absl::UnavailableError(concat("cannot watch a process: ", error.what()));
}

void LineProcess::write(std::string_view line) {
  if (running() && !input_->closed()) {
    pending_ += line;
    pending_ += '\n';
    send_pending();
  }
}

void LineProcess::send_pending() {
  while (!waiting_ && !pending_.empty() && input_ && !input_->closed()) {
    const ssize_t written = write_quietly(input_->fd(), std::string_view(pending_).substr(sent_));
    if (written > 0) {
      sent_ += static_cast<std::size_t>(written);
      // What is sent goes in bulk: a backlog is long.
      if (2 * sent_ >= pending_.size()) {
        pending_.erase(0, std::exchange(sent_, 0));
      }
    } else if (errno == EAGAIN) {
      waiting_ = true;
      input_->when_writable([this] {
        waiting_ = false;
        send_pending();
      });
    } else if (errno != EINTR) {
      sent_ = 0;
      pending_.clear();  // it closed its input; if it has died, its nanny will say so
      input_->close();
    }
  }
}

void LineProcess::note(std::string_view text) {
  log_.add(concat("evolt: ", text, "\n"));
  log_.flush();
}

void LineProcess::kill() {
  if (link_) {
    link_->kill();
  }
}

void LineProcess::on_output(std::string_view raw, bool whole) {
  log_.add(raw);
  ears_.line(strip(raw), whole);
}

void LineProcess::on_end(const NannyReport& report) {
  output_->drain();
  errors_->drain();
  log_.flush();
  output_->close();
  errors_->close();
  input_->close();
  if (report.lost) {
    if (const auto sweep = spawn_sweep(order_.nanny, concat(mark_, ".", starts_))) {
      reaper_.add(*sweep);
    }
  }
  reaper_.add(nanny_);
  std::string why = why_ended(report);
  if (const std::vector<std::string> lines = last_lines_.lines(); !lines.empty()) {
    why += concat("; last line: ", lines.back());
  }
  // Later: the link is on the stack above us.
  tasks_.post([this, why = std::move(why)] {
    link_.reset();
    output_.reset();
    errors_.reset();
    input_.reset();
    const auto end = ears_.end;  // may destroy us
    end(why);
  });
}

}  // namespace evolt
