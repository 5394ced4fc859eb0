#pragma once

namespace evolt::nanny {

/// What the command line asks for. See docs/nanny.md.
struct Options {
  int control = -1;             ///< descriptor of the control socket
  int parent = 0;               ///< process that started us
  long grace_ms = 20000;        ///< between TERM and KILL when nobody orders otherwise
  long orphan_ms = 5000;        ///< the same when the parent is gone
  long wall_ms = 0;             ///< longest run; 0: none
  long long memory = 0;         ///< most bytes of the tree; 0: any
  bool report = false;          ///< descriptor 3 belongs to the trainer
  const char* sweep = nullptr;  ///< kill what carries this mark, and do nothing else
  const char* program = nullptr;
  char** argv = nullptr;
};

/// The protocol that this program speaks.
inline constexpr int kProtocol = 1;

/// False, with a line on standard error, for anything it does not know.
bool read_options(int argc, char** argv, Options& options);

}  // namespace evolt::nanny
