#pragma once

#include "core/clock.hpp"
#include "workers/energy/meter/host_lock.hpp"
#include "workers/energy/meter/host_reader.hpp"
#include "workers/energy/meter/meter_server.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace evolt {

/// The host's one reader, wherever it is. The first process of this user on the host that asks
/// reads the sensors and serves the others; when it goes, however it goes, another takes over. For
/// windows that were open then, what was last heard stands, and the time between is a gap.
class SharedMeter final : public EnergyMeter {
 public:
  enum class Role { none, reader, client };

  /// The clock must outlive it; all processes of the host must have the same (SystemClock).
  SharedMeter(HostReader::MakeMeter make, MeetingPlace place, const Clock& clock);
  ~SharedMeter() override;

  WindowId open(MeterTarget target) override;
  void mark(WindowId id, std::string phase, std::int64_t items = 0) override;
  void close(WindowId id, std::optional<Seconds> cpu, WindowEnd end) override;
  WindowFigure so_far(WindowId id) const override;

  Role role() const;

  /// What is known of the host at a reading that is made for it; nullopt: there was none within
  /// `patience`. Whoever waits for it knows that meters have been found and are read. Thread: any
  /// but the meter's; blocks.
  std::optional<HostView> look(Seconds patience);

 private:
  struct Window {
    MeterTarget target;
    Seconds begins;                   // with the reader that it has now
    std::vector<WindowEdge> waiting;  // marks that no reader has heard of yet
    WindowId inner = 0;               // of our own reader
    bool attached = false;            // some reader has known of it
    WindowFigure last;                // what the reader of now knows
    Seconds last_at;
    std::optional<WindowFigure> carried;  // from readers before
    Seconds carried_until;
    std::optional<Seconds> closing;  // asked to close then
    std::optional<Seconds> cpu;
    WindowEnd end;
  };

  void run();
  void be_reader(UniqueFd lock);
  void be_client(UniqueFd socket);
  void rest(int milliseconds);
  void attach();
  void detach();
  /// Unlocks, and then wakes the thread if it has something to do.
  void let_go(std::unique_lock<std::mutex>& lock);
  void send(WindowId id, Window& window, WindowEdge edge);
  void send_close(WindowId id, Window& window);
  void on_closed(WindowId id, WindowReport report);
  bool on_line(const std::string& line);
  void ask_to_look(Seconds now);
  void on_look(HostView view);
  void write_edges(LineSocket& link);
  static WindowFigure whole(const Window& window, const WindowFigure& now);

  HostReader::MakeMeter make_;
  MeetingPlace place_;
  const Clock& clock_;
  Wake wake_;
  mutable std::mutex mutex_;  // guards all that follows, but for the thread
  Role role_ = Role::none;
  std::unique_ptr<HostReader> reader_;
  std::vector<WindowEdge> out_;  // for the reader; a thread writes them down
  std::map<WindowId, Window> windows_;
  std::vector<std::pair<WindowEnd, WindowReport>> over_;  // to be told without the lock
  WindowId last_ = 0;
  std::condition_variable to_write_;
  std::optional<HostView> view_;
  std::uint64_t looks_ = 0;  // that were answered
  int looking_ = 0;          // how many wait for one
  std::condition_variable looked_;
  bool ring_ = false;  // over_ has something
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace evolt
