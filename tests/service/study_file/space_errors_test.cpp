#include "tests/service/study_file/cases.hpp"

namespace evolt::test {
namespace {

TEST_CASE("study file errors: parameters", "[service]") {
  check_all({
      {after("lr = { type = \"float\", low = 1, high = 2 }"),
       "study.toml:9:6: not valid TOML: key-value pair: cannot redefine existing table 'lr'"},
      {after("x = 5"),
       "study.toml:9:5: param.x must be a table: got 5; allowed: { type = ..., ... }"},
      {after("x = { low = 0, high = 1 }"),
       "study.toml:9:5: param.x.type is missing; allowed: \"float\", \"int\", \"choice\", "
       "\"ordinal\", \"gpu_power_limit\", \"cpu_power_limit\""},
      {after("x = { type = \"gpu_power_limit\", low = 100, high = 300, scale = \"log\" }"),
       "study.toml:9:56: unknown key \"scale\" in the gpu_power_limit parameter \"x\" "
       "(param.x.scale); "
       "allowed: type, low, high, step, when"},
      {after("x = { type = \"gpu_power_limit\", low = 0, high = 300 }"),
       "study.toml:9:1: parameter \"x\": a power limit needs low > 0 (param.x): got low = 0; "
       "allowed: "
       "watts"},
      {after("x = { type = \"cpu_power_limit\", low = 50, high = 90 }\n"
             "y = { type = \"cpu_power_limit\", low = 50, high = 90 }"),
       "study.toml:10:1: parameter \"y\": another parameter is the same power limit already "
       "(param.y)"},
      {after("x = { type = \"flota\", low = 0, high = 1 }"),
       "study.toml:9:14: unknown param.x.type: got \"flota\"; allowed: \"float\", \"int\", "
       "\"choice\", \"ordinal\", \"gpu_power_limit\", \"cpu_power_limit\"; did you mean "
       "\"float\"?"},
      {after("x = { type = \"float\", low = 0, high = 1, values = [1] }"),
       "study.toml:9:42: unknown key \"values\" in the float parameter \"x\" (param.x.values); "
       "allowed: type, low, high, scale, step, when"},
      {after("x = { type = \"choice\", values = [1], low = 3 }"),
       "study.toml:9:38: unknown key \"low\" in the choice parameter \"x\" (param.x.low); allowed: "
       "type, values, when"},
      {after("x = { type = \"int\", low = 0, hihg = 1 }"),
       "study.toml:9:30: unknown key \"hihg\" in the int parameter \"x\" (param.x.hihg); allowed: "
       "type, low, high, scale, step, when; did you mean \"high\"?"},
      {after("x = { type = \"float\", low = 0 }"),
       "study.toml:9:5: param.x.high is missing; allowed: a number"},
      {after("x = { type = \"float\", low = \"0\", high = 1 }"),
       "study.toml:9:29: param.x.low must be a number: got \"0\""},
      {after("x = { type = \"float\", low = 0, high = inf }"),
       "study.toml:9:39: param.x.high must be a finite number: got inf"},
      {after("x = { type = \"float\", low = -1.7e308, high = 1.7e308 }"),
       "study.toml:9:46: param.x.high is too far from low: got 1.7e+308"},
      {after("x = { type = \"float\", low = 0, high = 1, scale = \"log\" }"),
       "study.toml:9:1: parameter \"x\": log scale needs low > 0 (param.x): got low = 0; allowed: "
       "a positive low, or scale = \"linear\""},
      {after("x = { type = \"float\", low = 0, high = 1, scale = \"lgo\" }"),
       "study.toml:9:50: unknown param.x.scale: got \"lgo\"; allowed: \"linear\", \"log\"; did you "
       "mean \"log\"?"},
      {after("x = { type = \"float\", low = 2, high = 1 }"),
       "study.toml:9:1: parameter \"x\": the range is empty (param.x): got low = 2, high = 1; "
       "allowed: low <= high"},
      {after("x = { type = \"float\", low = 0, high = 1, step = 2 }"),
       "study.toml:9:1: parameter \"x\": step must be positive and no wider than the range "
       "(param.x): got step = 2"},
      {after("x = { type = \"float\", low = 0, high = 1, step = 1e-300 }"),
       "study.toml:9:49: param.x.step is too fine for the range: got 1e-300; allowed: at most 2^53 "
       "steps"},
      {after("x = { type = \"int\", low = 0, high = 1.5 }"),
       "study.toml:9:37: param.x.high must be a whole number: got 1.5"},
      {after("x = { type = \"int\", low = 0, high = 9, scale = \"log\" }"),
       "study.toml:9:1: parameter \"x\": log scale needs low > 0 (param.x): got low = 0; allowed: "
       "a positive low, or scale = \"linear\""},
      {after("x = { type = \"int\", low = 0, high = 9, step = 0 }"),
       "study.toml:9:47: param.x.step is out of range: got 0; allowed: 1 or more"},
      {after("x = { type = \"int\", low = 0, high = 9223372036854775807 }"),
       "study.toml:9:1: parameter \"x\": whole numbers must lie within 2^53 of zero (param.x): got "
       "low = 0, high = 9223372036854775807"},
      {after("x = { type = \"choice\", values = [] }"),
       "study.toml:9:1: parameter \"x\": has no values (param.x): got values = []; allowed: at "
       "least one value"},
      {after("x = { type = \"choice\", values = \"a\" }"),
       "study.toml:9:33: param.x.values must be an array of values: got \"a\""},
      {after("x = { type = \"choice\", values = [1, [2]] }"),
       "study.toml:9:37: param.x.values.1 must be a number, a text or a boolean: got an array"},
      {after("x = { type = \"choice\", values = [1979-05-27] }"),
       "study.toml:9:34: param.x.values.0 must be a number, a text or a boolean: got 1979-05-27"},
      {after("x = { type = \"choice\", values = [\"a\\u0000\"] }"),
       "study.toml:9:34: param.x.values.0 must not contain a zero character: got \"a\\u0000\""},
      {after("x = { type = \"ordinal\", values = [1, 1.0, 2] }"),
       "study.toml:9:1: parameter \"x\": a value stands twice (param.x): got 1"},
      {after("x = { type = \"ordinal\" }"),
       "study.toml:9:5: param.x.values is missing; allowed: an array of values"},
      {after("params = { type = \"int\", low = 1, high = 2 }"),
       "study.toml:9:1: parameter \"params\" has the name of something built in (param.params); "
       "allowed: any name but params, trial, attempt, step, seconds, joules"},
      {after("seconds = { type = \"int\", low = 1, high = 2 }"),
       "study.toml:9:1: parameter \"seconds\" has the name of something built in (param.seconds); "
       "allowed: any name but params, trial, attempt, step, seconds, joules"},
      {after("\"a b\" = { type = \"int\", low = 1, high = 2 }"),
       "study.toml:9:1: parameter \"a b\" has a name that a command line cannot carry (param.a b); "
       "allowed: a name without blanks, quotes, commas, braces and =, and without a leading -"},
      {after("\"\" = { type = \"int\", low = 1, high = 2 }"),
       "study.toml:9:1: parameter \"\" has a name that a command line cannot carry (param.); "
       "allowed: a name without blanks, quotes, commas, braces and =, and without a leading -"},
  });
}

TEST_CASE("study file errors: conditions", "[service]") {
  check_all({
      {after("x = { type = \"int\", low = 1, high = 2, when = { opt = \"adam\" } }"),
       "study.toml:9:1: parameter \"x\": can never hold: \"opt\" never has this value (param.x): "
       "got adam; allowed: sgd, adamw; did you mean \"adamw\"?"},
      {after("x = { type = \"int\", low = 1, high = 2, when = { otp = \"sgd\" } }"),
       "study.toml:9:1: parameter \"x\": a condition names a parameter that does not exist "
       "(param.x): got \"otp\"; allowed: lr, opt, n, x; did you mean \"opt\"?"},
      {after("x = { type = \"int\", low = 1, high = 2, when = { n = { gt = 3, lt = 3 } } }"),
       "study.toml:9:53: param.x.when.n can never hold: no number meets its bounds"},
      {after("x = { type = \"int\", low = 1, high = 2, when = { n = { ge = 3, le = 2 } } }"),
       "study.toml:9:53: param.x.when.n can never hold: no number meets its bounds"},
      {after("x = { type = \"int\", low = 1, high = 2, when = { n = { above = 3 } } }"),
       "study.toml:9:55: unknown key \"above\" in param.x.when.n (param.x.when.n.above); allowed: "
       "ge, gt, le, lt"},
      {after("x = { type = \"int\", low = 1, high = 2, when = { n = {} } }"),
       "study.toml:9:53: param.x.when.n needs a bound: got an empty table; allowed: ge, gt, le, "
       "lt"},
      {after("x = { type = \"int\", low = 1, high = 2, when = { n = { ge = \"3\" } } }"),
       "study.toml:9:60: param.x.when.n.ge must be a number: got \"3\""},
      {after("x = { type = \"int\", low = 1, high = 2, when = { n = [] } }"),
       "study.toml:9:53: param.x.when.n can never hold: got an empty array; allowed: a value, "
       "[values], or { ge, gt, le, lt }"},
      {after("x = { type = \"int\", low = 1, high = 2, when = { x = 1 } }"),
       "study.toml:9:1: parameter \"x\": conditions go round in a circle (param.x)"},
      {after("x = { type = \"int\", low = 1, high = 2, when = \"n\" }"),
       "study.toml:9:47: param.x.when must be a table: got \"n\""},
      {after("[[forbid]]\nopt = \"sgd\"\nn = 3\n[[forbid]]\nop = \"sgd\""),
       "study.toml:12:1: [[forbid]] number 2: a condition names a parameter that does not exist "
       "(forbid.1): got \"op\"; allowed: lr, opt, n; did you mean \"opt\"?"},
      {after("[[forbid]]\nn = { gt = 8 }"),
       "study.toml:9:1: [[forbid]] number 1: can never hold: the bounds on \"n\" lie outside its "
       "range (forbid.0)"},
      {after("[[forbid]]"), "study.toml:9:1: [[forbid]] number 1 is empty (forbid.0)"},
      {after("[forbid]\nopt = \"sgd\""),
       "study.toml:9:1: forbid must be an array of tables: [[forbid]]: got a table"},
  });
}

TEST_CASE("study file errors: start points", "[service]") {
  check_all({
      {after("[[start]]\nvalues = { lr = 3, opt = \"sgd\", n = 1 }"),
       "study.toml:10:12: this point is not in the search space: lr = 3 is outside [1e-05, 0.1] "
       "(start.0.values)"},
      {after("[[start]]\nvalues = { lr = 0.01, opt = \"sgd\" }"),
       "study.toml:10:10: this point is not in the search space: parameter \"n\" is active, but "
       "has no value (start.0.values)"},
      {after("[[start]]\nvalues = { lr = 0.01, opt = \"sgd\", n = 1, m = 2 }"),
       "study.toml:10:43: this point is not in the search space: there is no parameter \"m\" "
       "(start.0.values)"},
      {after("[[start]]\nvalues = { lr = 0.01, opt = \"sdg\", n = 1 }"),
       "study.toml:10:23: this point is not in the search space: opt = sdg is not one of sgd, "
       "adamw (start.0.values)"},
      {after("[[start]]\nvalues = { lr = 0.01, opt = \"sgd\", n = [1] }"),
       "study.toml:10:40: start.0.values.n must be a number, a text or a boolean: got an array"},
      {after("[[start]]\nlr = 0.01"),
       "study.toml:10:1: unknown key \"lr\" in [[start]] (start.0.lr); allowed: values"},
      {after("[[start]]"),
       "study.toml:9:1: start.0.values is missing; allowed: { NAME = VALUE, ... }"},
      {after("z = { type = \"int\", low = 1, high = 2, when = { opt = \"sgd\" } "
             "}\n[[start]]\nvalues = { lr = 0.01, opt = \"adamw\", n = 1, z = 1 }"),
       "study.toml:11:45: this point is not in the search space: parameter \"z\" is not active "
       "here (start.0.values)"},
      {after("[[forbid]]\nopt = \"sgd\"\nn = 1\n[[start]]\nvalues = { lr = 0.01, opt = \"sgd\", n "
             "= 1 }"),
       "study.toml:13:10: this point is not in the search space: [[forbid]] number 1 forbids it "
       "(start.0.values)"},
      {after("[[start]]\nvalues = { lr = 0.01, opt = \"sgd\", n = 1 }\n[[start]]\nvalues = { n = "
             "1, lr = 0.01, opt = \"sgd\" }"),
       "study.toml:12:10: start.1.values stands twice"},
      {top("start = 5"), "study.toml:1:9: start must be an array of tables: [[start]]: got 5"},
      {top("start = [5]"), "study.toml:1:10: start.0 must be a table: got 5"},
      {top("forbid = [5]"), "study.toml:1:11: forbid.0 must be a table: got 5"},
  });
}

}  // namespace
}  // namespace evolt::test
