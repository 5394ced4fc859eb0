#include "workers/energy/meter/shared_meter.hpp"

#include "workers/energy/meter/joined_figure.hpp"

#include <algorithm>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr int kRetryMs = 20;   // between two looks for a reader
constexpr int kPatience = 50;  // looks for room in the socket
constexpr std::size_t kLongestNews = 4U << 20U;
constexpr int kForeignRetryMs = 1'000;  // when the lock cannot be used, or nobody understands us

}  // namespace

SharedMeter::SharedMeter(HostReader::MakeMeter make, MeetingPlace place, const Clock& clock)
    : make_(std::move(make)), place_(std::move(place)), clock_(clock), thread_([this] { run(); }) {}

SharedMeter::~SharedMeter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.ring();
  thread_.join();
  for (auto& [id, window] : windows_) {
    if (window.end) {
      window.end({.whole = {.missing = "the meter was ended"}});
    }
  }
}

SharedMeter::Role SharedMeter::role() const {
  const std::lock_guard lock(mutex_);
  return role_;
}

WindowId SharedMeter::open(MeterTarget target) {
  const Seconds now = clock_.now();
  std::unique_lock lock(mutex_);
  const WindowId id = ++last_;
  Window& window = windows_[id];
  window.target = std::move(target);
  window.begins = now;
  window.last.missing = "not read yet";
  window.last_at = now;
  if (role_ != Role::none) {
    send(id, window, {.kind = WindowEdge::Kind::open, .asked = now, .target = window.target});
  }
  let_go(lock);
  return id;
}

void SharedMeter::send(WindowId id, Window& window, WindowEdge edge) {
  if (role_ == Role::client) {
    edge.id = id;
    edge.end = {};
    out_.push_back(std::move(edge));
  } else if (role_ == Role::reader) {
    if (edge.kind == WindowEdge::Kind::open) {
      window.inner = reader_->open(std::move(edge.target), edge.asked);
    } else {
      edge.id = window.inner;
      reader_->put(std::move(edge));
    }
  }
  window.attached = window.attached || role_ != Role::none;
}

void SharedMeter::let_go(std::unique_lock<std::mutex>& lock) {
  const bool ring = std::exchange(ring_, false);
  const bool write = !out_.empty();
  lock.unlock();
  if (write) {
    to_write_.notify_one();
  }
  if (ring) {
    wake_.ring();
  }
}

void SharedMeter::mark(WindowId id, std::string phase, std::int64_t items) {
  const Seconds now = clock_.now();
  std::unique_lock lock(mutex_);
  const auto found = windows_.find(id);
  if (found != windows_.end() && !found->second.closing) {
    WindowEdge edge{
        .kind = WindowEdge::Kind::mark, .asked = now, .phase = std::move(phase), .items = items};
    if (role_ != Role::none) {
      send(id, found->second, std::move(edge));
    } else {
      found->second.waiting.push_back(std::move(edge));
    }
  }
  let_go(lock);
}

void SharedMeter::send_close(WindowId id, Window& window) {
  send(id, window,
       {.kind = WindowEdge::Kind::close,
        .asked = *window.closing,
        .cpu = window.cpu,
        .end = [this, id](WindowReport report) { on_closed(id, std::move(report)); }});
}

void SharedMeter::close(WindowId id, std::optional<Seconds> cpu, WindowEnd end) {
  const Seconds now = clock_.now();
  std::unique_lock lock(mutex_);
  const auto found = windows_.find(id);
  if (found == windows_.end() || found->second.closing) {
    over_.emplace_back(std::move(end),
                       WindowReport{.whole = {.missing = "the window was not open"}});
    ring_ = true;
    let_go(lock);
    return;
  }
  Window& window = found->second;
  window.closing = now;
  window.cpu = window.carried ? std::nullopt : cpu;  // a later reader knows not what came before
  window.end = std::move(end);
  if (role_ != Role::none) {
    send_close(id, window);
  }
  let_go(lock);
}

WindowFigure SharedMeter::whole(const Window& window, const WindowFigure& now) {
  return window.carried ? join(*window.carried, window.begins - window.carried_until, now) : now;
}

WindowFigure SharedMeter::so_far(WindowId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(id);
  if (found == windows_.end()) {
    return {.missing = "no such window"};
  }
  const Window& window = found->second;
  return whole(window, role_ == Role::reader ? reader_->so_far(window.inner) : window.last);
}

void SharedMeter::on_closed(WindowId id, WindowReport report) {
  WindowEnd end;
  {
    const std::lock_guard lock(mutex_);
    const auto found = windows_.find(id);
    if (found == windows_.end()) {
      return;
    }
    report.whole = whole(found->second, report.whole);
    if (found->second.carried) {
      for (PhaseFigure& phase : report.phases) {  // the reader before has told nothing of phases
        phase.figure = {.missing = "another process took over reading", .time = phase.time};
      }
    }
    end = std::move(found->second.end);
    windows_.erase(found);
  }
  if (end) {
    end(std::move(report));
  }
}

void SharedMeter::attach() {
  const Seconds now = clock_.now();
  if (looking_ > 0) {
    ask_to_look(now);
  }
  for (auto window = windows_.begin(); window != windows_.end();) {
    auto& [id, w] = *window;
    const bool again = w.attached;
    if (again && w.closing) {
      // Its processes are gone, and with them what the last reader had not told.
      const Seconds dark = std::max(Seconds{0}, *w.closing - w.carried_until);
      over_.emplace_back(std::move(w.end),
                         WindowReport{.whole = join(*w.carried, dark, WindowFigure{})});
      window = windows_.erase(window);
      continue;
    }
    w.begins = again ? now : w.begins;
    w.last = {.missing = "not read yet"};
    w.last_at = w.begins;
    send(id, w, {.kind = WindowEdge::Kind::open, .asked = w.begins, .target = w.target});
    for (WindowEdge& mark : std::exchange(w.waiting, {})) {
      mark.asked = std::max(mark.asked, w.begins);
      send(id, w, std::move(mark));
    }
    if (w.closing) {
      send_close(id, w);
    }
    ++window;
  }
}

