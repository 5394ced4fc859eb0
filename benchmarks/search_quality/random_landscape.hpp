#pragma once

#include "core/rng.hpp"
#include "core/search_space.hpp"
#include "core/value.hpp"
#include "propagator/encoding.hpp"

#include <cstddef>
#include <vector>

namespace evolt {

/// A made-up loss on any space in [0, 1), smallest (0) at one drawn configuration.
///
/// Each value of the space's first choice has an optimum of its own and, but for the best one, a
/// handicap: the right branch may look worse until it is tuned. Around an optimum the loss grows
/// with each parameter's distance, at weights spread over two decades (few parameters matter),
/// smoothly, sharply, behind a tolerance or in ripples; wrong choices cost; pairs of numbers form
/// narrow valleys; a wrong choice moves where a number is best; beyond an edge of one number
/// training diverges, and the loss is close to 1 whatever else was chosen.
class RandomLandscape {
 public:
  /// Requires: the space's first parameter is a choice.
  RandomLandscape(const SearchSpace& space, Rng& rng);

  /// Thread: any. Requires: params fit the space.
  double loss(const Params& params) const;

  /// The configuration with loss 0.
  Params optimum() const;

 private:
  enum class Shape { smooth, sharp, tolerant, rippled };

  /// How one parameter counts.
  struct Term {
    double weight = 1;
    Shape shape = Shape::smooth;
    std::vector<double> costs;  ///< of wrong choices; empty: a number
  };

  /// Two numbers that should deviate together, or a choice that moves a number's best place.
  struct Pair {
    std::size_t first = 0;
    std::size_t second = 0;
    double slope = 0;
    double weight = 0;
  };

  struct Branch {
    double handicap = 0;
    Genome best;
  };

  double deviation(const Genome& genome, const Branch& branch, std::size_t gene) const;
  double term(const Term& term, double deviation) const;

  Encoding encoding_;
  std::size_t best_branch_ = 0;
  std::vector<Branch> branches_;
  std::vector<Term> terms_;
  std::vector<Pair> valleys_;
  std::vector<Pair> moves_;
  std::size_t diverging_ = 0;  ///< gene; the number of genes where none diverges
  double edge_ = 1;
};

}  // namespace evolt
