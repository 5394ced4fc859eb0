#include "workers/energy/meter/cpu_time.hpp"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr Seconds kRescan{1};       // a look at every process of the host costs milliseconds
constexpr double kTicksUnsure = 4;  // four times of a process are cut to whole ticks
constexpr double kBusyUnsure = 6;   // six of the host
constexpr std::size_t kMostProcesses = 65'536;

std::vector<std::string> lines(std::string_view text) {
  return absl::StrSplit(std::string(text), '\n', absl::SkipEmpty());
}

std::vector<std::string> words(std::string_view text) {
  return absl::StrSplit(std::string(text), ' ', absl::SkipEmpty());
}

std::uint64_t whole(const std::string& text) {
  std::uint64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

/// The path of a process in the hierarchy `name` (empty: version 2) of its cgroup file.
std::optional<std::string> path_in(std::string_view cgroup, std::string_view name) {
  for (const std::string& line : lines(cgroup)) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3) {
      continue;
    }
    const std::vector<std::string> controllers = absl::StrSplit(parts[1], ',');
    const bool named = std::find(controllers.begin(), controllers.end(), name) != controllers.end();
    if (name.empty() ? parts[0] == "0" && parts[1].empty() : named) {
      return parts[2];
    }
  }
  return std::nullopt;
}

/// Where a hierarchy is mounted, and what of it: the mount shows the tree below `root`.
struct Mount {
  std::string root, point;
};

std::optional<Mount> mount_of(std::string_view mountinfo, std::string_view type,
                              std::string_view option) {
  for (const std::string& line : lines(mountinfo)) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) {
      continue;
    }
    const std::vector<std::string> before = words(line.substr(0, dash));
    const std::vector<std::string> after = words(line.substr(dash + 3));
    if (before.size() < 5 || after.size() < 3 || after[0] != type) {
      continue;
    }
    const std::vector<std::string> options = absl::StrSplit(after[2], ',');
    if (option.empty() || std::find(options.begin(), options.end(), option) != options.end()) {
      return Mount{before[3], before[4]};
    }
  }
  return std::nullopt;
}

std::string directory(const Mount& mount, std::string path, const HostRoots& roots) {
  if (mount.root != "/" && absl::StartsWith(path, std::string(mount.root))) {
    path = path.substr(mount.root.size());
  }
  std::string point = mount.point;
  if (absl::StartsWith(point, "/sys")) {
    point = roots.sys + point.substr(4);
  }
  return path == "/" || path.empty() ? point : absl::StrCat(point, path);
}

}  // namespace

std::optional<ProcessTimes> parse_process_stat(std::string_view line) {
  const std::size_t name = line.rfind(')');
  if (name == std::string_view::npos) {
    return std::nullopt;
  }
  // What follows the name: state, parent, ... the 14th field of all is the user time.
  const std::vector<std::string> fields = words(line.substr(name + 1));
  if (fields.size() < 20) {
    return std::nullopt;
  }
  ProcessTimes times{.parent = static_cast<pid_t>(whole(fields[1])), .started = whole(fields[19])};
  for (std::size_t i = 11; i <= 14; ++i) {
    std::int64_t ticks = 0;
    if (!absl::SimpleAtoi(fields[i], &ticks)) {
      return std::nullopt;
    }
    times.ticks += static_cast<std::uint64_t>(std::max<std::int64_t>(0, ticks));
  }
  return times;
}

std::optional<std::uint64_t> parse_busy_ticks(std::string_view text) {
  const std::vector<std::string> fields = words(text.substr(0, text.find('\n')));
  if (fields.size() < 9 || fields[0] != "cpu") {
    return std::nullopt;
  }
  std::uint64_t busy = 0;
  for (const std::size_t i : {1, 2, 3, 6, 7, 8}) {
    std::uint64_t ticks = 0;
    if (!absl::SimpleAtoi(fields[i], &ticks)) {
      return std::nullopt;
    }
    busy += ticks;
  }
  return busy;
}

