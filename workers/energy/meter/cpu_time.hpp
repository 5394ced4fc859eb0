#pragma once

#include "core/units.hpp"
#include "workers/energy/host_file.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/energy/meter/interval.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace evolt {

/// What one line of `/proc/PID/stat` says.
struct ProcessTimes {
  pid_t parent = 0;
  std::uint64_t ticks = 0;    ///< user and system time, its own and of children it waited for
  std::uint64_t started = 0;  ///< ticks since boot: tells two processes of one number apart
};

/// nullopt: it is no such line. The name in it may hold blanks and parentheses.
std::optional<ProcessTimes> parse_process_stat(std::string_view line);

/// Ticks in which any processor worked, of the first line of `/proc/stat`: user, nice, system, irq,
/// softirq, steal. Guests are within user.
std::optional<std::uint64_t> parse_busy_ticks(std::string_view text);

/// Where the files of a process's cgroup are, by `/proc/PID/cgroup` and the mounts.
struct CgroupPlace {
  std::string directory;
  bool unified = false;  ///< version 2; else version 1's `cpuacct`

  friend bool operator==(const CgroupPlace&, const CgroupPlace&) = default;
};

/// The place of version 2 if the host has it, as hybrid hosts do, else that of version 1; nullopt:
/// neither is mounted. `cgroup` and `mountinfo` are the texts of these files.
std::optional<CgroupPlace> find_cgroup(std::string_view cgroup, std::string_view mountinfo,
                                       const HostRoots& roots);

/// Who works on this host. Thread: one.
class HostProcesses {
 public:
  explicit HostProcesses(HostRoots roots, double ticks_per_second = 0);

  /// CPU-seconds of the whole host since it started; nullopt: cannot be read.
  std::optional<Interval> busy();

  /// A process and all that came from it.
  class Tree {
   public:
    /// CPU-seconds so far, of processes that have ended, too, once their parents have waited for
    /// them; never less than before. From the cgroup of the process where that is another one than
    /// ours, as a scheduler or a delegated tree makes it, else by adding up its tree, whose members
    /// are looked for once a second. nullopt: it has gone, or cannot be read.
    std::optional<Interval> cpu(Seconds now);

    /// Whether a process is the root or comes from it, in however many steps.
    bool has(pid_t pid) const;

    /// `cgroup2`, `cgroup1` or `process tree`.
    std::string_view source() const;

   private:
    friend class HostProcesses;
    /// A process with its file held open.
    struct Member {
      pid_t pid;
      std::unique_ptr<HostFile> stat;
    };

    Tree(HostProcesses& host, pid_t root, bool tree_only);
    void look(Seconds now);
    std::optional<Interval> from_cgroup();
    std::optional<Interval> from_processes(Seconds now);

    HostProcesses& host_;
    pid_t root_;
    std::optional<std::uint64_t> started_;
    std::vector<Member> members_;  // parents first
    std::optional<Seconds> looked_;
    std::optional<CgroupPlace> place_;
    std::unique_ptr<HostFile> file_;
    double most_ = 0;
  };

  /// The host must outlive it. `tree_only`: its cgroup is not looked at.
  std::unique_ptr<Tree> tree(pid_t root, bool tree_only = false);

 private:
  std::string text(const std::string& path) const;
  std::optional<ProcessTimes> process(pid_t pid) const;
  void children(pid_t pid, Seconds now, std::vector<pid_t>& into);
  void scan(Seconds now);

  HostRoots roots_;
  double ticks_per_second_;
  HostFile stat_;
  std::optional<CgroupPlace> own_;
  std::multimap<pid_t, pid_t> by_parent_;  // where the kernel lists no children
  std::optional<Seconds> scanned_;
};

}  // namespace evolt
