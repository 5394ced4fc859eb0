#include "service/run/serve_readers.hpp"

#include "service/report/answer.hpp"
#include "service/storage/owner_file.hpp"

#include <absl/strings/str_cat.h>

#include <string_view>
#include <utility>

namespace evolt {

std::unique_ptr<SocketServer> serve_readers(boost::asio::io_context& io, const Study& study,
                                            const std::string& directory, const Ledger& ledger,
                                            const std::function<void(const std::string&)>& say) {
  auto server =
      SocketServer::listen(io, directory, [&study, &directory, &ledger](std::string_view request) {
        return answer(ledger, AnswerStudy{study.name, study.space, directory}, request);
      });
  absl::Status status = server.status();
  if (status.ok()) {
    status = set_owner_socket(directory, (*server)->path());
  }
  if (!status.ok()) {
    say(absl::StrCat("warning: readers on this host get the snapshot only: ",
                     std::string(status.message())));
    return nullptr;
  }
  return *std::move(server);
}

}  // namespace evolt
