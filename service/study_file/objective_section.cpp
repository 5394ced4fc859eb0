#include "service/study_file/parts_json.hpp"
#include "service/study_file/sections.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace evolt {
namespace {

struct KindWord {
  const char* word;
  ObjectiveKind kind;
  std::vector<std::string_view> options;
};

const std::vector<KindWord>& kinds() {
  static const std::vector<KindWord> kKinds = {
      {"metric", ObjectiveKind::metric, {}},
      {"pareto", ObjectiveKind::pareto, {}},
      {"per_joule",
       ObjectiveKind::per_joule,
       {"form", "cost", "chance", "target", "exponent", "floor", "cost_range"}},
      {"zeus_cost", ObjectiveKind::zeus_cost, {"target", "eta", "most_power"}},
      {"joules_to_target", ObjectiveKind::joules_to_target, {"target"}},
  };
  return kKinds;
}

constexpr std::array<std::pair<const char*, EfficiencyForm>, 3> kForms = {{
    {"ratio", EfficiencyForm::ratio},
    {"pepr", EfficiencyForm::pepr},
    {"neural_power", EfficiencyForm::neural_power},
}};

const KindWord& of(ObjectiveKind kind) {
  return *std::find_if(kinds().begin(), kinds().end(),
                       [&](const KindWord& each) { return each.kind == kind; });
}

}  // namespace

std::vector<std::string> ObjectiveSettings::names() const {
  std::vector<std::string> all = maximize;
  all.insert(all.end(), minimize.begin(), minimize.end());
  return all;
}

std::vector<std::string> ObjectiveSettings::score_names() const {
  if (!combines()) {
    return names();
  }
  return {absl::StrCat(of(kind).word, "(", names().front(), ")")};
}

std::size_t ObjectiveSettings::scores_maximized() const {
  if (!combines()) {
    return maximize.size();
  }
  const EfficiencyOptions how{.form = form, .maximized = !maximize.empty()};
  return kind == ObjectiveKind::per_joule && more_is_better(how) ? 1 : 0;
}

namespace detail {
namespace {

using Json = nlohmann::ordered_json;

void check_metric_name(const Field& field, const std::string& name) {
  if (name.empty() || std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
      })) {
    throw_at(field.document(), field.node().place,
             Complaint{.what = absl::StrCat(field.key(), ": ", in_quotes(name),
                                            " is not the name of a metric"),
                       .key = field.key(),
                       .allowed = "a name without blanks; an expression is never written here"});
  }
}

std::vector<std::string> read_names(const Section& objective, std::string_view key) {
  std::vector<std::string> names;
  const auto field = objective.find(key);
  if (!field) {
    return names;
  }
  const auto add = [&](const Field& each) {
    names.push_back(each.text());
    check_metric_name(each, names.back());
    if (std::count(names.begin(), names.end(), names.back()) > 1) {
      each.fail(each.key() + " stands twice");
    }
  };
  if (field->is_array()) {
    for (const Field& each : field->elements("names")) {
      add(each);
    }
  } else {
    add(*field);
  }
  return names;
}

ObjectiveKind read_kind(const Section& section, std::size_t count) {
  const auto field = section.find("kind");
  if (!field) {
    return count == 1 ? ObjectiveKind::metric : ObjectiveKind::pareto;
  }
  std::vector<std::string> words;
  for (const KindWord& each : kinds()) {
    words.emplace_back(each.word);
  }
  const std::string word = field->word(words);
  if (word != "pareto" && count > 1) {
    field->fail(absl::StrCat(field->key(), " takes one name, and there are ", count), "pareto");
  }
  if (word == "pareto" && count == 1) {
    field->fail(field->key() + " takes several names, and there is one", "any other kind");
  }
  return std::find_if(kinds().begin(), kinds().end(),
                      [&](const KindWord& each) { return each.word == word; })
      ->kind;
}

