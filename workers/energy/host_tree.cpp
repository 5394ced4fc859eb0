#include "workers/energy/host_tree.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace evolt {
namespace {

constexpr int kMostCpus = 1 << 20;  // more is no list of processors but junk

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes a run of digits from the front, without zeros at its own front.
std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.size() > 1 && digits.front() == '0') {
    digits.remove_prefix(1);
  }
  return digits;
}

}  // namespace

bool natural_less(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    if (is_digit(left.front()) && is_digit(right.front())) {
      const std::string_view a = take_digits(left);
      const std::string_view b = take_digits(right);
      if (a != b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
      }
    } else if (left.front() != right.front()) {
      return left.front() < right.front();
    } else {
      left.remove_prefix(1);
      right.remove_prefix(1);
    }
  }
  return left.size() < right.size();
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    names.push_back(at->path().filename());
  }
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

ReadStatus read_once(const std::string& path, std::string& text) {
  HostFile file(path);
  std::string_view view;
  const ReadStatus status = file.read(view);
  if (status == ReadStatus::ok) {
    text = std::string(strip(view));
  }
  return status;
}

std::optional<std::string> text_in(const std::string& path) {
  std::string text;
  return read_once(path, text) == ReadStatus::ok ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::uint64_t> number_in(const std::string& path) {
  std::uint64_t number = 0;
  return HostFile(path).read(number) == ReadStatus::ok ? std::optional(number) : std::nullopt;
}

std::optional<std::vector<int>> read_cpu_list(std::string_view text) {
  std::vector<int> cpus;
  for (const std::string_view piece : split(strip(text), ',')) {
    const std::vector<std::string_view> ends = split(piece, '-');
    const std::optional<int> first = read_whole<int>(ends.front());
    const std::optional<int> last = read_whole<int>(ends.back());
    if (ends.size() > 2 || !first || !last || *first < 0 || *last < *first || *last > kMostCpus) {
      return std::nullopt;
    }
    for (int cpu = *first; cpu <= *last; ++cpu) {
      cpus.push_back(cpu);
    }
  }
  return cpus;
}

}  // namespace evolt