void SharedMeter::detach() {
  role_ = Role::none;
  out_.clear();
  for (auto& [id, window] : windows_) {
    if (!window.attached) {
      continue;
    }
    // What was never read is not known either.
    const WindowFigure last =
        window.last.energy
            ? window.last
            : WindowFigure{.missing = window.last.missing, .time = window.last_at - window.begins};
    window.carried = whole(window, last);
    window.carried_until = window.last.energy ? window.begins + window.last.time : window.last_at;
    window.begins = window.carried_until;
    window.last = {.missing = "no reader"};
    window.last_at = window.carried_until;
    window.inner = 0;
  }
}

void SharedMeter::rest(int milliseconds) {
  pollfd waiting{wake_.fd(), POLLIN, 0};
  ::poll(&waiting, 1, milliseconds);
  wake_.quiet();
  std::vector<std::pair<WindowEnd, WindowReport>> over;
  {
    const std::lock_guard lock(mutex_);
    over.swap(over_);
  }
  for (auto& [end, report] : over) {
    if (end) {
      end(std::move(report));
    }
  }
}

void SharedMeter::run() {
  const auto ending = [this] {
    const std::lock_guard lock(mutex_);
    return ending_;
  };
  while (!ending()) {
    absl::StatusOr<UniqueFd> lock = take_lock(place_.lock);
    if (lock.ok()) {
      be_reader(*std::move(lock));
      continue;
    }
    absl::StatusOr<UniqueFd> socket = connect_to(place_.socket);
    if (socket.ok()) {
      be_client(*std::move(socket));
      rest(kRetryMs);
    } else {
      rest(absl::IsUnavailable(lock.status()) ? kRetryMs : kForeignRetryMs);
    }
  }
  rest(0);
}

void SharedMeter::be_reader(UniqueFd lock) {
  // Without a socket we still read; the others then have no figures, and say so.
  absl::StatusOr<UniqueFd> listener = listen_at(place_.socket);
  auto reader = std::make_unique<HostReader>(make_, clock_);
  std::unique_ptr<MeterServer> server;
  if (listener.ok()) {
    server = std::make_unique<MeterServer>(*reader, *std::move(listener));
  }
  {
    const std::lock_guard guard(mutex_);
    reader_ = std::move(reader);
    role_ = Role::reader;
    attach();
  }
  rest(0);  // what ended while nobody read
  for (bool ending = false; !ending;) {
    rest(-1);
    const std::lock_guard guard(mutex_);
    ending = ending_;
  }
  {
    const std::lock_guard guard(mutex_);
    reader = std::move(reader_);
    role_ = Role::none;
  }
  server.reset();
  reader.reset();
  ::unlink(place_.socket.c_str());
  lock.reset();
}

bool SharedMeter::on_line(const std::string& line) {
  std::optional<MeterNews> news = read_news_line(line);
  if (!news) {
    return false;
  }
  if (auto* closed = std::get_if<ClosedNews>(&*news)) {
    on_closed(closed->id, std::move(closed->report));
    return true;
  }
  if (auto* view = std::get_if<HostView>(&*news)) {
    on_look(std::move(*view));
    return true;
  }
  const Seconds now = clock_.now();
  const std::lock_guard lock(mutex_);
  for (auto& [id, figure] : std::get<FiguresNews>(*news).figures) {
    const auto found = windows_.find(id);
    if (found != windows_.end()) {
      found->second.last = std::move(figure);
      found->second.last_at = now;
    }
  }
  return true;
}

void SharedMeter::be_client(UniqueFd socket) {
  LineSocket link(std::move(socket), kLongestNews);
  link.put(hello_line());
  link.send();
  {
    const std::lock_guard lock(mutex_);
    role_ = Role::client;
    attach();
  }
  // Waking a thread that waits for a condition costs the loop much less than one in poll().
  std::thread writer([this, &link] { write_edges(link); });
  bool greeted = false;
  for (bool open = true; open;) {
    {
      const std::lock_guard lock(mutex_);
      if (ending_) {
        break;
      }
    }
    pollfd waiting[] = {{link.fd(), POLLIN, 0}, {wake_.fd(), POLLIN, 0}};
    ::poll(waiting, 2, -1);
    rest(0);
    if (waiting[0].revents == 0) {
      continue;
    }
    std::vector<std::string> lines;
    open = link.receive(lines);
    for (const std::string& line : lines) {
      if (!greeted ? !(greeted = is_hello(line)) : !on_line(line)) {
        open = false;
        break;
      }
    }
  }
  {
    const std::lock_guard lock(mutex_);
    detach();
  }
  to_write_.notify_one();
  writer.join();
}

void SharedMeter::write_edges(LineSocket& link) {
  for (;;) {
    std::vector<WindowEdge> edges;
    {
      std::unique_lock lock(mutex_);
      to_write_.wait(lock, [this] { return role_ != Role::client || !out_.empty(); });
      if (role_ != Role::client) {
        return;
      }
      edges.swap(out_);
    }
    for (const WindowEdge& edge : edges) {
      link.put(edge_line(edge));
    }
    // A reader that takes nothing for so long will not be heard either: the other side ends it.
    for (int tries = 0; link.send() && link.has_more() && tries < kPatience; ++tries) {
      pollfd waiting{link.fd(), POLLOUT, 0};
      ::poll(&waiting, 1, kRetryMs);
    }
  }
}

}  // namespace evolt
