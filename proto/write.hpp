#pragma once

#include "core/event.hpp"
#include "core/message.hpp"

#include <evolt/v1/message.pb.h>

namespace evolt::detail {

/// Fills a wire message, which must be empty, with one of our values. Thread: any.
void write(const Event& event, v1::Event& wire);
void write(const Parcel& parcel, v1::Message& wire);

}  // namespace evolt::detail
