#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/choice_model.hpp"
#include "propagator/encoding.hpp"
#include "propagator/foresight.hpp"
#include "propagator/gaussian.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

struct CmaEsOptions {
  std::string name = "cma_es";
  double sigma = 0.2;     ///< first step size, of the range
  bool foresight = true;  ///< whether a model stands in for results where it has been right
  bool restarts = true;   ///< whether a run that has converged is followed by another
  bool active = true;     ///< whether what is worse than the middle pushes away
};

/// CMA-ES without generations: a normal distribution over the numbers, and probabilities over the
/// choices, that follow the better half of every `population` results, in the order of arrival.
///
/// **Results that come late.** A configuration is bred from the distribution of its time, and comes
/// back when others have moved it. Its parent in the lineage is the best of the generation that
/// made that distribution, so its step then is known. The mean moves to where the good ones are
/// now; paths and covariance learn the step halfway between that of its birth and that from now.
/// The second alone lets sigma shrink too early, the first too late.
///
/// **Results of others.** Those better than the middle of the last generation count like its own,
/// with steps of bounded length (see Gaussian); before the first generation ends all count. Not in
/// a run that began elsewhere on purpose: they would draw it back.
///
/// **Genes.** A number beyond its bounds, in four draws, stands on the bound; what is learned
/// is where on average it would have been beyond it, and the mean may leave the box by one
/// deviation. So optima on the bounds, common in practice, are found as quickly as others;
/// reflection never gets there. Discrete numbers: level_margin.hpp. Choices: choice_model.hpp with
/// the same ranks. A gene that sleeps in a configuration learns nothing from it.
///
/// **Foresight** (numbers only, one objective, no conditions, no unmet requirements): a quadratic
/// model of the newest results. The better its ranking of what came in agrees with the truth, the
/// fewer results make a generation; the rest is drawn and ranked by the model, and what is bred is
/// the best of 20 draws by it. The share falls by a third each time while the rank correlation is
/// above 0.5, and rises while it is below 0.3 or results are more than 2.5 generations old, so that
/// many slots cannot make the model run away. Source: Hansen 2019, "A Global Surrogate Assisted
/// CMA-ES"; he evaluates the points of one generation until the model agrees, which would wait.
///
/// **The end of a run** comes when nothing better came for 10 population + 30 n results (the window
/// of Hansen 2009, "Benchmarking a BI-Population CMA-ES on the BBOB-2009 Function Testbed"), when
/// the deviations are below 1e-10, when the distribution is no longer one, or when half of a
/// generation had to stray since everything near was known. Then runs alternate between the
/// neighbourhood of the best and a twice as large population elsewhere (after Hansen 2009).
///
/// NaN scores are ignored. Several objectives: ranks are how many of the generation are ahead.
/// Equal ranks share their weights. Source: Hansen 2016, "The CMA Evolution Strategy: A Tutorial";
/// choices: Hamano et al. 2024, "CatCMA". Cost: n^2 per sample, n^3 / 6 per generation.
class CmaEs {
 public:
  /// Requires: `encoding` outlives this.
  explicit CmaEs(const Encoding& encoding, CmaEsOptions options = {});

  std::string_view name() const { return options_.name; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

 private:
  /// A distribution of the past, named by the best of the generation that made it.
  struct Birth {
    TrialId leader;
    std::vector<double> mean;
    double sigma = 0;
  };
  struct Row {
    TrialId id;
    std::vector<double> x;            ///< the numbers
    std::vector<double> y;            ///< its step at birth; empty when that is not known
    std::vector<bool> told;           ///< which numbers were active; empty: all
    std::vector<std::int64_t> picks;  ///< the choices; -1: asleep
    double violation = 0;
    std::vector<double> scores;
    bool own = false;
    bool imagined = false;
    std::size_t age = 0;  ///< generations since its birth
  };

  /// Tells this engine's random numbers from others.
  static constexpr std::uint64_t kStream = 0x636d61;

  static bool ahead(const Row& a, const Row& b);
  ChoiceModel fresh_choices() const;
  Row row_of(const Individual& individual) const;
  bool takes(const Row& row, const std::string& origin) const;
  std::vector<std::pair<std::size_t, std::size_t>> ranking() const;
  std::vector<double> ranked_weights();
  bool strayed() const;
  GaussianStep step_of(const Row& row, double weight) const;
  std::vector<double> drawn(Rng& rng) const;
  std::vector<double> settled(std::vector<double> x) const;
  void end_generation();
  void foresee();
  void learn();
  void keep_near_box();
  void keep_margins();
  bool ended() const;
  void begin_run();

  const Encoding* encoding_;
  CmaEsOptions options_;
  std::vector<std::size_t> numbers_;  ///< genes
  std::vector<std::size_t> choices_;  ///< genes
  std::size_t first_population_;
  std::size_t largest_population_;  ///< of the runs elsewhere
  std::size_t population_;          ///< of this run
  Gaussian gaussian_;
  ChoiceModel chooser_;
  Foresight foresight_;
  bool foresees_;
  double quota_;  ///< true results that make a generation
  std::uint64_t generation_ = 0;
  std::deque<Birth> births_;   ///< oldest first
  std::vector<Row> rows_;      ///< of the generation that is coming in
  std::optional<Row> middle_;  ///< of the last one
  std::optional<Row> best_;
  std::optional<Row> best_of_run_;
  std::size_t barren_ = 0;  ///< results since there was a better one
  std::uint64_t runs_ = 0;
  bool abroad_ = false;       ///< whether this run began away from what is known
  std::vector<double> left_;  ///< where the last run ended
  double left_radius_ = 0;
};

}  // namespace evolt
