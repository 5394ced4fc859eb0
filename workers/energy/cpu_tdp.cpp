#include "workers/energy/cpu_tdp.hpp"

#include <cctype>
#include <string_view>

namespace evolt {
namespace {

struct Row {
  std::string_view name;
  double watts;
  int cores;
};

constexpr Row kNamed[] = {
    {"Xeon(R) CPU E5-2650 v4", 105, 12},
    {"Xeon(R) CPU E5-2680 v3", 120, 12},
    {"Xeon(R) CPU E5-2680 v4", 120, 14},
    {"Xeon(R) CPU E5-2690 v3", 135, 12},
    {"Xeon(R) CPU E5-2690 v4", 135, 14},
    {"Xeon(R) CPU E5-2698 v4", 135, 20},
    {"Xeon(R) CPU E5-2699 v4", 145, 22},
    {"Xeon(R) Silver 4110", 85, 8},
    {"Xeon(R) Silver 4114", 85, 10},
    {"Xeon(R) Silver 4210", 85, 10},
    {"Xeon(R) Silver 4214", 85, 12},
    {"Xeon(R) Silver 4310", 120, 12},
    {"Xeon(R) Silver 4314", 135, 16},
    {"Xeon(R) Gold 5118", 105, 12},
    {"Xeon(R) Gold 5218", 125, 16},
    {"Xeon(R) Gold 6126", 125, 12},
    {"Xeon(R) Gold 6130", 125, 16},
    {"Xeon(R) Gold 6132", 140, 14},
    {"Xeon(R) Gold 6140", 140, 18},
    {"Xeon(R) Gold 6148", 150, 20},
    {"Xeon(R) Gold 6152", 140, 22},
    {"Xeon(R) Gold 6226R", 150, 16},
    {"Xeon(R) Gold 6230", 125, 20},
    {"Xeon(R) Gold 6240", 150, 18},
    {"Xeon(R) Gold 6248", 150, 20},
    {"Xeon(R) Gold 6248R", 205, 24},
    {"Xeon(R) Gold 6252", 150, 24},
    {"Xeon(R) Gold 6326", 185, 16},
    {"Xeon(R) Gold 6330", 205, 28},
    {"Xeon(R) Gold 6338", 205, 32},
    {"Xeon(R) Gold 6348", 235, 28},
    {"Xeon(R) Gold 6430", 270, 32},
    {"Xeon(R) Gold 6448Y", 225, 32},
    {"Xeon(R) Platinum 8160", 150, 24},
    {"Xeon(R) Platinum 8168", 205, 24},
    {"Xeon(R) Platinum 8180", 205, 28},
    {"Xeon(R) Platinum 8260", 165, 24},
    {"Xeon(R) Platinum 8268", 205, 24},
    {"Xeon(R) Platinum 8280", 205, 28},
    {"Xeon(R) Platinum 8280L", 205, 28},
    {"Xeon(R) Platinum 8358", 250, 32},
    {"Xeon(R) Platinum 8360Y", 250, 36},
    {"Xeon(R) Platinum 8368", 270, 38},
    {"Xeon(R) Platinum 8380", 270, 40},
    {"Xeon(R) Platinum 8460Y+", 300, 40},
    {"Xeon(R) Platinum 8462Y+", 300, 32},
    {"Xeon(R) Platinum 8468", 350, 48},
    {"Xeon(R) Platinum 8480+", 350, 56},
    {"Xeon(R) Platinum 8490H", 350, 60},
    {"Xeon(R) Platinum 8592+", 350, 64},
    {"i7-6700K", 91, 4},
    {"i7-7700K", 91, 4},
    {"i7-8650U", 15, 4},
    {"i7-8700K", 95, 6},
    {"i9-9900K", 95, 8},
    {"i7-10710U", 15, 6},
    {"i9-10900K", 125, 10},
    {"i7-1165G7", 28, 4},
    {"i7-1185G7", 28, 4},
    {"i7-11700K", 125, 8},
    {"i5-1240P", 28, 12},
    {"i7-1260P", 28, 12},
    {"i7-1280P", 28, 14},
    {"i5-12600K", 125, 10},
    {"i7-12700K", 125, 12},
    {"i9-12900K", 125, 16},
    {"i5-13600K", 125, 14},
    {"i7-13700K", 125, 16},
    {"i9-13900K", 125, 24},
    {"i7-14700K", 125, 20},
    {"i9-14900K", 125, 24},
    {"EPYC 7401", 170, 24},
    {"EPYC 7551", 180, 32},
    {"EPYC 7601", 180, 32},
    {"EPYC 7302", 155, 16},
    {"EPYC 7402", 180, 24},
    {"EPYC 7452", 155, 32},
    {"EPYC 7502", 180, 32},
    {"EPYC 7542", 225, 32},
    {"EPYC 7642", 225, 48},
    {"EPYC 7702", 200, 64},
    {"EPYC 7742", 225, 64},
    {"EPYC 7H12", 280, 64},
    {"EPYC 7313", 155, 16},
    {"EPYC 7413", 180, 24},
    {"EPYC 7443", 200, 24},
    {"EPYC 7513", 200, 32},
    {"EPYC 7543", 225, 32},
    {"EPYC 7643", 225, 48},
    {"EPYC 7663", 240, 56},
    {"EPYC 7713", 225, 64},
    {"EPYC 7763", 280, 64},
    {"EPYC 9124", 200, 16},
    {"EPYC 9254", 200, 24},
    {"EPYC 9334", 210, 32},
    {"EPYC 9354", 280, 32},
    {"EPYC 9454", 290, 48},
    {"EPYC 9534", 280, 64},
    {"EPYC 9554", 360, 64},
    {"EPYC 9654", 360, 96},
    {"EPYC 9754", 360, 128},
    {"EPYC 9655", 400, 96},
    {"EPYC 9755", 500, 128},
    {"EPYC 9965", 500, 192},
    {"Ryzen 7 3700X", 65, 8},
    {"Ryzen 9 3900X", 105, 12},
    {"Ryzen 9 3950X", 105, 16},
    {"Ryzen 5 5600X", 65, 6},
    {"Ryzen 7 5800X", 105, 8},
    {"Ryzen 9 5900X", 105, 12},
    {"Ryzen 9 5950X", 105, 16},
    {"Ryzen 5 7600X", 105, 6},
    {"Ryzen 7 7700X", 105, 8},
    {"Ryzen 9 7900X", 170, 12},
    {"Ryzen 9 7950X", 170, 16},
    {"Ryzen 9 9950X", 170, 16},
    {"Ryzen 7 5800H", 45, 8},
    {"Ryzen 7 7840U", 28, 8},
    {"Ryzen Threadripper 2950X", 180, 16},
    {"Ryzen Threadripper 2990WX", 250, 32},
    {"Ryzen Threadripper 3970X", 280, 32},
    {"Ryzen Threadripper 3990X", 280, 64},
    {"Ryzen Threadripper PRO 5995WX", 280, 64},
};

/// Names that hypervisors give instead.
struct Generation {
  std::string_view vendor;
  int family;
  std::string_view name;  ///< within the model's name
  Row stands_for;
};

constexpr Generation kGenerations[] = {
    {"AuthenticAMD", 23, "EPYC", {"EPYC 7742", 225, 64}},
    {"AuthenticAMD", 25, "EPYC", {"EPYC 7763", 280, 64}},
    {"AuthenticAMD", 26, "EPYC", {"EPYC 9655", 400, 96}},
    {"GenuineIntel", 6, "Skylake", {"Xeon(R) Platinum 8160", 150, 24}},
    {"GenuineIntel", 6, "Cascadelake", {"Xeon(R) Platinum 8260", 165, 24}},
    {"GenuineIntel", 6, "Icelake", {"Xeon(R) Platinum 8380", 270, 40}},
    {"GenuineIntel", 6, "SapphireRapids", {"Xeon(R) Platinum 8480+", 350, 56}},
};

/// `Gold 6248` is within `Xeon(R) Gold 6248 CPU`, but not within `Xeon(R) Gold 6248R CPU`.
bool names(std::string_view model_name, std::string_view name) {
  const std::size_t at = model_name.find(name);
  if (at == std::string_view::npos) {
    return false;
  }
  const std::size_t end = at + name.size();
  return end == model_name.size() || std::isalnum(static_cast<unsigned char>(model_name[end])) == 0;
}

CpuTdp tdp_of(const Row& row) {
  return {.name = std::string(row.name), .watts = Watts{row.watts}, .cores = row.cores};
}

}  // namespace

std::optional<CpuTdp> table_tdp(const CpuFacts& cpu) {
  for (const Row& row : kNamed) {
    if (names(cpu.model_name, row.name)) {
      return tdp_of(row);
    }
  }
  for (const Generation& generation : kGenerations) {
    if (cpu.virtual_machine && cpu.vendor == generation.vendor && cpu.family == generation.family &&
        names(cpu.model_name, generation.name)) {
      return tdp_of(generation.stands_for);
    }
  }
  return std::nullopt;
}

}  // namespace evolt
