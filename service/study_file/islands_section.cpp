#include "service/study_file/sections.hpp"

#include <absl/strings/str_cat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace evolt::detail {
namespace {

std::vector<IslandKind> read_kinds(const Section& islands) {
  std::vector<IslandKind> kinds;
  const auto field = islands.find("kind");
  if (!field) {
    return kinds;
  }
  for (const Field& each : field->elements("tables: [[islands.kind]]")) {
    const Section section(islands.document(), each, keys_of("islands.kind"), "[[islands.kind]]");
    IslandKind& kind = kinds.emplace_back();
    kind.propagator =
        read_propagator(section.need("propagator", "the name of a propagator, or a command"));
    if (const auto share = section.find("share")) {
      kind.share = share->number();
      if (!(kind.share > 0)) {
        share->fail(share->key() + " is out of range", "more than 0");
      }
    }
  }
  return kinds;
}

std::string of_islands(std::int32_t count) {
  return absl::StrCat("as many as islands.count: ", count);
}

std::vector<std::int32_t> read_sizes(const Field& field, std::int32_t islands) {
  std::vector<std::int32_t> sizes;
  for (const Field& each : field.elements("numbers of ranks")) {
    sizes.push_back(each.count(1, 1'000'000));
  }
  if (std::ssize(sizes) != islands) {
    field.fail(absl::StrCat("islands.sizes has ", sizes.size(), " numbers"), of_islands(islands));
  }
  return sizes;
}

std::vector<std::vector<double>> read_links(const Field& field, std::int32_t islands) {
  std::vector<std::vector<double>> links;
  for (const Field& row : field.elements("rows of probabilities")) {
    std::vector<double>& probabilities = links.emplace_back();
    for (const Field& each : row.elements("probabilities")) {
      probabilities.push_back(each.number(0, 1));
    }
    if (std::ssize(probabilities) != islands) {
      row.fail(absl::StrCat("a row of islands.topology has ", probabilities.size(), " numbers"),
               of_islands(islands));
    }
    const std::size_t self = links.size() - 1;
    if (self < probabilities.size() && probabilities[self] > 0) {
      row.fail(absl::StrCat("island ", self, " cannot be linked to itself"), "0");
    }
  }
  if (std::ssize(links) != islands) {
    field.fail(absl::StrCat("islands.topology has ", links.size(), " rows"), of_islands(islands));
  }
  return links;
}

}  // namespace

IslandSettings read_islands(const Section& file) {
  const Section section = file.table("islands");
  IslandSettings islands;
  if (const auto count = section.find("count")) {
    islands.count = count->count(1);
  }
  if (const auto sizes = section.find("sizes")) {
    islands.sizes = read_sizes(*sizes, islands.count);
  }
  if (const auto population = section.find("population")) {
    islands.population = population->count(2);
  }
  if (const auto topology = section.find("topology")) {
    if (topology->is_array()) {
      islands.links = read_links(*topology, islands.count);
    } else {
      islands.topology =
          topology->word({"ring", "full", "random", "torus", "star", "random_regular"});
    }
  }
  if (const auto mode = section.find("mode")) {
    islands.mode = mode->word({"pollinate", "migrate"});
  }
  if (const auto probability = section.find("probability")) {
    islands.probability = probability->number(0, 1);
    if (!islands.links.empty()) {
      probability->fail(
          "islands.probability has no effect beside a matrix in islands.topology, "
          "which has a probability for each link; leave one of them out");
    }
  }
  if (const auto every_results = section.find("every_results")) {
    islands.every_results = every_results->count(1);
  }
  if (const auto size = section.find("size")) {
    islands.size = size->count(1, islands.population);
  }
  if (const auto emigrate = section.find("emigrate")) {
    islands.emigrate = emigrate->word({"best", "random", "diverse"});
  }
  if (const auto replace = section.find("replace")) {
    islands.replace = replace->word({"worst", "random", "similar"});
    if (islands.replace != "worst" && islands.mode == "migrate") {
      replace->fail(
          "islands.replace has no effect where individuals move: they leave room where "
          "they come from",
          "islands.mode = \"pollinate\"");
    }
  }
  if (const auto learn_from = section.find("learn_from")) {
    islands.learn_from = learn_from->word({"all", "island"});
  }
  if (const auto self_tuning = section.find("self_tuning")) {
    islands.self_tuning = self_tuning->flag();
  }
  islands.kind = read_kinds(section);
  if (std::ssize(islands.kind) > islands.count) {
    throw_at(section.document(), section.find("kind")->key_place(),
             Complaint{.what = absl::StrCat("islands.kind: there are ", islands.kind.size(),
                                            " kinds, and islands.count is ", islands.count),
                       .key = "islands.kind",
                       .allowed = "as many islands as kinds, or more"});
  }
  return islands;
}

}  // namespace evolt::detail