std::optional<CgroupPlace> find_cgroup(std::string_view cgroup, std::string_view mountinfo,
                                       const HostRoots& roots) {
  const std::optional<std::string> unified = path_in(cgroup, "");
  const std::optional<Mount> unified_mount = mount_of(mountinfo, "cgroup2", "");
  if (unified && unified_mount) {
    return CgroupPlace{directory(*unified_mount, *unified, roots), true};
  }
  const std::optional<std::string> accounting = path_in(cgroup, "cpuacct");
  const std::optional<Mount> accounting_mount = mount_of(mountinfo, "cgroup", "cpuacct");
  if (accounting && accounting_mount) {
    return CgroupPlace{directory(*accounting_mount, *accounting, roots), false};
  }
  return std::nullopt;
}

HostProcesses::HostProcesses(HostRoots roots, double ticks_per_second)
    : roots_(std::move(roots)),
      ticks_per_second_(ticks_per_second > 0 ? ticks_per_second
                                             : static_cast<double>(sysconf(_SC_CLK_TCK))),
      stat_(roots_.proc + "/stat") {
  own_ = find_cgroup(text(roots_.proc + "/self/cgroup"), text(roots_.proc + "/self/mountinfo"),
                     roots_);
}

std::string HostProcesses::text(const std::string& path) const {
  // Larger than a HostFile takes: mountinfo may be long.
  std::string all;
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[4096];
  ssize_t got = 0;
  while (file && (got = ::read(file.get(), buffer, sizeof buffer)) > 0) {
    all.append(buffer, static_cast<std::size_t>(got));
  }
  return all;
}

std::optional<Interval> HostProcesses::busy() {
  std::string_view found;
  if (stat_.read(found) != ReadStatus::ok) {
    return std::nullopt;
  }
  const std::optional<std::uint64_t> ticks = parse_busy_ticks(found);
  if (!ticks) {
    return std::nullopt;
  }
  const auto busy = static_cast<double>(*ticks);
  return Interval{busy / ticks_per_second_, (busy + kBusyUnsure) / ticks_per_second_};
}

std::optional<ProcessTimes> HostProcesses::process(pid_t pid) const {
  return parse_process_stat(text(absl::StrCat(roots_.proc, "/", pid, "/stat")));
}

void HostProcesses::scan(Seconds now) {
  if (scanned_ && now - *scanned_ < kRescan) {
    return;
  }
  scanned_ = now;
  by_parent_.clear();
  DIR* const all = opendir(roots_.proc.c_str());
  if (all == nullptr) {
    return;
  }
  while (const dirent* entry = readdir(all)) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(entry->d_name, &pid)) {
      if (const std::optional<ProcessTimes> found = process(pid)) {
        by_parent_.emplace(found->parent, pid);
      }
    }
  }
  closedir(all);
}

void HostProcesses::children(pid_t pid, Seconds now, std::vector<pid_t>& into) {
  const std::string tasks = absl::StrCat(roots_.proc, "/", pid, "/task");
  bool listed = false;
  if (DIR* const all = opendir(tasks.c_str())) {
    while (const dirent* entry = readdir(all)) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(entry->d_name[0]))) {
        continue;
      }
      const std::string path = absl::StrCat(tasks, "/", entry->d_name, "/children");
      if (access(path.c_str(), R_OK) != 0) {
        continue;
      }
      listed = true;
      for (const std::string& child : words(text(path))) {
        into.push_back(static_cast<pid_t>(whole(child)));
      }
    }
    closedir(all);
  }
  if (!listed) {
    scan(now);
    const auto [first, last] = by_parent_.equal_range(pid);
    for (auto child = first; child != last; ++child) {
      into.push_back(child->second);
    }
  }
}

std::unique_ptr<HostProcesses::Tree> HostProcesses::tree(pid_t root, bool tree_only) {
  return std::unique_ptr<Tree>(new Tree(*this, root, tree_only));
}

