#include "service/stdio/stdio.hpp"

#include "service/report/report.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <istream>
#include <ostream>
#include <set>
#include <vector>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

/// A request that cannot be done, with what to say of it.
struct Refusal {
  std::string why;
};

[[noreturn]] void refuse(const absl::Status& status) {
  throw Refusal{std::string(status.message())};
}

/// Exactly these members.
void check_members(const Json& object, const char* what, std::initializer_list<std::string> names) {
  if (!object.is_object()) {
    throw Refusal{absl::StrCat("\"", what, "\" must be an object")};
  }
  for (const auto& [key, value] : object.items()) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      throw Refusal{absl::StrCat("\"", what, "\" has no member \"", key, "\"")};
    }
  }
  for (const std::string& name : names) {
    if (!object.contains(name)) {
      throw Refusal{absl::StrCat("\"", what, "\" needs \"", name, "\"")};
    }
  }
}

std::int64_t whole_number(const Json& object, const char* name) {
  const Json& value = object.at(name);
  if (!value.is_number_integer()) {
    throw Refusal{absl::StrCat("\"", name, "\" must be a whole number, got ", value.dump())};
  }
  return value.get<std::int64_t>();
}

Metrics metrics_of(const Json& object) {
  const Json& json = object.at("metrics");
  if (!json.is_object()) {
    throw Refusal{"\"metrics\" must be an object of numbers"};
  }
  Metrics metrics;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_number()) {
      throw Refusal{absl::StrCat("metric \"", name, "\" must be a number, got ", value.dump())};
    }
    metrics.emplace_back(name, value.get<double>());
  }
  return metrics;
}

Json ask(AskTell& search, const Json& count) {
  if (!count.is_number_integer() || count != 1) {
    throw Refusal{
        absl::StrCat("one trial is asked for at a time: {\"ask\":1}, got ", count.dump())};
  }
  const auto asked = search.ask();
  if (!asked) {
    return Json{{"done", true}};
  }
  return Json{{"trial", asked->trial}, {"params", params_to_json(asked->params)}};
}

Json report(AskTell& search, const Json& body) {
  check_members(body, "report", {"trial", "step", "metrics"});
  const auto verdict =
      search.report(whole_number(body, "trial"), whole_number(body, "step"), metrics_of(body));
  if (!verdict.ok()) {
    refuse(verdict.status());
  }
  if (!verdict->stops()) {
    return Json{{"verdict", "proceed"}};
  }
  return Json{{"verdict", "stop"}, {"reason", verdict->reason}};
}

Json tell(AskTell& search, const Json& body) {
  const bool failed = body.is_object() && body.contains("failed");
  check_members(body, "tell", {"trial", failed ? "failed" : "metrics"});
  const std::int64_t trial = whole_number(body, "trial");
  if (failed && !body.at("failed").is_string()) {
    throw Refusal{"\"failed\" must say why, as a string"};
  }
  const absl::Status status = failed
                                  ? search.tell_failed(trial, body.at("failed").get<std::string>())
                                  : search.tell(trial, metrics_of(body));
  if (!status.ok()) {
    refuse(status);
  }
  return Json{{"ok", true}};
}

Json best(const AskTell& search, const Json& flag) {
  if (flag != 1) {
    throw Refusal{absl::StrCat("ask for the best with {\"best\":1}, got ", flag.dump())};
  }
  Json whole = best_report(search.ledger());
  Json reply{{"best", whole.at("best")}};
  if (search.objective().size() > 1) {
    reply["front"] = whole.at("front");
  }
  return reply;
}

Json answer_request(AskTell& search, const Json& request) {
  if (!request.is_object() || request.size() != 1) {
    throw Refusal{R"(a request is an object with one member: "ask", "report", "tell" or "best")"};
  }
  const std::string& kind = request.begin().key();
  const Json& body = request.begin().value();
  if (kind == "ask") {
    return ask(search, body);
  }
  if (kind == "report") {
    return report(search, body);
  }
  if (kind == "tell") {
    return tell(search, body);
  }
  if (kind == "best") {
    return best(search, body);
  }
  throw Refusal{
      absl::StrCat("unknown request \"", kind, R"("; known: "ask", "report", "tell", "best")")};
}

std::string error_reply(const std::string& why) {
  return Json{{"error", why}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Refuses what JSON leaves open and a caller cannot have meant: a key that stands twice, and bytes
/// after a NUL.
Json parse_request(std::string_view line) {
  if (line.find('\0') != std::string_view::npos) {
    throw Refusal{"this is not JSON: there is a NUL byte in the line"};
  }
  std::vector<std::set<std::string>> open;
  return Json::parse(line, [&open](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == Json::parse_event_t::key &&
               !open.back().insert(parsed.get<std::string>()).second) {
      throw Refusal{absl::StrCat("\"", parsed.get<std::string>(), "\" stands twice")};
    }
    return true;
  });
}

}  // namespace

std::string StdioSession::reply(std::string_view line) {
  try {
    return answer_request(search_, parse_request(line))
        .dump(-1, ' ', false, Json::error_handler_t::replace);
  } catch (const Refusal& refusal) {
    return error_reply(refusal.why);
  } catch (const Json::exception& error) {
    return error_reply(absl::StrCat("this is not JSON: ", error.what()));
  }
}

void run_stdio(const Study& study, std::vector<Params> prior, Suggester* suggester,
               std::istream& in, std::ostream& out) {
  StdioSession session(study, std::move(prior), suggester);
  std::string line;
  while (std::getline(in, line)) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) {
      out << session.reply(line) << std::endl;
    }
  }
}

}  // namespace evolt
