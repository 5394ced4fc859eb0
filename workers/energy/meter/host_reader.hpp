#pragma once

#include "core/clock.hpp"
#include "workers/energy/meter/energy_meter.hpp"
#include "workers/energy/meter/host_meter.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace evolt {

/// The reader of a host: a thread of its own that reads when a sensor needs it, once a period while
/// windows are open, and at every edge of a window. Edges that come while it reads share the next
/// reading. There must be one on a host: see SharedMeter.
class HostReader final : public EnergyMeter {
 public:
  /// Makes the meter, on the reader's thread: looking for sensors may take seconds.
  using MakeMeter = std::function<std::unique_ptr<HostMeter>()>;

  /// The clock must outlive it, and `asked` of edges be its time.
  HostReader(MakeMeter make, const Clock& clock);
  /// Every open window that was asked to close hears of it before this returns.
  ~HostReader() override;

  WindowId open(MeterTarget target) override;
  void mark(WindowId id, std::string phase, std::int64_t items = 0) override;
  void close(WindowId id, std::optional<Seconds> cpu, WindowEnd end) override;
  WindowFigure so_far(WindowId id) const override;

  /// The same for edges that were asked for earlier, in another process.
  WindowId open(MeterTarget target, Seconds asked);
  void put(WindowEdge edge);

  /// Reads once more, and tells what is known then; on the reader's thread. What is asked when the
  /// reader goes is not answered.
  void look(std::function<void(const HostView&)> tell);

  /// Runs on the reader's thread after each reading, until it is replaced.
  void on_reading(std::function<void()> then);

 private:
  void run(const MakeMeter& make);

  const Clock& clock_;
  mutable std::mutex mutex_;  // guards all that follows, but for the thread
  std::condition_variable wake_;
  std::vector<WindowEdge> edges_;
  std::map<WindowId, WindowFigure> figures_;
  std::function<void()> on_reading_;
  std::vector<std::function<void(const HostView&)>> looking_;
  WindowId last_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace evolt
