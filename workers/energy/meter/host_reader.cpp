#include "workers/energy/meter/host_reader.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace evolt {

HostReader::HostReader(MakeMeter make, const Clock& clock)
    : clock_(clock), thread_([this, make = std::move(make)] { run(make); }) {}

HostReader::~HostReader() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

WindowId HostReader::open(MeterTarget target) {
  return open(std::move(target), clock_.now());
}

WindowId HostReader::open(MeterTarget target, Seconds asked) {
  WindowId id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_;
    edges_.push_back(
        {.kind = WindowEdge::Kind::open, .id = id, .asked = asked, .target = std::move(target)});
    figures_[id].missing = "not read yet";
  }
  wake_.notify_one();
  return id;
}

void HostReader::put(WindowEdge edge) {
  {
    const std::lock_guard lock(mutex_);
    edges_.push_back(std::move(edge));
  }
  wake_.notify_one();
}

void HostReader::mark(WindowId id, std::string phase, std::int64_t items) {
  put({.kind = WindowEdge::Kind::mark,
       .id = id,
       .asked = clock_.now(),
       .phase = std::move(phase),
       .items = items});
}

void HostReader::close(WindowId id, std::optional<Seconds> cpu, WindowEnd end) {
  put({.kind = WindowEdge::Kind::close,
       .id = id,
       .asked = clock_.now(),
       .cpu = cpu,
       .end = std::move(end)});
}

WindowFigure HostReader::so_far(WindowId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = figures_.find(id);
  return found != figures_.end() ? found->second : WindowFigure{.missing = "no such window"};
}

void HostReader::look(std::function<void(const HostView&)> tell) {
  {
    const std::lock_guard lock(mutex_);
    looking_.push_back(std::move(tell));
  }
  wake_.notify_one();
}

void HostReader::on_reading(std::function<void()> then) {
  const std::lock_guard lock(mutex_);
  on_reading_ = std::move(then);
}

void HostReader::run(const MakeMeter& make) {
  const std::unique_ptr<HostMeter> meter = make();
  const auto urgent = [this] { return ending_ || !looking_.empty() || !edges_.empty(); };
  for (bool ending = false; !ending;) {
    std::vector<WindowEdge> edges;
    std::vector<std::function<void(const HostView&)>> looking;
    {
      std::unique_lock lock(mutex_);
      const Seconds wait = meter->next() - clock_.now();
      wake_.wait_for(lock, std::chrono::duration<double>(std::max(0.0, wait.value)), urgent);
      edges.swap(edges_);
      looking.swap(looking_);
      ending = ending_;
    }
    auto ended = meter->apply(std::move(edges));
    auto figures = meter->figures();
    std::function<void()> then;
    {
      const std::lock_guard lock(mutex_);
      figures_.clear();
      for (auto& [id, figure] : figures) {
        figures_.emplace(id, std::move(figure));
      }
      // What was opened meanwhile is known at the next reading.
      for (const WindowEdge& edge : edges_) {
        if (edge.kind == WindowEdge::Kind::open) {
          figures_[edge.id].missing = "not read yet";
        }
      }
      then = on_reading_;
    }
    for (auto& [end, report] : ended) {
      if (end) {
        end(std::move(report));
      }
    }
    if (!looking.empty()) {
      const HostView view = meter->view();
      for (const auto& tell : looking) {
        tell(view);
      }
    }
    if (then) {
      then();
    }
  }
}

}  // namespace evolt
