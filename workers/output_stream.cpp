#include "workers/output_stream.hpp"

#include "workers/flat_json.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr std::size_t kChunk = std::size_t{64} * 1024;
constexpr std::size_t kMostDrained = std::size_t{64} << 20;
constexpr int kReadsPerTurn = 4;  // so that a flood from one trainer does not starve the others
constexpr std::size_t kMostPending = std::size_t{64} * 1024;
constexpr std::string_view kProceed = "{\"verdict\":\"proceed\"}\n";

}  // namespace

OutputStream::OutputStream(boost::asio::io_context& loop, UniqueFd fd, OnPiece on_piece,
                           std::function<void()> after_batch)
    : on_piece_(std::move(on_piece)),
      after_batch_(std::move(after_batch)),
      watcher_(loop, std::move(fd), [this] { on_readable(); }) {}

bool OutputStream::read_once(std::span<char> buffer) {
  if (watcher_.closed()) {
    return false;
  }
  const ssize_t count = ::read(watcher_.fd(), buffer.data(), buffer.size());
  if (count > 0) {
    splitter_.feed({buffer.data(), static_cast<std::size_t>(count)}, on_piece_);
    return true;
  }
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return false;
  }
  watcher_.close();
  return false;
}

void OutputStream::on_readable() {
  static thread_local std::array<char, kChunk> buffer;  // handlers do not nest
  for (int i = 0; i < kReadsPerTurn && read_once(buffer); ++i) {
  }
  if (after_batch_) {
    after_batch_();
  }
  if (watcher_.closed() && on_closed) {
    on_closed();
  }
}

void OutputStream::drain() {
  if (closed()) {
    return;
  }
  std::vector<char> buffer(kChunk);
  for (std::size_t read = 0; read < kMostDrained && read_once(buffer); read += kChunk) {
  }
}

ReportChannel::ReportChannel(boost::asio::io_context& loop, UniqueFd fd,
                             OutputStream::OnPiece on_piece)
    : stream_(loop, std::move(fd),
              [this, on_piece = std::move(on_piece)](std::string_view raw, bool whole) {
                used_ = true;
                on_piece(raw, whole);
              },
              {}) {}

void ReportChannel::say_proceed() {
  if (pending_.size() + kProceed.size() <= kMostPending) {
    pending_ += kProceed;
    send_pending();
  }
}

void ReportChannel::say_stop(std::string_view reason, StopFor what) {
  pending_ += R"({"verdict":"stop","reason":)";
  append_json(pending_, reason);
  pending_ += what == StopFor::resume ? ",\"checkpoint\":true}\n" : "}\n";
  send_pending();
}

void ReportChannel::send_pending() {
  if (waiting_ || stream_.closed()) {
    return;
  }
  while (!pending_.empty()) {
    const ssize_t sent =
        ::send(stream_.fd(), pending_.data(), pending_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      pending_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      waiting_ = true;
      stream_.when_writable([this] {
        waiting_ = false;
        send_pending();
      });
      return;
    } else if (errno != EINTR) {
      pending_.clear();  // closed by the trainer
    }
  }
}

}  // namespace evolt
