#include "service/run/display.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace evolt {
namespace {

constexpr Seconds kBetweenLines{5};

std::int64_t ended(const Ledger& ledger) {
  const TrialCounts& counts = ledger.counts();
  return counts.finished + counts.stopped + counts.failed;
}

}  // namespace

std::string clock_text(Seconds duration) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::max(duration.value, 0.0)));
  const std::int64_t hours = whole / 3600;
  if (hours > 0) {
    return absl::StrFormat("%d:%02d:%02d", hours, whole / 60 % 60, whole % 60);
  }
  return absl::StrFormat("%d:%02d", whole / 60, whole % 60);
}

Display::Display(DisplayOptions options, std::ostream& out, const Clock& clock,
                 const Ledger& ledger)
    : options_(options),
      out_(out),
      clock_(clock),
      began_(clock.now()),
      drawn_at_(began_ - kBetweenLines),
      ended_before_(ended(ledger)) {}

std::string Display::line(const Ledger& ledger) const {
  const TrialCounts& counts = ledger.counts();
  const std::int64_t done = ended(ledger);
  const Seconds spent = clock_.now() - began_;
  std::string text =
      absl::StrCat(done, "/", options_.budget, "  running ", counts.running - counts.parked,
                   "  stopped ", counts.stopped, "  failed ", counts.failed);
  if (counts.parked > 0) {
    absl::StrAppend(&text, "  parked ", counts.parked);
  }
  if (const LedgerTrial* const best = ledger.best()) {
    absl::StrAppend(&text, "  best ", ledger.options().names.front(), " ",
                    absl::StrFormat("%.6g", ledger.in_users_sign(0, best->result->scores.front())),
                    " (#", best->number, ")");
  }
  absl::StrAppend(&text, "  ", clock_text(spent));
  const std::int64_t here = done - ended_before_;
  if (here > 0 && done < options_.budget) {
    const double left = static_cast<double>(options_.budget - done) / static_cast<double>(here);
    absl::StrAppend(&text, "  ETA ", clock_text(spent * left));
  }
  return text;
}

void Display::draw(const Ledger& ledger) {
  if (options_.terminal) {
    out_ << '\r' << line(ledger) << "\x1b[K" << std::flush;
  } else {
    out_ << line(ledger) << std::endl;
  }
  drawn_at_ = clock_.now();
  ended_drawn_ = ended(ledger);
  best_drawn_ = ledger.best() == nullptr ? 0 : ledger.best()->number;
}

void Display::update(const Ledger& ledger) {
  const std::int64_t best = ledger.best() == nullptr ? 0 : ledger.best()->number;
  const bool news = ended(ledger) != ended_drawn_;
  const bool due = clock_.now() - drawn_at_ >= kBetweenLines;
  if (options_.terminal || (news && (due || best != best_drawn_))) {
    draw(ledger);
  }
}

void Display::finish(const Ledger& ledger) {
  if (options_.terminal) {
    draw(ledger);
    out_ << std::endl;
  } else if (ended(ledger) != ended_drawn_) {
    draw(ledger);
  }
}

}  // namespace evolt
