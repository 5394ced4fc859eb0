#include "service/slurm/batch_script.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

BatchJob sample() {
  return {.name = "digits",
          .command = {"/opt/evolt", "run", "/home/me/my study.toml", "--slots", "1"},
          .directory = "/home/me",
          .nodes = 2,
          .ranks = 7,
          .cores = 4,
          .gpus_per_node = 8,
          .time = "08:00:00",
          .settings = {"--partition=gpu"}};
}

std::string script_of(const BatchJob& job) {
  const auto script = batch_script(job);
  INFO(script.status().message());
  REQUIRE(script.ok());
  return *script;
}

}  // namespace

TEST_CASE("batch script: has what Slurm needs to know", "[slurm]") {
  const std::string script = script_of(sample());
  CHECK(script.rfind("#!/bin/bash\n#SBATCH ", 0) == 0);
  for (const char* const line :
       {"--job-name=digits", "--nodes=2", "--ntasks=7", "--ntasks-per-node=4", "--cpus-per-task=4",
        "--time=08:00:00", "--signal=TERM@120", "--requeue", "--gpus-per-node=8",
        "--partition=gpu"}) {
    INFO(line);
    CHECK(script.find("\n#SBATCH " + std::string(line) + "\n") != std::string::npos);
  }
  CHECK(script.find("\n  srun --mpi=pmi2 --kill-on-bad-exit=0 /opt/evolt run "
                    "'/home/me/my study.toml' --slots 1\n") != std::string::npos);
  CHECK(script.find("\ncd /home/me || exit 66\n") != std::string::npos);
}

TEST_CASE("batch script: says when the job ends, where Slurm does not", "[slurm]") {
  const std::string script = script_of(sample());
  const std::size_t said = script.find("export SLURM_JOB_END_TIME=");
  CHECK(script.find("squeue -h -j \"$SLURM_JOB_ID\" -o %e") < said);
  CHECK(said < script.find("srun --mpi"));
}

TEST_CASE("batch script: no GPUs are asked for where none are wanted", "[slurm]") {
  BatchJob job = sample();
  job.gpus_per_node = 0;
  CHECK(script_of(job).find("gpus") == std::string::npos);
}

TEST_CASE("batch script: words are the shell's words", "[slurm]") {
  BatchJob job = sample();
  job.command.push_back("it's $HOME `x`");
  job.command.push_back("");
  CHECK(script_of(job).find(" 'it'\\''s $HOME `x`' ''\n") != std::string::npos);
}

TEST_CASE("batch script: what Slurm would refuse is refused before", "[slurm]") {
  const auto refused = [](const BatchJob& job) {
    const auto script = batch_script(job);
    return script.ok() ? std::string() : std::string(script.status().message());
  };
  BatchJob job = sample();
  job.ranks = 1;
  CHECK(refused(job).find("2 nodes need at least as many ranks") != std::string::npos);
  job = sample();
  job.time = "2:00";
  CHECK(refused(job).find("not longer than the warning") != std::string::npos);
  job = sample();
  job.settings = {"gpu"};
  CHECK(refused(job).find("--sbatch takes an option of sbatch") != std::string::npos);
  job.settings = {"--comment=a\nrm -rf"};
  CHECK(refused(job).find("one line") != std::string::npos);
}

TEST_CASE("batch script: any name of a study is a name of a job", "[slurm]") {
  BatchJob job = sample();
  job.name = "my study 50%\nx";
  const std::string script = script_of(job);
  CHECK(script.find("\n#SBATCH --job-name=my_study_50__x\n") != std::string::npos);
  CHECK(script.find("\n#SBATCH --output=my_study_50__x-%j.log\n") != std::string::npos);
}

TEST_CASE("Slurm's time limits", "[slurm]") {
  const auto seconds = [](std::string_view text) { return parse_slurm_time(text)->value; };
  CHECK(seconds("90") == 90 * 60);
  CHECK(seconds("90:30") == 90 * 60 + 30);
  CHECK(seconds("08:00:00") == 8 * 3600);
  CHECK(seconds("1-0") == 86400);
  CHECK(seconds("1-12") == 36 * 3600);
  CHECK(seconds("1-12:30") == 36 * 3600 + 30 * 60);
  CHECK(seconds("2-00:00:01") == 2 * 86400 + 1);
  for (const char* const text : {"", "x", "1:2:3:4", "1-", "-5", "1--2", "0", "1:-2", "+3", "1h"}) {
    INFO(text);
    CHECK_FALSE(parse_slurm_time(text).ok());
  }
}

}  // namespace evolt