HostProcesses::Tree::Tree(HostProcesses& host, pid_t root, bool tree_only)
    : host_(host), root_(root) {
  const std::string process = absl::StrCat(host_.roots_.proc, "/", root);
  if (!tree_only) {
    place_ = find_cgroup(host_.text(process + "/cgroup"),
                         host_.text(host_.roots_.proc + "/self/mountinfo"), host_.roots_);
  }
  if (place_ && place_ != host_.own_) {
    file_ = std::make_unique<HostFile>(place_->directory +
                                       (place_->unified ? "/cpu.stat" : "/cpuacct.usage"));
    if (!from_cgroup()) {
      file_.reset();
    }
  }
  if (const std::optional<ProcessTimes> now = host_.process(root)) {
    started_ = now->started;
  }
}

std::string_view HostProcesses::Tree::source() const {
  return !file_ ? "process tree" : place_->unified ? "cgroup2" : "cgroup1";
}

bool HostProcesses::Tree::has(pid_t pid) const {
  const auto known = [&](pid_t one) {
    return one == root_ || std::any_of(members_.begin(), members_.end(),
                                       [&](const Member& member) { return member.pid == one; });
  };
  // Upwards: one that was started since we looked, or is in a cgroup, is not on our list.
  for (std::size_t steps = 0; pid > 1 && steps < kMostProcesses; ++steps) {
    if (known(pid)) {
      return true;
    }
    const std::optional<ProcessTimes> found = host_.process(pid);
    if (!found) {
      return false;
    }
    pid = found->parent;
  }
  return false;
}

std::optional<Interval> HostProcesses::Tree::from_cgroup() {
  if (place_->unified) {
    std::string_view found;
    if (file_->read(found) != ReadStatus::ok) {
      return std::nullopt;
    }
    for (const std::string& line : lines(found)) {
      const std::vector<std::string> parts = words(line);
      std::uint64_t us = 0;
      if (parts.size() == 2 && parts[0] == "usage_usec" && absl::SimpleAtoi(parts[1], &us)) {
        return Interval{static_cast<double>(us) / 1e6, static_cast<double>(us + 1) / 1e6};
      }
    }
    return std::nullopt;
  }
  std::uint64_t ns = 0;
  if (file_->read(ns) != ReadStatus::ok) {
    return std::nullopt;
  }
  return Interval{static_cast<double>(ns) / 1e9, static_cast<double>(ns + 1) / 1e9};
}

void HostProcesses::Tree::look(Seconds now) {
  if (looked_ && now - *looked_ < kRescan) {
    return;
  }
  looked_ = now;
  std::vector<pid_t> tree = {root_};
  for (std::size_t i = 0; i < tree.size() && tree.size() < kMostProcesses; ++i) {
    host_.children(tree[i], now, tree);
  }
  std::vector<Member> members;
  for (const pid_t pid : tree) {
    const auto known = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.pid == pid; });
    if (known != members_.end() && known->stat) {
      members.push_back(std::move(*known));
    } else {
      members.push_back(
          {pid, std::make_unique<HostFile>(absl::StrCat(host_.roots_.proc, "/", pid, "/stat"))});
    }
  }
  members_ = std::move(members);
}

std::optional<Interval> HostProcesses::Tree::from_processes(Seconds now) {
  look(now);
  // Parents first: a child that ends meanwhile is missed for now, and never counted twice.
  std::uint64_t ticks = 0;
  double count = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    std::string_view line;
    std::optional<ProcessTimes> found;
    if (members_[i].stat->read(line) == ReadStatus::ok) {
      found = parse_process_stat(line);
    }
    if (i == 0 && (!found || found->started != started_)) {
      return std::nullopt;
    }
    if (found) {
      ticks += found->ticks;
      ++count;
    }
  }
  const auto used = static_cast<double>(ticks);
  return Interval{used / host_.ticks_per_second_,
                  (used + kTicksUnsure * count) / host_.ticks_per_second_};
}

std::optional<Interval> HostProcesses::Tree::cpu(Seconds now) {
  std::optional<Interval> found = file_ ? from_cgroup() : from_processes(now);
  if (found) {
    most_ = std::max(most_, found->lower);
    *found = {most_, std::max(most_, found->upper)};
  }
  return found;
}

}  // namespace evolt
