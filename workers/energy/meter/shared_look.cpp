#include "workers/energy/meter/shared_meter.hpp"

#include <chrono>
#include <utility>

// How somebody looks at the host through the shared meter.

namespace evolt {

std::optional<HostView> SharedMeter::look(Seconds patience) {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = looks_;
  ++looking_;
  ask_to_look(clock_.now());
  to_write_.notify_one();
  const bool told = looked_.wait_for(lock, std::chrono::duration<double>(patience.value),
                                     [&] { return looks_ != before; });
  --looking_;
  return told ? view_ : std::nullopt;
}

void SharedMeter::ask_to_look(Seconds now) {
  if (role_ == Role::client) {
    out_.push_back({.kind = WindowEdge::Kind::look, .asked = now});
  } else if (role_ == Role::reader) {
    reader_->look([this](const HostView& view) { on_look(view); });
  }
}

void SharedMeter::on_look(HostView view) {
  {
    const std::lock_guard lock(mutex_);
    view_ = std::move(view);
    ++looks_;
  }
  looked_.notify_all();
}

}  // namespace evolt
