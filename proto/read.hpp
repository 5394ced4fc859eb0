#pragma once

#include "core/event.hpp"
#include "core/message.hpp"

#include <absl/status/status.h>

#include <evolt/v1/message.pb.h>
#include <string>
#include <vector>

namespace evolt::detail {

/// Turns wire messages into our values. The first thing without a meaning is kept in status(); what
/// was read is worth nothing then. Thread: any; one reader for one record.
class Reader {
 public:
  Event event(const v1::Event& wire);
  Message message(const v1::Message& wire);
  Parcel parcel(const v1::Message& wire);

  /// OK, or invalid_argument naming the field.
  const absl::Status& status() const { return status_; }

 private:
  Trial trial(const v1::Trial& wire);
  Attempt attempt(const v1::Attempt& wire);
  Measurement measurement(const v1::Measurement& wire);
  EnergyReading energy(const v1::EnergyReading& wire);
  Usage usage(const v1::Usage& wire);
  Outcome outcome(const v1::Outcome& wire);
  Individual individual(const v1::Individual& wire);
  Stopped stopped(const v1::Stopped& wire);
  Parked parked(const v1::Parked& wire);
  Finished finished(const v1::Finished& wire);
  Lost lost(const v1::Lost& wire);
  Migrated migrated(const v1::Migrated& wire);
  Welcome welcome(const v1::Welcome& wire);
  Retry retry(const v1::Retry& wire);
  static Rest rest(const v1::Rest& wire);
  Moved moved(const v1::Moved& wire);
  Progress progress(const v1::Progress& wire);
  CurveEnded curve_ended(const v1::CurveEnded& wire);
  Params params(const google::protobuf::RepeatedPtrField<v1::Param>& wire);

  decltype(Event::what) what(const v1::Event& wire);

  /// Complains unless a required part is there.
  void need(bool present, const char* field);

  /// Our enumerator for a number on the wire; complains about those without one.
  template <typename Ours, typename Wire, std::size_t N>
  Ours decoded(const std::pair<Ours, Wire> (&table)[N], Wire number, const char* field);

  void complain(const char* field, const std::string& what);

  absl::Status status_;
};

}  // namespace evolt::detail
