#include "workers/trial_environment.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

const std::vector<std::string> kOurs = {"PATH=/bin",
                                        "HOME=/h",
                                        "PMI_RANK=1",
                                        "PMI2_SOCKET=5",
                                        "PALS_RANKID=0",
                                        "SLURM_JOB_NUM_NODES=8",
                                        "PMIX_ID=2",
                                        "MPI_LOCALRANKID=0",
                                        "HYDRA_X=1",
                                        "MPIR_CVAR_A=1",
                                        "OMPI_B=1",
                                        "SLURM_STEP_ID=0",
                                        "SLURM_PROCID=3",
                                        "SLURM_JOB_ID=9",
                                        "EVOLT_REPORT_FD=3",
                                        "OMP_NUM_THREADS=64",
                                        "CUDA_VISIBLE_DEVICES=0,1",
                                        "EMPTY="};

}  // namespace

TEST_CASE("environment: the launcher's variables stay behind, the user's come along", "[workers]") {
  const auto environment = slot_environment(kOurs, {}, {.cores = 2, .gpus = {}});
  for (const auto* name :
       {"PMI_RANK", "PMIX_ID", "MPI_LOCALRANKID", "HYDRA_X", "MPIR_CVAR_A", "OMPI_B",
        "SLURM_STEP_ID", "SLURM_PROCID", "EVOLT_REPORT_FD", "PMI2_SOCKET", "PALS_RANKID",
        "SLURM_JOB_NUM_NODES", "EVOLT_RANKS", "EVOLT_HOSTS"}) {
    CHECK(value_of(environment, name).empty());
  }
  CHECK(value_of(environment, "HOME") == "/h");
  CHECK(value_of(environment, "SLURM_JOB_ID") == "9");
  CHECK(value_of(environment, "CUDA_VISIBLE_DEVICES") == "0,1");
  CHECK(value_of(environment, "PYTHONUNBUFFERED") == "1");
  for (const auto* name : {"OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                           "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"}) {
    CHECK(value_of(environment, name) == "2");
  }
}

TEST_CASE("environment: a trial's own srun may share our step", "[workers]") {
  CHECK(value_of(slot_environment(kOurs, {}, {}), "SLURM_OVERLAP") == "1");
  CHECK(value_of(slot_environment(std::vector<std::string>{"PATH=/bin"}, {}, {}), "SLURM_OVERLAP")
            .empty());
  TrialSpec spec;
  spec.env = {"SLURM_OVERLAP=0"};
  CHECK(value_of(slot_environment(kOurs, spec, {}), "SLURM_OVERLAP") == "0");
}

TEST_CASE("environment: where trials are measured they know how long a phase must last",
          "[workers]") {
  TrialSpec spec;
  CHECK(value_of(slot_environment(kOurs, spec, {}), "EVOLT_PHASE_SECONDS").empty());
  spec.shortest_phase = Seconds{1.2};
  CHECK(value_of(slot_environment(kOurs, spec, {}), "EVOLT_PHASE_SECONDS") == "1.2");
}

TEST_CASE("environment: a trial of several ranks is told where they are", "[workers]") {
  TrialSpec spec;
  spec.place = TrialPlace{.hosts = {"n1", "n1", "n2"}, .parts = 2, .own = {0, 1}};
  const auto environment = slot_environment(kOurs, spec, {});
  CHECK(value_of(environment, "EVOLT_RANKS") == "3");
  CHECK(value_of(environment, "EVOLT_HOSTS") == "n1:2,n2:1");
}

TEST_CASE("environment: the study has the last word", "[workers]") {
  TrialSpec spec;
  spec.env = {"OMP_NUM_THREADS", "MKL_NUM_THREADS=5",   "PMI_RANK", "NEW=a=b", "PYTHONUNBUFFERED=0",
              "NOT_SET",         "CUDA_VISIBLE_DEVICES"};
  const auto environment = slot_environment(kOurs, spec, {.cores = 2, .gpus = {"GPU-x", "GPU-y"}});
  CHECK(value_of(environment, "OMP_NUM_THREADS") == "64");
  CHECK(value_of(environment, "MKL_NUM_THREADS") == "5");
  CHECK(value_of(environment, "PMI_RANK") == "1");
  CHECK(value_of(environment, "NEW") == "a=b");
  CHECK(value_of(environment, "PYTHONUNBUFFERED") == "0");
  CHECK(value_of(environment, "NOT_SET").empty());
  CHECK(value_of(environment, "CUDA_VISIBLE_DEVICES") == "GPU-x,GPU-y");
}

}  // namespace evolt
