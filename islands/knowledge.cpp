#include "islands/knowledge.hpp"

namespace evolt {

void Knowledge::admit(const Individual& individual) {
  archive_.admit(individual);
  if (archive_.size() > kMost) {
    archive_.trim();
  }
}

}  // namespace evolt
