#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// Turns INT, TERM, HUP and QUIT into a polite end: `on_first` hears the first. A second one,
/// a second later or more, ends the process at once with 128 + its number; the helpers of running
/// trials then clean up by themselves.
class StopSignals {
 public:
  StopSignals(boost::asio::io_context& io, std::function<void(int signal)> on_first);
  ~StopSignals();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace evolt
