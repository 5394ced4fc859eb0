#include "workers/energy/meter/shared_meter.hpp"

#include "tests/workers/energy/scripted_sensor.hpp"
#include "workers/energy/meter/host_lock.hpp"
#include "workers/energy/meter/joined_figure.hpp"
#include "workers/energy/meter/meter_wire.hpp"
#include "workers/energy/meter/reader_link.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace evolt {
namespace {

namespace fs = std::filesystem;

/// A runtime directory, and meters with 50 W of package that meet there.
class Host {
 public:
  Host() {
    std::string name = (fs::temp_directory_path() / "evolt-meter-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    place = *meeting_place(directory_, {"boot", "host"});
  }
  ~Host() { fs::remove_all(directory_); }

  const std::string& directory() const { return directory_; }
  std::unique_ptr<SharedMeter> meter() {
    return std::make_unique<SharedMeter>(
        [this] {
          std::vector<std::unique_ptr<EnergySensor>> sensors;
          sensors.push_back(std::make_unique<test::ScriptedSensor>(
              clock, std::vector{test::package()}, [](std::size_t) { return 50.0; }));
          HostMeterOptions options{.account = {.idle = IdlePolicy::exclusive, .cores = 2},
                                   .period = Seconds{0.02}};
          return std::make_unique<HostMeter>(std::move(sensors), clock, std::move(options));
        },
        place, clock);
  }

  SystemClock clock;
  MeetingPlace place;

 private:
  std::string directory_;
};

bool wait_for(const std::function<bool()>& what) {
  for (int i = 0; i < 5'000; ++i) {
    if (what()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

WindowReport close(EnergyMeter& meter, WindowId id) {
  auto told = std::make_shared<std::promise<WindowReport>>();
  std::future<WindowReport> report = told->get_future();
  meter.close(id, {}, [told](WindowReport r) { told->set_value(std::move(r)); });
  REQUIRE(report.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  return report.get();
}

WindowFigure figure(double joules, double seconds) {
  return {.energy = EnergyReading{.joules = {joules},
                                  .lower = {0.9 * joules},
                                  .upper = {1.1 * joules},
                                  .label = EnergyLabel::counter_exclusive,
                                  .coverage = 1},
          .time = {seconds},
          .most = {100}};
}

}  // namespace

TEST_CASE("joined figures: the time between is a gap, not 0 J", "[energy]") {
  const WindowFigure all = join(figure(400, 10), Seconds{10}, figure(800, 20));
  REQUIRE(all.energy);
  CHECK(all.time == Seconds{40});
  CHECK(all.energy->joules.value == Approx(1'600));
  CHECK(all.energy->lower.value == Approx(1'080));
  CHECK(all.energy->upper.value == Approx(1'320 + 1'000));
  CHECK(all.energy->coverage == Approx(0.75));
  CHECK(all.energy->gap == Seconds{10});
  CHECK(all.energy->label == EnergyLabel::counter_shared);

  const WindowFigure half = join(figure(400, 10), Seconds{0}, {.missing = "x", .time = {10}});
  CHECK(half.energy->joules.value == Approx(800));
  CHECK(half.energy->lower.value == Approx(360));
  CHECK(half.energy->upper.value == Approx(440 + 1'000));

  CHECK(join({.missing = "x"}, Seconds{1}, {.missing = "y"}).missing == "y");
  WindowFigure unbounded = figure(400, 10);
  unbounded.most = Watts{0};
  CHECK_FALSE(join(unbounded, Seconds{1}, unbounded).energy);
  CHECK(join(unbounded, Seconds{0}, unbounded).energy);
}

TEST_CASE("meter wire: what is said is what is heard", "[energy]") {
  WindowEdge open{
      .kind = WindowEdge::Kind::open,
      .id = 7,
      .asked = Seconds{12.25},
      .target = {.process = 99,
                 .share = {.cores = 2.5, .devices = {{"GPU-1", 0.5}}, .power_limit = Watts{250}},
                 .name = "study/1",
                 .tree_only = true}};
  const auto heard = read_edge_line(edge_line(open));
  REQUIRE(heard);
  CHECK(heard->kind == WindowEdge::Kind::open);
  CHECK(heard->id == 7);
  CHECK(heard->asked == Seconds{12.25});
  CHECK(heard->target.process == 99);
  CHECK(heard->target.share == open.target.share);
  CHECK(heard->target.name == "study/1");
  CHECK(heard->target.tree_only);
  CHECK(read_edge_line(edge_line({.kind = WindowEdge::Kind::look}))->kind ==
        WindowEdge::Kind::look);
  const auto mark =
      read_edge_line(edge_line({.kind = WindowEdge::Kind::mark, .phase = "in\nfer", .items = 5}));
  REQUIRE(mark);
  CHECK(mark->kind == WindowEdge::Kind::mark);
  CHECK(mark->phase == "in\nfer");
  CHECK(mark->items == 5);
  CHECK(read_edge_line(edge_line({.kind = WindowEdge::Kind::close, .cpu = Seconds{3}}))->cpu ==
        Seconds{3});

  WindowReport report{.whole = figure(10, 2)};
  EnergyReading& energy = *report.whole.energy;
  energy.sensors = {"a", "b"};
  energy.sigma_rel = 0.1;
  energy.gap = Seconds{1};
  energy.attribution = "cpu time";
  energy.idle = IdlePolicy::equal;
  energy.host_class = "big";
  energy.power_limit = Watts{3};
  energy.scope = {"package"};
  report.phases = {{"infer", Seconds{1}, 10, {.missing = "short", .time = {1}}}};
  const auto closed = read_news_line(news_line(ClosedNews{4, report}));
  REQUIRE(closed);
  CHECK(std::get<ClosedNews>(*closed).id == 4);
  CHECK(std::get<ClosedNews>(*closed).report == report);
  const auto figures = read_news_line(news_line(FiguresNews{{{3, figure(1, 1)}}}));
  REQUIRE(figures);
  CHECK(std::get<FiguresNews>(*figures).figures[0].second == figure(1, 1));

  const HostView view{
      .at = Seconds{7},
      .by = {.label = EnergyLabel::sampled,
             .sensors = {"a"},
             .parts = {"gpu"},
             .lacking = {"node"},
             .devices = {"GPU-1"},
             .partial = true,
             .findings = {{"a", true, true, "", ""}, {"b", false, false, "r", "f"}}},
      .channels = {{"a", EnergyPart::gpu, Joules{5}, Seconds{1}, Seconds{0.1}}},
      .windows = {{3, "study/1", 99, figure(2, 1)}}};
  const auto host = read_news_line(news_line(view));
  REQUIRE(host);
  CHECK(std::get<HostView>(*host) == view);
}

TEST_CASE("meter wire: anything else is refused", "[energy]") {
  for (const char* line : {"", "x", "[]", "{}", "{\"open\":1}", "{\"open\":{\"id\":\"x\"}}",
                           "{\"close\":{\"id\":1}}", "{\"mark\":{\"id\":1,\"asked\":1}}"}) {
    CHECK_FALSE(read_edge_line(line));
  }
  for (const char* line : {"", "x", "{}", "{\"closed\":{}}", "{\"figures\":[{}]}", "{\"host\":{}}",
                           "{\"host\":{\"at\":1,\"by\":{}}}"}) {
    CHECK_FALSE(read_news_line(line));
  }
  CHECK(is_hello("{\"evolt_energy\":2}"));
  CHECK_FALSE(is_hello("{\"evolt_energy\":1}"));
  CHECK_FALSE(is_hello(""));
}

TEST_CASE("host lock: one holds it, and a path too long for a socket is refused", "[energy]") {
  Host host;
  {
    const auto first = take_lock(host.place.lock);
    REQUIRE(first.ok());
    CHECK(absl::IsUnavailable(take_lock(host.place.lock).status()));
    const auto listener = listen_at(host.place.socket);
    REQUIRE(listener.ok());
    struct stat about {};
    REQUIRE(::stat(host.place.socket.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777U) == 0600U);
  }
  CHECK(take_lock(host.place.lock).ok());
  CHECK(absl::IsUnavailable(connect_to(host.place.socket).status()));
  CHECK(take_lock("/nowhere/at/all").status().code() == absl::StatusCode::kUnavailable);
  CHECK(absl::IsInvalidArgument(meeting_place(std::string(120, 'x'), {"a", "b"}).status()));
  CHECK(meeting_place("/d", {"a", "b"})->lock != meeting_place("/d", {"c", "b"})->lock);
  CHECK(meeting_place("/d", {"a", "b"})->lock != meeting_place("/d", {"a", "b"}, "t")->lock);
  CHECK(meeting_place("/d", {"a", "b"}, "t")->socket ==
        meeting_place("/d", {"a", "b"}, "t")->socket);
}

TEST_CASE("shared meter: the first reads, the others ask, and all see the same host", "[energy]") {
  Host host;
  const auto reader = host.meter();
  REQUIRE(wait_for([&] { return reader->role() == SharedMeter::Role::reader; }));
  const auto client = host.meter();
  REQUIRE(wait_for([&] { return client->role() == SharedMeter::Role::client; }));
  CHECK(client->so_far(77).missing == "no such window");

  const WindowId own = reader->open({.process = ::getpid(), .share = {.cores = 1}});
  const WindowId asked = client->open({.process = ::getpid(), .share = {.cores = 1}});
  REQUIRE(wait_for([&] { return client->so_far(asked).energy.has_value(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  client->mark(asked, "infer", 10);
  const WindowReport remote = close(*client, asked);
  const WindowReport local = close(*reader, own);
  REQUIRE(remote.whole.energy);
  REQUIRE(local.whole.energy);
  CHECK(remote.whole.energy->coverage > 0.9);
  CHECK(remote.whole.energy->upper.value > 50 * 0.05);
  REQUIRE(remote.phases.size() == 1);
  CHECK(remote.phases[0].items == 10);
  CHECK(close(*client, asked).whole.missing == "the window was not open");
}

TEST_CASE("shared meter: a look is a reading of its own, with every window, from any process",
          "[energy]") {
  Host host;
  const auto reader = host.meter();
  const Seconds begun = host.clock.now();
  const std::optional<HostView> first = reader->look(Seconds{20});
  REQUIRE(first);
  REQUIRE(first->channels.size() == 1);
  CHECK(first->channels[0].name == "sim:package-0");
  CHECK(first->windows.empty());
  const WindowId id = reader->open({.process = ::getpid(), .name = "study/1"});
  const auto client = host.meter();
  const std::optional<HostView> second = client->look(Seconds{20});
  REQUIRE(second);
  CHECK(client->role() == SharedMeter::Role::client);
  CHECK(second->at > first->at);
  const Joules counted = second->channels[0].joules - first->channels[0].joules;
  CHECK(counted.value > 0);
  CHECK(counted.value < 50 * (host.clock.now() - begun).value);
  REQUIRE(second->windows.size() == 1);
  CHECK(second->windows[0].name == "study/1");
  CHECK(second->windows[0].process == ::getpid());
  close(*reader, id);
  REQUIRE(client->look(Seconds{20})->windows.empty());
}

TEST_CASE("reader link: looks at readers of all terms, and says when one has gone", "[energy]") {
  Host host;
  const MeetingHost here{"boot", "host"};
  CHECK(reader_sockets(host.directory(), here).empty());
  CHECK(reader_sockets("/nowhere", here).empty());
  auto usual = host.meter();
  host.place = *meeting_place(host.directory(), here, "other terms");
  const auto other = host.meter();
  const WindowId id = other->open({.process = ::getpid(), .name = "mine"});
  REQUIRE(usual->look(Seconds{20}));
  REQUIRE(other->look(Seconds{20}));
  std::ofstream(host.directory() + "/evolt-energy-x.sock");
  const std::vector<std::string> sockets = reader_sockets(host.directory(), here);
  REQUIRE(sockets.size() == 2);
  std::size_t windows = 0;
  for (const std::string& socket : sockets) {
    auto link = ReaderLink::open(socket);
    REQUIRE(link.ok());
    const auto view = link->look(Seconds{20});
    REQUIRE(view.ok());
    CHECK(view->channels.size() == 1);
    windows += view->windows.size();
  }
  CHECK(windows == 1);
  close(*other, id);

  host.place = *meeting_place(host.directory(), here);
  auto link = ReaderLink::open(host.place.socket);
  REQUIRE(link->look(Seconds{20}).ok());
  usual.reset();
  CHECK(absl::IsUnavailable(link->look(Seconds{20}).status()));
  CHECK(absl::IsUnavailable(ReaderLink::open(host.place.socket).status()));
}

TEST_CASE("reader link: who does not answer, or speaks otherwise, is an error", "[energy]") {
  Host host;
  const auto listener = listen_at(host.place.socket);
  REQUIRE(listener.ok());
  auto silent = ReaderLink::open(host.place.socket);
  REQUIRE(silent.ok());
  CHECK(absl::IsDeadlineExceeded(silent->look(Seconds{0.02}).status()));
  UniqueFd(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC)).reset();
  for (const std::string& text : {std::string("{\"evolt_energy\":1}\n"), hello_line() + "what\n"}) {
    auto link = ReaderLink::open(host.place.socket);
    UniqueFd peer;
    REQUIRE(wait_for([&] {
      peer = UniqueFd(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
      return static_cast<bool>(peer);
    }));
    REQUIRE(::write(peer.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    CHECK(absl::IsFailedPrecondition(link->look(Seconds{20}).status()));
  }
}

TEST_CASE("shared meter: a look where nobody can read comes to an end", "[energy]") {
  Host host;
  const auto lock = take_lock(host.place.lock);  // held by nobody who reads
  const auto meter = host.meter();
  CHECK_FALSE(meter->look(Seconds{0.02}));
}

TEST_CASE("shared meter: what is open when the meter ends still hears of its end", "[energy]") {
  Host host;
  auto meter = host.meter();
  const WindowId id = meter->open({.process = ::getpid()});
  bool told = false;
  meter->close(id, {}, [&](const WindowReport&) { told = true; });
  meter.reset();
  CHECK(told);
}

TEST_CASE("shared meter: strangers' bytes end their connection, not the reader", "[energy]") {
  Host host;
  const auto reader = host.meter();
  REQUIRE(wait_for([&] { return reader->role() == SharedMeter::Role::reader; }));
  for (const std::string& text :
       {std::string("hello\n"), hello_line() + "{\"open\":{}}\n", std::string(100'000, 'x')}) {
    const auto socket = connect_to(host.place.socket);
    REQUIRE(socket.ok());
    LineSocket line(UniqueFd(::dup(socket->get())));
    line.put(text);
    std::vector<std::string> heard;
    CHECK(wait_for([&] { return !line.send() || !line.receive(heard); }));
  }
  const WindowId id = reader->open({.process = ::getpid()});
  REQUIRE(wait_for([&] { return reader->so_far(id).energy.has_value(); }));
}

TEST_CASE("shared meter: when the reader is killed another takes over, and the time is a gap",
          "[energy]") {
  Host host;
  const char* argv[] = {EVOLT_READER_PROCESS, host.directory().c_str(), nullptr};
  pid_t pid = -1;
  REQUIRE(::posix_spawn(&pid, argv[0], nullptr, nullptr, const_cast<char**>(argv), environ) == 0);
  // It writes the file when it reads.
  REQUIRE(wait_for([&] { return fs::exists(host.directory() + "/reads"); }));
  const auto client = host.meter();
  REQUIRE(wait_for([&] { return client->role() == SharedMeter::Role::client; }));
  const WindowId id = client->open({.process = ::getpid(), .share = {.cores = 2}});
  REQUIRE(wait_for([&] {
    const WindowFigure now = client->so_far(id);
    return now.energy && now.time.value > 0.1;
  }));
  const WindowFigure before = client->so_far(id);
  ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  REQUIRE(wait_for([&] { return client->role() == SharedMeter::Role::reader; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const WindowReport report = close(*client, id);
  REQUIRE(report.whole.energy);
  const EnergyReading& all = *report.whole.energy;
  CHECK(all.gap.value > 0);
  CHECK(all.coverage < 1);
  CHECK(all.lower >= before.energy->lower);
  CHECK(report.whole.time.value > before.time.value + 0.1);
  CHECK(all.joules.value > before.energy->joules.value);
}

}  // namespace evolt
