#include "islands/mpi/mpi_group.hpp"

#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace evolt {
namespace {

constexpr int kJoinTag = 11;
constexpr int kWordTag = 12;

class MpiGroup final : public GroupChannel {
 public:
  MpiGroup(MPI_Comm world, std::vector<int> members, int self);

  void join() override;
  bool joined() const override { return joined_; }
  int communicator() const override { return MPI_Comm_c2f(functions_); }
  std::int32_t rank() const override { return rank_; }
  std::int32_t ranks() const override { return static_cast<std::int32_t>(members_.size()); }
  void send(std::int32_t to, const std::string& bytes) override;
  std::optional<Note> receive() override;

 private:
  struct Outgoing {
    std::unique_ptr<std::string> bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  MPI_Comm world_;
  std::vector<int> members_;
  MPI_Comm functions_ = MPI_COMM_NULL;
  MPI_Comm words_ = MPI_COMM_NULL;
  std::int32_t rank_;
  std::atomic<bool> joined_ = false;
  std::vector<Outgoing> outgoing_;
};

MpiGroup::MpiGroup(MPI_Comm world, std::vector<int> members, int self)
    : world_(world),
      members_(std::move(members)),
      rank_(static_cast<std::int32_t>(std::find(members_.begin(), members_.end(), self) -
                                      members_.begin())) {}

void MpiGroup::join() {
  MPI_Group everybody = MPI_GROUP_NULL;
  MPI_Group group = MPI_GROUP_NULL;
  MPI_Comm_group(world_, &everybody);
  MPI_Group_incl(everybody, static_cast<int>(members_.size()), members_.data(), &group);
  MPI_Comm_create_group(world_, group, kJoinTag, &functions_);
  MPI_Comm_create_group(world_, group, kJoinTag, &words_);
  MPI_Group_free(&group);
  MPI_Group_free(&everybody);
  joined_ = true;
}

void MpiGroup::send(std::int32_t to, const std::string& bytes) {
  std::erase_if(outgoing_, [](Outgoing& out) {
    int complete = 0;
    MPI_Test(&out.request, &complete, MPI_STATUS_IGNORE);
    return complete != 0;
  });
  Outgoing& out = outgoing_.emplace_back();
  out.bytes = std::make_unique<std::string>(bytes);
  MPI_Isend(out.bytes->data(), static_cast<int>(out.bytes->size()), MPI_BYTE, to, kWordTag, words_,
            &out.request);
}

std::optional<GroupChannel::Note> MpiGroup::receive() {
  int found = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status;
  MPI_Improbe(MPI_ANY_SOURCE, kWordTag, words_, &found, &message, &status);
  if (found == 0) {
    return std::nullopt;
  }
  int length = 0;
  MPI_Get_count(&status, MPI_BYTE, &length);
  Note note{.from = status.MPI_SOURCE, .bytes = std::string(static_cast<std::size_t>(length), 0)};
  MPI_Mrecv(note.bytes.data(), length, MPI_BYTE, &message, MPI_STATUS_IGNORE);
  return note;
}

}  // namespace

std::unique_ptr<GroupChannel> make_mpi_group(int world, std::vector<int> members, int self) {
  return std::make_unique<MpiGroup>(MPI_Comm_f2c(world), std::move(members), self);
}

}  // namespace evolt