/// Options of other kinds are errors.
void check_options(const Section& section, ObjectiveKind kind) {
  for (const KindWord& other : kinds()) {
    for (const std::string_view option : other.options) {
      const auto& mine = of(kind).options;
      const auto field = section.find(option);
      if (field && std::find(mine.begin(), mine.end(), option) == mine.end()) {
        field->fail(absl::StrCat(field->key(), " belongs to kind = \"", other.word,
                                 "\", and the objective is of kind \"", of(kind).word, "\""));
      }
    }
  }
}

/// Options that the formula does not look at are errors.
void check_form_options(const Section& section, EfficiencyForm form) {
  const std::vector<std::pair<std::string_view, std::vector<EfficiencyForm>>> users = {
      {"chance", {EfficiencyForm::ratio}},
      {"target", {EfficiencyForm::ratio, EfficiencyForm::neural_power}},
      {"exponent", {EfficiencyForm::ratio, EfficiencyForm::neural_power}},
      {"cost_range", {EfficiencyForm::pepr}}};
  for (const auto& [option, forms] : users) {
    const auto field = section.find(option);
    if (field && std::find(forms.begin(), forms.end(), form) == forms.end()) {
      const auto* const named = std::find_if(kForms.begin(), kForms.end(),
                                             [&](const auto& each) { return each.second == form; });
      field->fail(absl::StrCat(field->key(), " has no place in form = \"", named->first, "\""));
    }
  }
}

void read_efficiency(const Section& section, ObjectiveSettings& objective) {
  const bool maximized = !objective.maximize.empty();
  if (const auto form = section.find("form")) {
    const std::string word = form->word({"ratio", "pepr", "neural_power"});
    objective.form = std::find_if(kForms.begin(), kForms.end(), [&](const auto& each) {
                       return each.first == word;
                     })->second;
  }
  if (const auto cost = section.find("cost")) {
    objective.cost = cost->text();
    check_metric_name(*cost, objective.cost);
  }
  check_form_options(section, objective.form);
  objective.target = maximized ? 1 : 0;
  if (const auto target = section.find("target")) {
    objective.target = target->number();
  }
  if (const auto chance = section.find("chance")) {
    objective.chance = chance->number();
    if ((objective.chance < *objective.target) != maximized ||
        objective.chance == *objective.target) {
      chance->fail(chance->key() + " is not worse than objective.target",
                   absl::StrCat(maximized ? "below " : "above ", *objective.target));
    }
  } else if (!maximized && objective.form == EfficiencyForm::ratio) {
    static_cast<void>(section.need("chance", "the loss of a model that knows nothing"));
  }
  if (const auto exponent = section.find("exponent")) {
    objective.exponent = exponent->number();
    if (!(objective.exponent > 0)) {
      exponent->fail(exponent->key() + " is out of range", "above 0");
    }
  }
  if (const auto floor = section.find("floor")) {
    objective.floor = floor->number();
  }
  if (const auto range = section.find("cost_range")) {
    const std::vector<Field> ends = range->elements("two costs");
    if (ends.size() != 2 || !(ends[0].number() < ends[1].number())) {
      range->fail(range->key() + " is no range", "[LEAST, MOST]");
    }
    objective.cost_range = {ends[0].number(), ends[1].number()};
  } else if (objective.form == EfficiencyForm::pepr) {
    static_cast<void>(section.need("cost_range", "[LEAST, MOST]: the costs that become 0 and 1"));
  }
}

void read_cost_to_target(const Section& section, ObjectiveSettings& objective) {
  objective.target = section.need("target", "the value of the metric to come to").number();
  objective.eta = objective.kind == ObjectiveKind::zeus_cost ? 0.5 : 1;
  if (const auto eta = section.find("eta")) {
    objective.eta = eta->number(0, 1);
  }
  if (const auto power = section.find("most_power")) {
    objective.most_power = Watts{power->number()};
    if (!(objective.most_power->value > 0)) {
      power->fail(power->key() + " is out of range", "watts above 0");
    }
  } else if (objective.eta < 1) {
    static_cast<void>(section.need("most_power", "watts: what a second costs at full power"));
  }
}

