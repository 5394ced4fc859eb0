#pragma once

#include "core/individual.hpp"
#include "propagator/encoding.hpp"

namespace evolt {

/// How unlike two configurations are, from 0 to 1: the mean over the genes that are active in
/// either. Two active numbers differ by their distance in the encoded space, two choices by 0 or 1,
/// and a gene that is active in one alone by 1 (Gower 1971, "A general coefficient of similarity
/// and some of its properties").
double distance(const Encoding& encoding, const Genome& a, const Genome& b);

}  // namespace evolt
