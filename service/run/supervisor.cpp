#include "service/run/supervisor.hpp"

#include "service/run/rank_files.hpp"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace evolt {
namespace {

constexpr const char* kVariable = "EVOLT_SUPERVISOR";  // PID:FD of the pipe to it

/// Written by the rank, one word a line.
constexpr const char* kMpi = "mpi";
constexpr const char* kDirectory = "dir ";
constexpr const char* kLeft = "left";
constexpr const char* kFinalized = "finalized";

int pipe_to_supervisor = -1;

bool set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

int number_in(const char* name, int otherwise) {
  const char* const value = std::getenv(name);
  int number = otherwise;
  return value != nullptr && absl::SimpleAtoi(value, &number) ? number : otherwise;
}

void tell(const std::string& line) {
  if (pipe_to_supervisor >= 0) {
    const std::string text = line + "\n";
    static_cast<void>(!write(pipe_to_supervisor, text.data(), text.size()));
  }
}

/// In the child: dies with its supervisor, and keeps the pipe from what it will start.
void join_supervisor(std::string_view variable) {
  const std::vector<std::string> parts = absl::StrSplit(std::string(variable), ':');
  int parent = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &parent) ||
      !absl::SimpleAtoi(parts[1], &pipe_to_supervisor)) {
    pipe_to_supervisor = -1;
    return;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    std::_Exit(EXIT_FAILURE);  // it died in between
  }
  fcntl(pipe_to_supervisor, F_SETFD, FD_CLOEXEC);
  unsetenv(kVariable);
}

std::vector<std::string> own_arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (!text.empty() && text.back() == '\0') {
    text.pop_back();
  }
  return absl::StrSplit(text, '\0');
}

class Supervisor {
 public:
  Supervisor(Launcher launcher, int rank) : launcher_(launcher), rank_(rank) {}

  /// Nullopt: no child could be started.
  std::optional<int> run() {
    sigemptyset(&heard_);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) {
      sigaddset(&heard_, signal);
    }
    sigset_t before;
    sigprocmask(SIG_BLOCK, &heard_, &before);
    if (!start(before)) {
      sigprocmask(SIG_SETMASK, &before, nullptr);
      return std::nullopt;
    }
    return conclude(wait());
  }

 private:
  bool start(const sigset_t& mask) {
    int ends[2];
    if (pipe(ends) != 0) {
      return false;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    setenv(kVariable, absl::StrCat(getpid(), ":", ends[1]).c_str(), 1);
    std::vector<std::string> arguments = own_arguments();
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
      argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &mask);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    const int error =
        posix_spawn(&child_, "/proc/self/exe", nullptr, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    unsetenv(kVariable);
    close(ends[1]);
    from_child_ = ends[0];
    return error == 0;
  }

  /// Until the child has ended: signals go to it, its words are kept small by being read.
  int wait() {
    for (;;) {
      int status = 0;
      if (waitpid(child_, &status, WNOHANG) == child_) {
        read_words();
        return status;
      }
      const int signal = sigwaitinfo(&heard_, nullptr);
      // SIGUSR1 is how Hydra tells that a process died.
      if (signal > 0 && signal != SIGCHLD && signal != SIGUSR1) {
        kill(child_, signal);
      }
    }
  }

  void read_words() {
    std::string text;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = read(from_child_, buffer, sizeof buffer)) > 0) {
      text.append(buffer, static_cast<std::size_t>(count));
    }
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
      mpi_ = mpi_ || line == kMpi;
      left_ = left_ || line == kLeft;
      finalized_ = finalized_ || line == kFinalized;
      if (line.rfind(kDirectory, 0) == 0) {
        directory_ = line.substr(std::strlen(kDirectory));
      }
    }
  }

  int conclude(int status) {
    const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (finalized_ || !mpi_) {
      return code;
    }
    if (left_) {
      end_dialogue();
      return code;
    }
    const std::string how = WIFSIGNALED(status)
                                ? absl::StrCat("killed by signal ", WTERMSIG(status))
                                : absl::StrCat("ended with code ", code);
    if (rank_ == 0) {
      abort_job();
      return code == 0 ? EXIT_FAILURE : code;
    }
    std::fprintf(stderr, "evolt: the process of rank %d was %s\n", rank_, how.c_str());
    if (!directory_.empty()) {
      RankFiles(directory_).note_death(rank_, how);
    }
    end_dialogue();
    return EXIT_SUCCESS;  // anything else would end the job
  }

  void end_dialogue() const {
    if (launcher_ != Launcher::pmi1) {
      return;
    }
    const int fd = number_in("PMI_FD", -1);
    constexpr std::string_view kLastWord = "cmd=finalize\n";
    if (write(fd, kLastWord.data(), kLastWord.size()) > 0) {
      constexpr int kPatience = 2000;  // milliseconds
      pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
      poll(&wait, 1, kPatience);
    }
  }

  /// Hydra ends the job by itself when a process leaves in bad order; srun may have been told not
  /// to.
  void abort_job() const {
    if (launcher_ != Launcher::slurm) {
      return;
    }
    constexpr std::string_view kLastWord = "cmd=abort exitcode=1\n";
    static_cast<void>(!write(number_in("PMI_FD", -1), kLastWord.data(), kLastWord.size()));
    // A site's MPI may speak another dialect of PMI.
    std::string step =
        absl::StrCat(number_in("SLURM_JOB_ID", 0), ".", number_in("SLURM_STEP_ID", 0));
    std::string program = "scancel";
    std::string option = "--signal=KILL";
    char* argv[] = {program.data(), option.data(), step.data(), nullptr};
    pid_t ignored = 0;
    posix_spawnp(&ignored, program.c_str(), nullptr, nullptr, argv, environ);
  }

  Launcher launcher_;
  int rank_;
  sigset_t heard_{};
  pid_t child_ = -1;
  int from_child_ = -1;
  bool mpi_ = false;
  bool left_ = false;
  bool finalized_ = false;
  std::string directory_;
};

}  // namespace

Launcher launcher() {
  if (set("PMI_FD") && set("PMI_RANK") && set("MPI_LOCALNRANKS")) {
    return Launcher::pmi1;
  }
  if (set("PMI_FD") && set("PMI_RANK") && set("SLURM_STEP_ID")) {
    return Launcher::slurm;
  }
  for (const char* const name : {"PMI_RANK", "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PALS_RANKID"}) {
    if (set(name)) {
      return Launcher::unknowing;
    }
  }
  return Launcher::none;
}

std::optional<int> supervise() {
  if (const char* const variable = std::getenv(kVariable)) {
    join_supervisor(variable);
    return std::nullopt;
  }
  const Launcher kind = launcher();
  if ((kind != Launcher::pmi1 && kind != Launcher::slurm) || number_in("PMI_SIZE", 1) < 2) {
    return std::nullopt;
  }
  return Supervisor(kind, number_in("PMI_RANK", 0)).run();
}

void tell_supervisor_mpi_is_up() {
  tell(kMpi);
}

void tell_supervisor_directory(const std::string& run_directory) {
  tell(kDirectory + run_directory);
}

void tell_supervisor_end(bool finalized) {
  tell(finalized ? kFinalized : kLeft);
}

}  // namespace evolt
