#include "full_disk.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdlib>

namespace evolt::testing {

std::atomic<bool> FaultyDisk::full{false};
std::atomic<bool> FaultyDisk::broken{false};

namespace {

/// SQLite's own methods with two of them replaced; there is one set for files with locks and one
/// for files without.
struct Methods {
  sqlite3_io_methods own;  // first: a file's pMethods points here
  const sqlite3_io_methods* original = nullptr;
};

Methods& methods_of(const sqlite3_io_methods* original) {
  static std::array<Methods, 8> known;
  for (Methods& methods : known) {
    if (methods.original == original || methods.original == nullptr) {
      methods.original = original;
      return methods;
    }
  }
  std::abort();
}

const sqlite3_io_methods& original_of(sqlite3_file* file) {
  return *reinterpret_cast<const Methods*>(file->pMethods)->original;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  return FaultyDisk::full ? SQLITE_FULL : original_of(file).xWrite(file, bytes, size, offset);
}

int sync(sqlite3_file* file, int flags) {
  return FaultyDisk::broken ? SQLITE_IOERR_FSYNC : original_of(file).xSync(file, flags);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* const base = static_cast<sqlite3_vfs*>(vfs->pAppData);
  const int code = base->xOpen(base, name, file, flags, out);
  if (code == SQLITE_OK && file->pMethods != nullptr) {
    Methods& methods = methods_of(file->pMethods);
    methods.own = *methods.original;
    methods.own.xWrite = write;
    methods.own.xSync = sync;
    file->pMethods = &methods.own;
  }
  return code;
}

}  // namespace

std::string FaultyDisk::vfs() {
  static sqlite3_vfs faulty = [] {
    sqlite3_vfs* const base = sqlite3_vfs_find(nullptr);
    sqlite3_vfs made = *base;
    made.zName = "evolt-faulty";
    made.pAppData = base;
    made.xOpen = open;
    return made;
  }();
  static const int registered = sqlite3_vfs_register(&faulty, 0);
  return registered == SQLITE_OK ? "evolt-faulty" : "";
}

}  // namespace evolt::testing
