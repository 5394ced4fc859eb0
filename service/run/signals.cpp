#include "service/run/signals.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace evolt {

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
        heard = now;
        on_first(signal);
      } else if (now - heard > kSame) {
        std::_Exit(128 + signal);
      }
      wait(false);
    });
  }

  /// A launcher and a supervisor may both pass the same signal on.
  static constexpr std::chrono::milliseconds kSame{300};

  boost::asio::signal_set signals;
  std::chrono::steady_clock::time_point heard;
  std::function<void(int)> on_first;
};

StopSignals::StopSignals(boost::asio::io_context& io, std::function<void(int)> on_first)
    : state_(std::make_unique<State>(io, std::move(on_first))) {}

StopSignals::~StopSignals() = default;

}  // namespace evolt