/// `lifetime_joules` and its table stand together or not at all.
void read_lifetime(const Section& section, ObjectiveSettings& objective) {
  const std::vector<std::string> names = objective.names();
  const bool named = std::find(names.begin(), names.end(), "lifetime_joules") != names.end() ||
                     objective.cost == "lifetime_joules";
  const auto field = section.find("lifetime");
  if (named && !field) {
    static_cast<void>(section.need(
        "lifetime", "{ phase, items }: the phase that a trained model is used in, and how often"));
  }
  if (!field) {
    return;
  }
  if (!named) {
    field->fail(field->key() + " is for an objective named lifetime_joules, and there is none");
  }
  const Section table(section.document(), *field, keys_of("objective.lifetime"),
                      "[objective.lifetime]");
  objective.lifetime = Lifetime{};
  if (const auto phase = table.find("phase")) {
    objective.lifetime->phase = phase->text();
  }
  objective.lifetime->items = table.need("items", "a whole number from 1 on").whole(1);
}

}  // namespace

ObjectiveSettings read_objective(const Section& file) {
  const Section section = file.table("objective");
  ObjectiveSettings objective;
  objective.maximize = read_names(section, "maximize");
  objective.minimize = read_names(section, "minimize");
  if (objective.names().empty()) {
    static_cast<void>(section.need("maximize", "maximize or minimize with the name of a metric"));
    section.find("maximize")
        ->fail("the objective names no metric", "maximize or minimize with the name of a metric");
  }
  for (const std::string& name : objective.minimize) {
    if (std::find(objective.maximize.begin(), objective.maximize.end(), name) !=
        objective.maximize.end()) {
      section.find("minimize")
          ->fail(in_quotes(name) + " stands in both objective.maximize and objective.minimize");
    }
  }
  objective.kind = read_kind(section, objective.names().size());
  check_options(section, objective.kind);
  if (objective.kind == ObjectiveKind::per_joule) {
    read_efficiency(section, objective);
  } else if (objective.combines()) {
    read_cost_to_target(section, objective);
  }
  read_lifetime(section, objective);
  if (const auto require = section.find("require")) {
    for (const Field& field : require->members()) {
      const std::string name = field.key().substr(require->key().size() + 1);
      check_metric_name(field, name);
      Requirement& requirement = objective.require[name];
      requirement.param = name;
      if (!field.is_table()) {
        field.fail(field.key() + " must be a table of bounds", "{ ge, gt, le, lt }");
      }
      read_bounds(field, requirement);
    }
  }
  return objective;
}

Json objective_json(const ObjectiveSettings& objective) {
  Json json = {{"maximize", objective.maximize},
               {"minimize", objective.minimize},
               {"kind", of(objective.kind).word}};
  json["require"] = Json::object();
  for (const auto& [name, requirement] : objective.require) {
    json["require"][name] = requirement_json(requirement);
  }
  if (objective.kind == ObjectiveKind::per_joule) {
    json["form"] = std::find_if(kForms.begin(), kForms.end(), [&](const auto& each) {
                     return each.second == objective.form;
                   })->first;
    json["cost"] = objective.cost;
    if (objective.form != EfficiencyForm::pepr) {
      json["exponent"] = objective.exponent;
    }
    if (objective.form == EfficiencyForm::ratio) {
      json["chance"] = objective.chance;
    }
    if (objective.floor) {
      json["floor"] = *objective.floor;
    }
    if (objective.cost_range) {
      json["cost_range"] = {objective.cost_range->first, objective.cost_range->second};
    }
  }
  if (objective.lifetime) {
    json["lifetime"] = {{"phase", objective.lifetime->phase}, {"items", objective.lifetime->items}};
  }
  if (objective.combines() && !objective.cost_range) {
    json["target"] = *objective.target;
  }
  if (objective.kind == ObjectiveKind::zeus_cost) {
    json["eta"] = objective.eta;
    if (objective.most_power) {
      json["most_power"] = objective.most_power->value;
    }
  }
  return json;
}

}  // namespace detail
}  // namespace evolt
