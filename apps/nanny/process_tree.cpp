#include "apps/nanny/process_tree.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace evolt::nanny {
namespace {

struct Entry {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = '?';
};

/// Reads up to `size - 1` bytes of a file and ends them with a zero; -1 when it cannot be read.
ssize_t read_file(const char* path, char* buffer, std::size_t size) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return -1;
  }
  const ssize_t count = ::read(fd, buffer, size - 1);
  ::close(fd);
  if (count >= 0) {
    buffer[count] = '\0';
  }
  return count;
}

/// Calls `use(number)` for each entry of a directory whose name is a number.
template <typename F>
bool for_each_number(const char* path, F&& use) {
  DIR* const directory = ::opendir(path);
  if (directory == nullptr) {
    return false;
  }
  while (const dirent* entry = ::readdir(directory)) {
    char* end = nullptr;
    const long number = std::strtol(entry->d_name, &end, 10);
    if (number > 0 && *end == '\0') {
      use(static_cast<pid_t>(number));
    }
  }
  ::closedir(directory);
  return true;
}

bool read_stat(pid_t pid, Entry& entry) {
  char path[64];
  char text[512];
  std::snprintf(path, sizeof path, "/proc/%d/stat", static_cast<int>(pid));
  if (read_file(path, text, sizeof text) <= 0) {
    return false;
  }
  const char* const name_end = std::strrchr(text, ')');  // the name may hold anything
  int parent = 0;
  if (name_end == nullptr || std::sscanf(name_end + 1, " %c %d", &entry.state, &parent) != 2) {
    return false;
  }
  entry.pid = pid;
  entry.parent = parent;
  return true;
}

bool is_dead(char state) {
  return state == 'Z' || state == 'X' || state == 'x';
}

/// Appends the children of one process as the kernel lists them; false where it keeps no such list.
bool children_of(pid_t pid, std::vector<pid_t>& found) {
  char path[64];
  bool listed = false;
  std::snprintf(path, sizeof path, "/proc/%d/task", static_cast<int>(pid));
  for_each_number(path, [&](pid_t task) {
    char list[96];
    std::snprintf(list, sizeof list, "/proc/%d/task/%d/children", static_cast<int>(pid),
                  static_cast<int>(task));
    if (FILE* const file = std::fopen(list, "re")) {
      listed = true;
      int child = 0;
      while (std::fscanf(file, "%d", &child) == 1) {
        found.push_back(child);
      }
      std::fclose(file);
    }
  });
  return listed;
}

bool descendants_by_lists(std::vector<pid_t>& found) {
  if (!children_of(::getpid(), found)) {
    return false;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    children_of(found[i], found);  // one that has just ended has no list and no children
  }
  return true;
}

void descendants_by_scan(std::vector<pid_t>& found) {
  std::vector<Entry> all;
  for_each_number("/proc", [&all](pid_t pid) {
    Entry entry;
    if (read_stat(pid, entry)) {
      all.push_back(entry);
    }
  });
  found.assign(1, ::getpid());
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const Entry& entry : all) {
      if (entry.parent == found[i]) {
        found.push_back(entry.pid);
      }
    }
  }
  found.erase(found.begin());
}

bool carries(pid_t pid, const char* wanted) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/environ", static_cast<int>(pid));
  FILE* const file = std::fopen(path, "re");
  if (file == nullptr) {
    return false;
  }
  char* entry = nullptr;
  std::size_t room = 0;
  bool found = false;
  while (!found && ::getdelim(&entry, &room, '\0', file) > 0) {
    found = std::strcmp(entry, wanted) == 0;
  }
  std::free(entry);
  std::fclose(file);
  return found;
}

}  // namespace

std::vector<pid_t> descendants() {
  std::vector<pid_t> found;
  if (!descendants_by_lists(found)) {
    descendants_by_scan(found);
  }
  std::vector<pid_t> living;
  for (const pid_t pid : found) {
    Entry entry;
    if (read_stat(pid, entry) && !is_dead(entry.state)) {
      living.push_back(pid);
    }
  }
  return living;
}

std::vector<pid_t> marked(const char* mark) {
  char wanted[512];
  std::vector<pid_t> found;
  if (std::snprintf(wanted, sizeof wanted, "EVOLT_MARK=%s", mark) >=
      static_cast<int>(sizeof wanted)) {
    return found;
  }
  for_each_number("/proc", [&](pid_t pid) {
    Entry entry;
    if (pid != ::getpid() && carries(pid, wanted) && read_stat(pid, entry) &&
        !is_dead(entry.state)) {
      found.push_back(pid);
    }
  });
  return found;
}

long long resident_bytes(const std::vector<pid_t>& pids) {
  const long page = ::sysconf(_SC_PAGESIZE);
  long long sum = 0;
  for (const pid_t pid : pids) {
    char path[64];
    char text[128];
    long long pages = 0;
    std::snprintf(path, sizeof path, "/proc/%d/statm", static_cast<int>(pid));
    if (read_file(path, text, sizeof text) > 0 && std::sscanf(text, "%*s %lld", &pages) == 1) {
      sum += pages * page;
    }
  }
  return sum;
}

long long proportional_bytes(const std::vector<pid_t>& pids) {
  long long sum = 0;
  for (const pid_t pid : pids) {
    char path[64];
    char text[2048];
    long long kib = 0;
    std::snprintf(path, sizeof path, "/proc/%d/smaps_rollup", static_cast<int>(pid));
    const bool known = read_file(path, text, sizeof text) > 0;
    const char* const line = known ? std::strstr(text, "\nPss:") : nullptr;
    if (line != nullptr && std::sscanf(line, "\nPss: %lld", &kib) == 1) {
      sum += kib * 1024;
    } else {
      sum += resident_bytes({pid});
    }
  }
  return sum;
}

}  // namespace evolt::nanny
