#include "benchmarks/search_quality/pools.hpp"

#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/suites.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace evolt {
namespace {

// The best row of a small table is often hit exactly: at a lower floor one seed more or less would
// decide the mean over tables.
constexpr double kFloor = 0.1;
constexpr std::size_t kFewestRows = 50;  // twice the first checkpoint

std::vector<std::string> tables_below(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> found;
  for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().filename() == "space.json") {
      found.push_back(at->path().parent_path().lexically_relative(directory).string());
    }
  }
  if (error) {
    throw std::runtime_error("cannot read " + directory + ": " + error.message());
  }
  if (found.empty()) {
    throw std::runtime_error("there is no table below " + directory);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Pools read_pools(const std::string& directory) {
  Pools pools;
  for (const std::string& name : tables_below(directory)) {
    try {
      pools.tables.push_back(
          {name, name.substr(0, name.find('/')),
           std::make_shared<const PoolTable>((std::filesystem::path(directory) / name).string())});
    } catch (const Unsuitable& reason) {
      pools.left_out.push_back(name + ": " + reason.what());
    }
  }
  return pools;
}

Problem pool_problem(const Pool& pool, Rows rows) {
  const std::shared_ptr<const PoolTable> table = pool.table;
  return {.name = pool.name,
          .space = table->space(),
          .checkpoints = {},
          .workers = {1, 16},
          .best_known = table->best(),
          .worst = table->worst(),
          .floor = kFloor,
          .front = std::nullopt,
          .instance = [table, rows](std::uint64_t /*seed*/) -> Evaluate {
            return [table, used = std::vector<bool>(rows == Rows::once ? table->rows().size() : 0)](
                       const Params& params, std::span<double> values) mutable {
              const std::size_t row = table->nearest(params, used);
              if (!used.empty()) {
                used[row] = true;
              }
              values[0] =
                  table->rows()[row].score.value_or(std::numeric_limits<double>::quiet_NaN());
            };
          }};
}

std::vector<Problem> pool_problems(Pools& pools, Rows rows) {
  std::erase_if(pools.tables, [&](const Pool& pool) {
    const std::size_t count = pool.table->rows().size();
    if (count < kFewestRows) {
      pools.left_out.push_back(absl::StrCat(pool.name, ": ", count, " different rows are too few"));
    }
    return count < kFewestRows;
  });
  std::map<std::string, std::size_t> fewest;
  for (const Pool& pool : pools.tables) {
    const auto [at, fresh] = fewest.try_emplace(pool.collection, pool.table->rows().size());
    at->second = std::min(at->second, pool.table->rows().size());
  }
  std::vector<Problem> problems;
  for (const Pool& pool : pools.tables) {
    Problem problem = pool_problem(pool, rows);
    problem.suite = "P";
    problem.group = pool.collection;
    problem.checkpoints = checkpoints_at({25, 50, 100, 200});
    std::erase_if(problem.checkpoints, [&](const Checkpoint& checkpoint) {
      return checkpoint.evaluations * 2 > static_cast<std::int64_t>(fewest.at(pool.collection));
    });
    problems.push_back(std::move(problem));
  }
  return problems;
}

Suite pool_suite(const SuiteSources& sources) {
  const bool shipped = sources.pools.empty();
  Pools pools = read_pools(shipped ? sources.data + "/pools" : sources.pools);
  if (shipped) {
    pools.left_out.emplace_back("all but what is shipped: name a directory of tables with --pools");
  }
  std::vector<Problem> problems = pool_problems(pools, sources.rows);
  return {std::move(problems), std::move(pools.left_out)};
}

}  // namespace evolt
