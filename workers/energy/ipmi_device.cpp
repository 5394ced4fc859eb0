#include "workers/energy/ipmi_device.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <linux/ipmi.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr int kPatience = 2000;  // milliseconds; controllers answer in 10 to 500
constexpr int kStrangers = 16;   // answers to others' requests, or to our own that came too late

class KernelIpmi final : public IpmiDevice {
 public:
  explicit KernelIpmi(UniqueFd file) : file_(std::move(file)) {}

  ReadStatus ask(const IpmiRequest& request, std::vector<std::uint8_t>& answer) override {
    ipmi_system_interface_addr address{};
    address.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE;
    address.channel = IPMI_BMC_CHANNEL;
    std::vector<std::uint8_t> data = request.data;
    ipmi_req message{};
    message.addr = reinterpret_cast<unsigned char*>(&address);
    message.addr_len = sizeof address;
    message.msgid = ++number_;
    message.msg.netfn = request.function;
    message.msg.cmd = request.command;
    message.msg.data = data.data();
    message.msg.data_len = static_cast<unsigned short>(data.size());
    if (ioctl(file_.get(), IPMICTL_SEND_COMMAND, &message) < 0) {
      return status_of_errno(errno);
    }
    for (int i = 0; i < kStrangers; ++i) {
      pollfd wait{.fd = file_.get(), .events = POLLIN, .revents = 0};
      const int ready = poll(&wait, 1, kPatience);
      if (ready < 0 && errno == EINTR) {
        continue;
      }
      if (ready <= 0) {
        return ready < 0 ? status_of_errno(errno) : ReadStatus::stale;
      }
      if (const ReadStatus status = receive(answer); status != ReadStatus::not_supported) {
        return status;
      }
    }
    return ReadStatus::stale;
  }

 private:
  /// Not supported: it was the answer to something else.
  ReadStatus receive(std::vector<std::uint8_t>& answer) {
    std::array<std::uint8_t, IPMI_MAX_MSG_LENGTH> buffer{};
    ipmi_addr address{};
    ipmi_recv received{};
    received.addr = reinterpret_cast<unsigned char*>(&address);
    received.addr_len = sizeof address;
    received.msg.data = buffer.data();
    received.msg.data_len = buffer.size();
    if (ioctl(file_.get(), IPMICTL_RECEIVE_MSG_TRUNC, &received) < 0) {
      return errno == EAGAIN ? ReadStatus::not_supported : status_of_errno(errno);
    }
    if (received.recv_type != IPMI_RESPONSE_RECV_TYPE || received.msgid != number_) {
      return ReadStatus::not_supported;
    }
    answer.assign(buffer.begin(), buffer.begin() + received.msg.data_len);
    return ReadStatus::ok;
  }

  UniqueFd file_;
  long number_ = 0;
};

}  // namespace

std::unique_ptr<IpmiDevice> SystemIpmi::open(const std::string& path, ReadStatus& status) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file) {
    status = status_of_errno(errno);
    return nullptr;
  }
  status = ReadStatus::ok;
  return std::make_unique<KernelIpmi>(std::move(file));
}

}  // namespace evolt
