#include "workers/energy/http_get.hpp"

#include "workers/text.hpp"

#include <absl/strings/escaping.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace evolt {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::use_awaitable;

constexpr std::uint64_t kMostBody = 1 << 20;

struct Address {
  bool secure = true;
  std::string host;
  std::string port;
  std::string target;
};

/// nullopt: it is no URL that we can ask.
std::optional<Address> read_url(std::string_view url) {
  Address address;
  if (url.starts_with("https://")) {
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
    address.secure = false;
  } else {
    return std::nullopt;
  }
  const std::size_t slash = url.find('/');
  address.target = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  const std::string_view place = url.substr(0, slash);
  const std::size_t bracket = place.find(']');  // of an IPv6 address
  const std::size_t colon = place.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = place.substr(0, colon);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) {
      return std::nullopt;
    }
    host = host.substr(1, host.size() - 2);
  }
  address.host = host;
  address.port = address.secure ? "443" : "80";
  if (colon != std::string_view::npos) {
    address.port = place.substr(colon + 1);
    if (!read_whole<std::uint16_t>(address.port)) {
      return std::nullopt;
    }
  }
  const bool blank = url.find_first_of(" \t\r\n@") != std::string_view::npos;
  return host.empty() || blank ? std::nullopt : std::optional(std::move(address));
}

bool is_this_host(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

/// Sends the request over a stream that is connected, and reads the reply.
template <typename Stream>
asio::awaitable<HttpReply> talk(Stream& stream, const Address& address,
                                const HttpRequest& request) {
  http::request<http::empty_body> question{http::verb::get, address.target, 11};
  question.set(http::field::host, address.host);
  question.set(http::field::accept, "application/json");
  question.set(http::field::connection, "close");
  if (!request.user.empty()) {
    question.set(http::field::authorization,
                 "Basic " + absl::Base64Escape(request.user + ":" + request.password));
  }
  co_await http::async_write(stream, question, use_awaitable);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMostBody);
  co_await http::async_read(stream, buffer, parser, use_awaitable);
  const auto reply = parser.release();
  co_return HttpReply{.status = static_cast<int>(reply.result_int()), .body = reply.body()};
}

asio::awaitable<HttpReply> ask(const Address& address, const HttpRequest& request,
                               asio::ssl::context& trust) {
  const auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  const auto places = co_await resolver.async_resolve(address.host, address.port, use_awaitable);
  if (!address.secure) {
    beast::tcp_stream stream(executor);
    co_await stream.async_connect(places, use_awaitable);
    co_return co_await talk(stream, address, request);
  }
  beast::ssl_stream<beast::tcp_stream> stream(executor, trust);
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
  std::string host = address.host;
  SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           host.data());  // what SSL_set_tlsext_host_name does, without its cast
  co_await beast::get_lowest_layer(stream).async_connect(places, use_awaitable);
  co_await stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
  co_return co_await talk(stream, address, request);
}

absl::StatusOr<HttpReply> ask_in_time(const Address& address, const HttpRequest& request) {
  asio::ssl::context trust(asio::ssl::context::tls_client);
  trust.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  if (address.secure) {
    if (request.ca_file.empty()) {
      trust.set_default_verify_paths();
    } else {
      trust.load_verify_file(request.ca_file);
    }
  }
  std::optional<HttpReply> reply;
  std::exception_ptr failure;
  bool done = false;
  asio::io_context loop;
  asio::co_spawn(loop, ask(address, request, trust),
                 [&](const std::exception_ptr& error, HttpReply got) {
                   failure = error;
                   reply = std::move(got);
                   done = true;
                 });
  loop.run_for(std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(request.patience.value)));
  if (!done) {
    return absl::DeadlineExceededError(
        concat(address.host, " did not answer within ", request.patience.value, " s"));
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  return *std::move(reply);
}

}  // namespace

absl::StatusOr<HttpReply> http_get(const HttpRequest& request) try {
  const std::optional<Address> address = read_url(request.url);
  if (!address) {
    return absl::InvalidArgumentError("'" + request.url + "' is no URL of https");
  }
  if (!address->secure && !is_this_host(address->host)) {
    return absl::InvalidArgumentError("'" + request.url +
                                      "' would send the password in the clear: use https");
  }
  std::error_code error;
  if (!request.ca_file.empty() && !std::filesystem::exists(request.ca_file, error)) {
    return absl::NotFoundError("there is no file " + request.ca_file);
  }
  return ask_in_time(*address, request);
} catch (const std::exception& error) {
  return absl::UnavailableError(error.what());
}

}  // namespace evolt
