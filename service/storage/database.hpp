#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace evolt::detail {

/// The status of an SQLite result code: unavailable (locked), resource_exhausted (disk or quota
/// full), data_loss (damaged, or not a database), permission_denied, internal.
absl::Status sqlite_status(sqlite3* connection, int code, const std::string& what);

/// A prepared statement. Columns and parameters as in SQLite: from 0 and from 1.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);  ///< must stay valid until reset()
  void bind_blob(int parameter, std::string_view bytes);
  void bind_null(int parameter);

  /// true: a row is there; false: done.
  absl::StatusOr<bool> step();
  /// For a statement without rows: runs it and makes it ready for the next time.
  absl::Status run();
  void reset();

  std::int64_t whole(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  ///< valid until the next step
  std::string_view blob(int column) const;
  bool is_null(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

/// One connection. Thread: one at a time.
class Database {
 public:
  Database() = default;

  /// `flags` as sqlite3_open_v2; extended result codes and no mutex are added.
  static absl::StatusOr<Database> open(const std::string& path, int flags,
                                       const std::string& vfs = "");

  /// Whether the file that is open has been removed or replaced.
  bool moved();

  absl::Status run(const char* sql);
  absl::StatusOr<Statement> prepare(std::string_view sql);

  /// The first column of the first row; 0 or empty without rows.
  absl::StatusOr<std::int64_t> whole(std::string_view sql);
  absl::StatusOr<std::string> text(std::string_view sql);

  sqlite3* get() const { return connection_.get(); }
  explicit operator bool() const { return connection_ != nullptr; }
  void close() { connection_.reset(); }

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };
  std::unique_ptr<sqlite3, Closer> connection_;
};

/// `path` as an SQLite URI that opens a file which nobody will change.
std::string immutable_uri(const std::string& path);

}  // namespace evolt::detail
