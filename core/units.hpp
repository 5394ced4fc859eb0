#pragma once

#include <compare>

namespace evolt {

/// A number with its unit in the type. Units: the SI unit that the alias names.
template <typename Unit>
struct Quantity {
  double value = 0;

  friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend constexpr Quantity operator*(Quantity a, double k) { return {a.value * k}; }
  friend constexpr Quantity operator*(double k, Quantity a) { return {a.value * k}; }
  friend constexpr Quantity operator/(Quantity a, double k) { return {a.value / k}; }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
  constexpr Quantity& operator+=(Quantity b) {
    value += b.value;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity b) {
    value -= b.value;
    return *this;
  }
};

using Seconds = Quantity<struct SecondUnit>;
using Joules = Quantity<struct JouleUnit>;
using Watts = Quantity<struct WattUnit>;

constexpr Joules operator*(Watts power, Seconds time) {
  return {power.value * time.value};
}
constexpr Watts operator/(Joules energy, Seconds time) {
  return {energy.value / time.value};
}

}  // namespace evolt
