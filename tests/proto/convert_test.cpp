#include "proto/convert.hpp"

#include "proto/enums.hpp"
#include "tests/proto/arbitrary.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <memory>
#include <span>

using namespace evolt;
using evolt::test::Arbitrary;

namespace {

constexpr int kRounds = 400;

std::string bytes_of(const v1::Event& wire) {
  return wire.SerializeAsString();
}

std::string frame_of(std::span<const Parcel> parcels) {
  std::string frame;
  for (const Parcel& parcel : parcels) {
    append_encoded(parcel, frame);
  }
  return frame;
}

std::string frame_of(const Parcel& parcel) {
  return frame_of(std::span(&parcel, 1));
}

/// The parcels alone; none where the frame cannot be read.
std::vector<Parcel> parcels_of(std::string_view frame) {
  std::vector<Parcel> parcels;
  const auto unpacked = decode_frame(frame);
  if (unpacked.ok()) {
    for (const Unpacked& one : *unpacked) {
      parcels.push_back(one.parcel);
    }
  }
  return parcels;
}

std::string frame_of(const v1::Message& wire) {
  v1::Frame frame;
  *frame.add_messages() = wire;
  return frame.SerializeAsString();
}

/// A wire event with everything in its place, for tests that take one thing away.
v1::Event whole_event(std::size_t kind) {
  v1::Event wire;
  REQUIRE(wire.ParseFromString(encode(Arbitrary(1, false).event(kind))));
  return wire;
}

v1::Message whole_message(std::size_t kind) {
  v1::Frame frame;
  REQUIRE(frame.ParseFromString(frame_of(Parcel{Arbitrary(1, false).message(kind), {}})));
  return frame.messages(0);
}

}  // namespace

TEST_CASE("convert: every field of every event survives", "[proto]") {
  const std::size_t kind = GENERATE(range(std::size_t{0}, std::size_t{7}));
  Arbitrary arbitrary(kind, false);
  for (int i = 0; i < kRounds; ++i) {
    const Event event = arbitrary.event(kind);
    const auto back = decode_event(encode(event));
    REQUIRE(back.ok());
    REQUIRE(*back == event);
  }
}

TEST_CASE("convert: events that were packed together come back in order", "[proto]") {
  Arbitrary arbitrary(3, false);
  std::vector<Event> events;
  std::string bytes;
  v1::Events wire;
  for (int i = 0; i < kRounds; ++i) {
    events.push_back(arbitrary.event());
    append_encoded(events.back(), bytes);
    REQUIRE(wire.add_events()->ParseFromString(encode(events.back())));
  }
  CHECK(bytes == wire.SerializeAsString());
  const auto back = decode_events(bytes);
  REQUIRE(back.ok());
  CHECK(*back == events);
  CHECK(decode_events("")->empty());
  bytes.pop_back();
  CHECK(absl::IsDataLoss(decode_events(bytes).status()));
}

TEST_CASE("convert: every field of every message survives", "[proto]") {
  const std::size_t kind = GENERATE(range(std::size_t{0}, std::variant_size_v<Message>));
  Arbitrary arbitrary(kind, false);
  for (int i = 0; i < kRounds; ++i) {
    const Parcel parcel = arbitrary.parcel(kind);
    const auto back = decode_frame(frame_of(parcel));
    REQUIRE(back.ok());
    REQUIRE(back->size() == 1);
    REQUIRE(back->front().parcel == parcel);
  }
}

TEST_CASE("convert: a frame keeps the order of its parcels, and each has its bytes", "[proto]") {
  Arbitrary arbitrary(3, false);
  std::vector<Parcel> parcels;
  for (int i = 0; i < kRounds; ++i) {
    parcels.push_back(arbitrary.parcel());
  }
  const std::string frame = frame_of(parcels);
  CHECK(parcels_of(frame) == parcels);
  std::string passed_on;
  const auto unpacked = decode_frame(frame);
  for (const Unpacked& one : unpacked.value()) {
    passed_on.append(one.wire);
  }
  CHECK(passed_on == frame);
  CHECK(decode_frame("").value().empty());
  v1::Frame wire;
  REQUIRE(wire.ParseFromString(frame));
  CHECK(wire.messages_size() == kRounds);
}

