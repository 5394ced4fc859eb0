#include "workers/bounded_log.hpp"

#include "workers/text.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffered = std::size_t{64} * 1024;
constexpr std::string_view kTail = "log.tail-";

std::string tail_path(const std::string& directory, std::uint64_t number) {
  return concat(directory, "/", kTail, number);
}

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The segments that are there, oldest first.
std::map<std::uint64_t, fs::path> tail_of(const std::string& directory) {
  std::map<std::uint64_t, fs::path> tail;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t number = 0;
    if (name.size() > kTail.size() && name.compare(0, kTail.size(), kTail) == 0 &&
        std::from_chars(name.data() + kTail.size(), name.data() + name.size(), number).ec ==
            std::errc{}) {
      tail.emplace(number, entry.path());
    }
  }
  return tail;
}

/// An older log's segments would be read as part of the new one.
void remove_tail(const std::string& directory) {
  for (const auto& [number, path] : tail_of(directory)) {
    ::unlink(path.c_str());
  }
}

}  // namespace

BoundedLog::BoundedLog(std::string directory, LogBounds bounds)
    : directory_(std::move(directory)), bounds_(bounds) {}

void BoundedLog::add(std::string_view raw) {
  buffer_ += raw;
  if (buffer_.size() >= kBuffered) {
    flush();
  }
}

void BoundedLog::flush() {
  if (!directory_.empty() && !failed_) {
    write_out(buffer_);
  }
  buffer_.clear();
}

void BoundedLog::next_file() {
  if (opened_) {
    ++tail_;
  }
  const std::string path = tail_ == 0 ? directory_ + "/log" : tail_path(directory_, tail_);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_CLOEXEC;
  file_.reset(::open(path.c_str(), kFlags | O_EXCL, 0600));
  if (!file_ && errno == EEXIST) {
    if (!opened_) {
      remove_tail(directory_);
    }
    file_.reset(::open(path.c_str(), kFlags | O_TRUNC, 0600));
  }
  room_ = tail_ == 0 ? bounds_.head : bounds_.segment;
  opened_ = true;
  if (!file_) {
    failed_ = true;
  } else if (tail_ > bounds_.segments) {
    ::unlink(tail_path(directory_, tail_ - bounds_.segments).c_str());
  }
}

void BoundedLog::write_out(std::string_view bytes) {
  while (!bytes.empty() && !failed_) {
    if (!opened_ || room_ == 0) {
      next_file();
      continue;
    }
    const ssize_t written = ::write(file_.get(), bytes.data(), std::min(bytes.size(), room_));
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      failed_ = true;
      return;
    }
    room_ -= static_cast<std::size_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_log(const std::string& directory) {
  std::string text = slurp(fs::path(directory) / "log");
  const std::map<std::uint64_t, fs::path> tail = tail_of(directory);
  if (!tail.empty() && tail.begin()->first > 1) {
    text += "\n[evolt: part of the output was not kept]\n";
  }
  for (const auto& [number, path] : tail) {
    text += slurp(path);
  }
  return text;
}

}  // namespace evolt
