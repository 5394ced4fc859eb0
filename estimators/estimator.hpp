#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/parked_trials.hpp"

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace evolt {

/// A stopping rule: judges one running trial, whose last point is the newest, against every curve
/// known (its own included). Values are smaller-is-better; a forecast is in the same sense.
template <class E>
concept Judges = std::copyable<E> &&
    requires(const E e, const Curve& curve, const History& history) {
  { e.name() } -> std::convertible_to<std::string_view>;
  { e.judge(curve, history) } -> std::same_as<Verdict>;
};

/// Any stopping rule, by value. One that learns adds `void observe(const Curve&, Ending)`, called
/// when a curve is complete. One that parks trials adds
/// `std::optional<TrialId> resume(const ParkedTrials&, const History&, bool more) const`: which of
/// a rank's parked trials should go on now; `more` tells whether others run or will be bred. One
/// that judges at certain steps only adds `std::optional<std::int64_t> goal(std::int64_t step)
/// const`: the next such step for a trial that has come to `step`; nullopt: there is none before
/// its end.
class Estimator {
 public:
  template <class E>
  requires(!std::same_as<E, Estimator> && Judges<E>) Estimator(E estimator)
      : self_(std::make_unique<Model<E>>(std::move(estimator))) {}
  Estimator(const Estimator& other) : self_(other.self_->clone()) {}
  Estimator(Estimator&&) noexcept = default;
  Estimator& operator=(const Estimator& other) {
    self_ = other.self_->clone();
    return *this;
  }
  Estimator& operator=(Estimator&&) noexcept = default;
  ~Estimator() = default;

  std::string_view name() const { return self_->name(); }
  Verdict judge(const Curve& curve, const History& history) const {
    return self_->judge(curve, history);
  }
  void observe(const Curve& curve, Ending ending) { self_->observe(curve, ending); }
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const {
    return self_->resume(parked, history, more);
  }
  std::optional<std::int64_t> goal(std::int64_t step) const { return self_->goal(step); }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual std::unique_ptr<Concept> clone() const = 0;
    virtual std::string_view name() const = 0;
    virtual Verdict judge(const Curve&, const History&) const = 0;
    virtual void observe(const Curve&, Ending) = 0;
    virtual std::optional<TrialId> resume(const ParkedTrials&, const History&, bool) const = 0;
    virtual std::optional<std::int64_t> goal(std::int64_t) const = 0;
  };
  template <class E>
  struct Model final : Concept {
    explicit Model(E e) : estimator(std::move(e)) {}
    std::unique_ptr<Concept> clone() const override { return std::make_unique<Model>(estimator); }
    std::string_view name() const override { return estimator.name(); }
    Verdict judge(const Curve& curve, const History& history) const override {
      return estimator.judge(curve, history);
    }
    void observe(const Curve& curve, Ending ending) override {
      if constexpr (requires { estimator.observe(curve, ending); }) {
        estimator.observe(curve, ending);
      }
    }
    std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                  bool more) const override {
      if constexpr (requires { estimator.resume(parked, history, more); }) {
        return estimator.resume(parked, history, more);
      } else {
        return std::nullopt;
      }
    }
    std::optional<std::int64_t> goal(std::int64_t step) const override {
      if constexpr (requires { estimator.goal(step); }) {
        return estimator.goal(step);
      } else {
        return std::nullopt;
      }
    }
    E estimator;
  };
  std::unique_ptr<Concept> self_;
};

}  // namespace evolt
