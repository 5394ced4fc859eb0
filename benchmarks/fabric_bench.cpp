// What our own MPI transport costs between two ranks, as LogGP parameters: mpirun -n 2
// fabric_bench. Rank 0 prints them. Source: Culler, Liu, Martin & Yoshikawa 1996, "Assessing fast
// network interfaces": half a round trip is L + 2o, sending without waiting shows o, a flood shows
// g; G is what a long round trip takes more (Alexandrov et al. 1995).
#include "core/clock.hpp"
#include "service/run/launcher.hpp"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace evolt;

constexpr int kRounds = 2000;
constexpr int kFlood = 2000;
constexpr std::size_t kSmall = 64;
constexpr std::size_t kLong = 65'536;

class Pair {
 public:
  explicit Pair(Transport& transport)
      : transport_(transport), other_{index(transport.self()) == 0 ? 1 : 0} {}

  bool leads() const { return index(transport_.self()) == 0; }

  void receive(int frames) {
    while (frames > 0) {
      frames -= static_cast<int>(transport_.poll().size());
    }
  }

  void send(std::size_t bytes) { transport_.send(other_, std::string(bytes, 'x')); }

  /// Half a round trip; the median.
  double half_trip(std::size_t bytes) {
    std::vector<double> halves;
    for (int round = 0; round < kRounds; ++round) {
      const Seconds before = clock_.now();
      if (leads()) {
        send(bytes);
        receive(1);
      } else {
        receive(1);
        send(bytes);
      }
      halves.push_back((clock_.now() - before).value / 2);
    }
    return median(halves);
  }

  /// For each message: the sender's time alone, and that of the whole flood.
  std::pair<double, double> flood() {
    std::vector<double> sending;
    const Seconds before = clock_.now();
    if (leads()) {
      for (int i = 0; i < kFlood; ++i) {
        const Seconds start = clock_.now();
        send(kSmall);
        sending.push_back((clock_.now() - start).value);
        transport_.poll();
      }
      receive(1);
    } else {
      receive(kFlood);
      send(1);
    }
    const double each = (clock_.now() - before).value / kFlood;
    return {sending.empty() ? 0 : median(sending), each};
  }

 private:
  static double median(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  }

  Transport& transport_;
  RankId other_;
  SystemClock clock_;
};

}  // namespace

int main() {
  auto transport = open_transport();
  if (!transport.ok() || (*transport)->ranks() != 2) {
    std::cerr << "usage: mpirun -n 2 fabric_bench\n";
    return EXIT_FAILURE;
  }
  Pair pair(**transport);
  pair.half_trip(kSmall);  // warms up
  const double small = pair.half_trip(kSmall);
  const double large = pair.half_trip(kLong);
  const auto [overhead, gap] = pair.flood();
  if (pair.leads()) {
    const double per_byte = (large - small) / static_cast<double>(kLong - kSmall);
    std::cout << absl::StrFormat(
        "L %.2f us  o %.2f us  g %.2f us  G %.3f ns/B  (half a trip %.2f us)\n",
        1e6 * std::max(small - 2 * overhead, 0.0), 1e6 * overhead, 1e6 * gap, 1e9 * per_byte,
        1e6 * small);
  }
  while (!(*transport)->idle()) {
    (*transport)->poll();
  }
  (*transport)->close();
  return EXIT_SUCCESS;
}
