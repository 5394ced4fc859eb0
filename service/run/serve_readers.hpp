#pragma once

#include "service/report/ledger.hpp"
#include "service/socket/socket_server.hpp"
#include "service/study.hpp"

#include <functional>
#include <memory>
#include <string>

namespace evolt {

/// Lets `best`, `show` and `export` ask while the study runs. nullptr, and a warning through `say`,
/// where there can be no socket: they use the snapshot then. The references outlive the server.
std::unique_ptr<SocketServer> serve_readers(boost::asio::io_context& io, const Study& study,
                                            const std::string& directory, const Ledger& ledger,
                                            const std::function<void(const std::string&)>& say);

}  // namespace evolt
