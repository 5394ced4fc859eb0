#include "service/run/signals.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace evolt {
namespace {

/// `timeout`, launchers and schedulers signal a process, and then its group again.
constexpr std::chrono::seconds kOneAndTheSame{1};

}  // namespace

struct StopSignals::State {
  State(boost::asio::io_context& io, std::function<void(int)> hears)
      : signals(io, SIGINT, SIGTERM), on_first(std::move(hears)) {
    signals.add(SIGHUP);
    signals.add(SIGQUIT);
    wait(true);
  }

  void wait(bool first) {
    signals.async_wait([this, first](const boost::system::error_code& error, int signal) {
      if (error) {
        return;
      }
      const auto now = std::chrono::steady_clock::now();
      if (first) {
        began = now;
        on_first(signal);
      } else if (now - began > kOneAndTheSame) {
        std::_Exit(128 + signal);
      }
      wait(false);
    });
  }

  boost::asio::signal_set signals;
  std::function<void(int)> on_first;
  std::chrono::steady_clock::time_point began;
};

StopSignals::StopSignals(boost::asio::io_context& io, std::function<void(int)> on_first)
    : state_(std::make_unique<State>(io, std::move(on_first))) {}

StopSignals::~StopSignals() = default;

}  // namespace evolt
