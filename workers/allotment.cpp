#include "workers/allotment.hpp"

#include "core/config_error.hpp"
#include "workers/energy/gpu/gpu_libraries.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <thread>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

std::optional<std::int32_t> as_int(const std::optional<std::string>& text) {
  return text ? read_whole<std::int32_t>(*text, false) : std::nullopt;
}

std::size_t host_cores() {
  // A mask of its own size: the fixed cpu_set_t ends at 1,024 cores.
  for (std::size_t cpus = 1024; cpus <= std::size_t{1024} * 1024; cpus *= 4) {
    cpu_set_t* const set = CPU_ALLOC(cpus);
    const std::size_t size = CPU_ALLOC_SIZE(cpus);
    const bool known = sched_getaffinity(0, size, set) == 0;
    const int count = known ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (known) {
      return static_cast<std::size_t>(std::max(count, 1));
    }
  }
  return std::max(std::thread::hardware_concurrency(), 1U);
}

/// The part of a `key: value` file that follows `key`.
std::string value_in(const fs::path& file, std::string_view key) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && strip(std::string_view(line).substr(0, colon)) == key) {
      return std::string(strip(std::string_view(line).substr(colon + 1)));
    }
  }
  return {};
}

std::vector<std::string> driver_gpus(const std::string& directory) {
  std::vector<std::pair<std::int32_t, std::string>> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const fs::path information = entry.path() / "information";
    std::string uuid = value_in(information, "GPU UUID");
    if (!uuid.empty() && uuid.find('?') == std::string::npos) {
      found.emplace_back(as_int(value_in(information, "Device Minor")).value_or(0),
                         std::move(uuid));
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> gpus;
  gpus.reserve(found.size());
  for (auto& [minor, uuid] : found) {
    gpus.push_back(std::move(uuid));
  }
  return gpus;
}

std::vector<std::string> listed_gpus(std::string_view list) {
  std::vector<std::string> gpus;
  for (std::string_view entry : split(list, ',')) {
    entry = strip(entry);
    if (entry.empty() || entry == "-1" || entry == "NoDevFiles") {
      break;  // CUDA ignores all that follows an invalid entry
    }
    gpus.emplace_back(entry);
  }
  return gpus;
}

/// Fills in the GPUs by UUID; false where the library has nothing to say.
bool resolve_gpus(const Lookup& lookup, const GpuSources& sources, HostResources& host) {
  if (!sources.list) {
    return false;
  }
  const absl::StatusOr<std::vector<GpuDevice>> devices = sources.list();
  if (!devices.ok() || devices->empty()) {
    return false;
  }
  const std::optional<std::string> step = lookup("SLURM_STEP_GPUS");
  VisibleGpus found =
      visible_gpus(*devices, {.cuda_visible = lookup("CUDA_VISIBLE_DEVICES"),
                              .cuda_order = lookup("CUDA_DEVICE_ORDER").value_or(""),
                              .slurm = step ? step : lookup("SLURM_JOB_GPUS")});
  host.visible = std::move(found.gpus);
  host.gpu_trouble = std::move(found.trouble);
  for (const VisibleGpu& gpu : host.visible) {
    host.gpus.push_back(gpu.name);
  }
  return true;
}

/// This rank's part of the host's GPUs.
std::vector<std::string> own_gpus(const HostResources& host) {
  if (host.gpus_are_ours || host.share.local_ranks <= 1) {
    return host.gpus;
  }
  const auto ranks = static_cast<std::size_t>(host.share.local_ranks);
  const auto rank = std::min(static_cast<std::size_t>(host.share.local_rank), ranks - 1);
  const auto edge = [&](std::size_t i) {
    return host.gpus.begin() + static_cast<std::ptrdiff_t>(host.gpus.size() * i / ranks);
  };
  return {edge(rank), edge(rank + 1)};
}

std::size_t sharing_one(double gpus) {
  return static_cast<std::size_t>(std::floor(1 / gpus + 1e-9));
}

/// How many slots this many GPUs suffice for.
std::size_t fitting(std::size_t own, double gpus) {
  return gpus >= 1 ? own / static_cast<std::size_t>(gpus) : own * sharing_one(gpus);
}

/// The host as each rank of a trial sees it.
std::vector<HostResources> parts_of(const HostResources& host,
                                    const std::optional<TrialPlace>& place) {
  if (!place) {
    return {host};
  }
  HostResources part = host;
  if (host.gpus_are_ours && host.share.local_ranks > 1 && place->own.size() > 1) {
    throw ConfigError(Complaint{
        .what = "the scheduler has dealt the GPUs to the ranks one by one, so a trial of several "
                "ranks cannot use theirs; ask it for GPUs of the node (--gpus-per-node)",
        .key = "trial.ranks_per_trial",
        .found = concat(place->ranks())});
  }
  part.gpus_are_ours = host.gpus_are_ours && host.share.local_ranks > 1;
  if (place->spans_hosts() && host.gpus_by_driver) {
    for (std::size_t i = 0; i < part.gpus.size(); ++i) {
      part.gpus[i] = concat(i);
    }
  } else if (place->spans_hosts()) {
    for (std::size_t i = 0; i < part.visible.size(); ++i) {
      part.gpus[i] = part.visible[i].given;
    }
  }
  std::vector<HostResources> parts;
  for (const std::int32_t own : place->own) {
    part.share = {.local_rank = own, .local_ranks = place->parts};
    parts.push_back(part);
  }
  return parts;
}

/// Of one rank's part.
std::size_t slots_of(const HostResources& host, std::int32_t cores, double gpus) {
  const auto each = static_cast<std::size_t>(std::max(cores, 1));
  const auto ranks = static_cast<std::size_t>(std::max(host.share.local_ranks, 1));
  std::size_t slots = host.cores / each / ranks;
  if (gpus > 0) {
    slots = std::min(slots, fitting(own_gpus(host).size(), gpus));
  }
  return std::max<std::size_t>(slots, 1);
}

/// Of one rank's part.
std::vector<SlotAllotment> allot_part(const HostResources& host, std::size_t slots,
                                      std::int32_t cores, double gpus) {
  if (!(gpus >= 0) || (gpus > 1 && gpus != std::floor(gpus))) {
    throw ConfigError(Complaint{.what = "trial.gpus makes no sense",
                                .key = "trial.gpus",
                                .found = concat(gpus),
                                .allowed = "0, a part of one (0.25), or a whole number"});
  }
  std::vector<SlotAllotment> result(slots, SlotAllotment{.cores = std::max(cores, 1)});
  if (gpus == 0) {
    return result;
  }
  const std::vector<std::string> own = own_gpus(host);
  const std::size_t fit = fitting(own.size(), gpus);
  if (fit < slots) {
    throw ConfigError(
        Complaint{.what = concat(slots, slots == 1 ? " slot" : " slots",
                                 " with trial.gpus = ", gpus, " do not fit: this process may use ",
                                 own.size(), " of the host's ", host.gpus.size(), " GPUs; ",
                                 fit == 0 ? "none would" : concat("--slots ", fit, " fits"),
                                 host.gpu_trouble.empty() ? "" : "; ", host.gpu_trouble),
                  .key = "trial.gpus",
                  .found = concat(gpus)});
  }
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const std::size_t count = gpus >= 1 ? static_cast<std::size_t>(gpus) : 1;
    const std::size_t first = gpus >= 1 ? slot * count : slot / sharing_one(gpus);
    for (std::size_t i = 0; i < count; ++i) {
      result[slot].gpus.push_back(own[first + i]);
    }
  }
  return result;
}

}  // namespace

