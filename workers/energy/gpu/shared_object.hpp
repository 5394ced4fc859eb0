#pragma once

#include "workers/text.hpp"

#include <absl/status/statusor.h>

#include <dlfcn.h>
#include <string>
#include <utility>

namespace evolt {

/// A library that was opened by name.
class SharedObject {
 public:
  /// Errors: not_found with what the loader says.
  static absl::StatusOr<SharedObject> open(const std::string& path) {
    if (path.empty()) {
      return absl::NotFoundError("no library is named");  // dlopen() would take it for the program
    }
    void* const handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* const why = ::dlerror();
      return absl::NotFoundError(why == nullptr ? concat("no library ", path) : std::string(why));
    }
    return SharedObject(handle);
  }

  SharedObject(SharedObject&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  SharedObject& operator=(SharedObject&&) = delete;
  ~SharedObject() {
    if (handle_ != nullptr) {
      ::dlclose(handle_);
    }
  }

  /// Sets `function` where the library has it.
  template <typename Function>
  void find(const char* name, Function& function) const {
    if (void* const symbol = ::dlsym(handle_, name)) {
      function = reinterpret_cast<Function>(symbol);
    }
  }

 private:
  explicit SharedObject(void* handle) : handle_(handle) {}

  void* handle_;
};

}  // namespace evolt