TEST_CASE("convert: a broadcast of no rank, or for no island, is refused", "[proto]") {
  v1::Message wire = whole_message(9);
  wire.set_origin(0x80000000U);
  CHECK(decode_frame(frame_of(wire)).status().code() == absl::StatusCode::kInvalidArgument);
  wire.set_origin(1);
  wire.set_island(0xffffffffU);
  CHECK(decode_frame(frame_of(wire)).status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("convert: the same value gives the same bytes, NaN included", "[proto]") {
  Arbitrary arbitrary(5, true);
  for (int i = 0; i < kRounds; ++i) {
    const Event event = arbitrary.event();
    const std::string bytes = encode(event);
    REQUIRE(bytes == encode(event));
    REQUIRE(encode(*decode_event(bytes)) == bytes);
    const std::string frame = frame_of(arbitrary.parcel());
    REQUIRE(frame_of(parcels_of(frame)) == frame);
  }
}

TEST_CASE("convert: NaN stays NaN and the sign of zero stays", "[proto]") {
  Measured measured{.trial = {1, 0, 1},
                    .measurement = {.step = 1, .metrics = {{"loss", std::nan("")}, {"gap", -0.0}}}};
  const auto back = decode_event(encode(Event{{0}, measured}));
  REQUIRE(back.ok());
  const auto& metrics = std::get<Measured>(back->what).measurement.metrics;
  CHECK(std::isnan(metrics.at(0).second));
  CHECK(std::signbit(metrics.at(1).second));
}

TEST_CASE("convert: absent differs from zero", "[proto]") {
  Outcome outcome;
  const auto round = [&] {
    const auto back = decode_event(encode(Event{{0}, Finished{.outcome = outcome}}));
    REQUIRE(back.ok());
    return std::get<Finished>(back->what).outcome;
  };
  CHECK_FALSE(round().exit_code.has_value());
  CHECK_FALSE(round().usage.energy.has_value());
  CHECK_FALSE(round().usage.startup.has_value());
  outcome.exit_code = 0;
  outcome.usage.startup = Seconds{0};
  outcome.usage.max_rss = 0;
  outcome.usage.energy = EnergyReading{};
  CHECK(round() == outcome);
}

TEST_CASE("convert: bytes of no event are data loss", "[proto]") {
  const std::string good = encode(Arbitrary(2, false).event(0));
  for (const std::string& bad : {std::string("\xff\xff\xff"), good.substr(0, good.size() - 1),
                                 std::string("\x12\x7f"), std::string("{\"json\":1}")}) {
    CHECK(decode_event(bad).status().code() == absl::StatusCode::kDataLoss);
    CHECK(decode_frame("\x0a\x7f" + bad).status().code() == absl::StatusCode::kDataLoss);
  }
}

TEST_CASE("convert: an event or a message of no known kind is refused", "[proto]") {
  CHECK(decode_event("").status().code() == absl::StatusCode::kInvalidArgument);
  v1::Event newer;
  newer.set_at_seconds(1);
  newer.GetReflection()->MutableUnknownFields(&newer)->AddLengthDelimited(1000, "news");
  CHECK(decode_event(bytes_of(newer)).status().code() == absl::StatusCode::kInvalidArgument);
  v1::Events packed;
  *packed.add_events() = newer;
  CHECK(absl::IsInvalidArgument(decode_events(packed.SerializeAsString()).status()));
  CHECK(decode_frame(frame_of(v1::Message())).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("convert: a field that a newer version added is passed over", "[proto]") {
  v1::Event newer = whole_event(2);
  newer.mutable_measured()
      ->GetReflection()
      ->MutableUnknownFields(newer.mutable_measured())
      ->AddVarint(999, 7);
  const auto back = decode_event(bytes_of(newer));
  REQUIRE(back.ok());
  CHECK(*back == Arbitrary(1, false).event(2));
}

TEST_CASE("convert: an enumerator without a meaning is refused by name", "[proto]") {
  const int number = GENERATE(0, 99, -1);
  const auto refuses = [](const absl::Status& status, const char* field) {
    INFO(status.ToString());
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(std::string(status.message()).find(field) != std::string::npos);
  };
  v1::Event ending = whole_event(4);
  ending.mutable_finished()->mutable_outcome()->set_ending(static_cast<v1::Ending>(number));
  refuses(decode_event(bytes_of(ending)).status(), "outcome.ending");
  v1::Event failure = whole_event(4);
  failure.mutable_finished()->mutable_outcome()->set_failure(static_cast<v1::Failure>(number));
  refuses(decode_event(bytes_of(failure)).status(), "outcome.failure");
  v1::Event label = whole_event(2);
  label.mutable_measured()->mutable_measurement()->mutable_energy()->set_label(
      static_cast<v1::EnergyLabel>(number));
  refuses(decode_event(bytes_of(label)).status(), "energy.label");
  v1::Message standing = whole_message(2);
  standing.mutable_admitted()->mutable_individual()->set_standing(
      static_cast<v1::Standing>(number));
  refuses(decode_frame(frame_of(standing)).status(), "individual.standing");
  v1::Message curve = whole_message(5);
  curve.mutable_curve_ended()->set_ending(static_cast<v1::Ending>(number));
  refuses(decode_frame(frame_of(curve)).status(), "curve_ended.ending");
  v1::Message halt = whole_message(11);
  halt.mutable_halt()->set_reason(static_cast<v1::EndReason>(number));
  refuses(decode_frame(frame_of(halt)).status(), "halt.reason");
}

TEST_CASE("convert: a missing part is refused by name", "[proto]") {
  // Every singular sub-message but energy, what was used before, why it was parked and whom it
  // inherits from is required: take each away in turn, at every depth.
  const auto without_each = [&](auto&& self, google::protobuf::Message& at,
                                const auto& check) -> int {
    int taken = 0;
    const auto* reflection = at.GetReflection();
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    reflection->ListFields(at, &fields);
    for (const auto* field : fields) {
      if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE ||
          field->is_repeated() || field->name() == "energy" || field->name() == "used" ||
          field->name() == "inherits_from" || field->full_name() == "evolt.v1.Retry.parked") {
        continue;
      }
      taken += self(self, *reflection->MutableMessage(&at, field), check);
      if (field->real_containing_oneof() == nullptr) {
        std::unique_ptr<google::protobuf::Message> kept(reflection->GetMessage(at, field).New());
        kept->CopyFrom(reflection->GetMessage(at, field));
        reflection->ClearField(&at, field);
        check(field->name());
        reflection->MutableMessage(&at, field)->CopyFrom(*kept);
        ++taken;
      }
    }
    return taken;
  };
  const auto misses = [](const absl::Status& status, const std::string& field) {
    INFO(field << " / " << status.ToString());
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(std::string(status.message()).find(field + " is missing") != std::string::npos);
  };
  int taken = 0;
  for (std::size_t kind = 0; kind < std::variant_size_v<decltype(Event::what)>; ++kind) {
    v1::Event wire = whole_event(kind);
    taken += without_each(without_each, wire, [&](const std::string& field) {
      misses(decode_event(bytes_of(wire)).status(), field);
    });
  }
  for (std::size_t kind = 0; kind < std::variant_size_v<Message>; ++kind) {
    v1::Message wire = whole_message(kind);
    taken += without_each(without_each, wire, [&](const std::string& field) {
      misses(decode_frame(frame_of(wire)).status(), field);
    });
  }
  CHECK(taken > 25);

  v1::Event bred = whole_event(0);
  bred.mutable_bred()->mutable_trial()->add_params()->set_name("lr");
  misses(decode_event(bytes_of(bred)).status(), "param.value");
}

TEST_CASE("convert: parents as earlier versions wrote them are read", "[proto]") {
  v1::Event wire = whole_event(0);
  v1::Lineage& lineage = *wire.mutable_bred()->mutable_trial()->mutable_lineage();
  lineage.clear_parent_ids();
  v1::TrialId& parent = *lineage.add_parents();
  parent.set_incarnation(2);
  parent.set_rank(7);
  parent.set_counter(99);
  const auto event = decode_event(bytes_of(wire));
  REQUIRE(event.ok());
  CHECK(std::get<Bred>(event->what).trial.lineage.parents ==
        std::vector<TrialId>{TrialId{2, 7, 99}});
}

TEST_CASE("convert: no input makes decoding crash", "[proto]") {
  Rng rng({7});
  Arbitrary arbitrary(8, true);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = frame_of(arbitrary.parcel());
    for (std::size_t hits = 1 + rng.below(4); hits > 0 && !bytes.empty(); --hits) {
      bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
    }
    if (const auto back = decode_frame(bytes); back.ok()) {
      CHECK(decode_frame(frame_of(parcels_of(bytes))).ok());
    }
    if (const auto event = decode_event(bytes); event.ok()) {
      CHECK(decode_event(encode(*event)).ok());
    }
  }
}