Lookup process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

HostShare host_share(const Lookup& lookup) {
  static constexpr std::pair<std::string_view, std::string_view> kLaunchers[] = {
      {"MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
      {"OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"},
      {"SLURM_LOCALID", "SLURM_NTASKS_PER_NODE"},
      {"SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"}};
  for (const auto& [rank_name, ranks_name] : kLaunchers) {
    const auto rank = as_int(lookup(rank_name));
    const auto ranks = as_int(lookup(ranks_name));  // `4(x2)` reads as 4
    if (rank && ranks && *rank >= 0 && *ranks >= 1) {
      return {*rank, std::max(*ranks, *rank + 1)};
    }
  }
  return {};
}

GpuSources gpu_sources(double gpus) {
  GpuSources sources;
  if (gpus > 0) {
    sources.list = [] { return list_gpus(GpuLibraries::from_environment().nvml); };
  }
  return sources;
}

HostResources host_resources(const Lookup& lookup, const GpuSources& sources) {
  HostResources host;
  host.cores = host_cores();
  host.share = host_share(lookup);
  const std::optional<std::string> visible = lookup("CUDA_VISIBLE_DEVICES");
  host.gpus_by_driver = !visible;
  host.gpus_are_ours = visible && lookup("SLURM_GPUS_PER_TASK").has_value();
  if (!resolve_gpus(lookup, sources, host)) {
    host.gpus = visible ? listed_gpus(*visible) : driver_gpus(sources.directory);
  }
  return host;
}

std::size_t default_slots(const HostResources& host, std::int32_t cores, double gpus,
                          const std::optional<TrialPlace>& place) {
  std::size_t least = 0;
  for (const HostResources& part : parts_of(host, place)) {
    const std::size_t slots = slots_of(part, cores, gpus);
    least = least == 0 ? slots : std::min(least, slots);
  }
  return least;
}

std::vector<SlotAllotment> allot(const HostResources& host, std::size_t slots, std::int32_t cores,
                                 double gpus, const std::optional<TrialPlace>& place) {
  std::vector<SlotAllotment> all;
  for (const HostResources& part : parts_of(host, place)) {
    const std::vector<SlotAllotment> dealt = allot_part(part, slots, cores, gpus);
    all.resize(slots, SlotAllotment{.cores = std::max(cores, 1)});
    for (std::size_t slot = 0; slot < slots; ++slot) {
      for (const std::string& gpu : dealt[slot].gpus) {
        std::vector<std::string>& own = all[slot].gpus;
        if (std::find(own.begin(), own.end(), gpu) == own.end()) {
          own.push_back(gpu);
        }
      }
    }
  }
  return all;
}

}  // namespace evolt
