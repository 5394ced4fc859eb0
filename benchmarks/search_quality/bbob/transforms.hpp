#pragma once

#include "core/rng.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace evolt {

using Point = std::vector<double>;

/// A square matrix, row by row.
struct Matrix {
  std::size_t size = 0;
  std::vector<double> cells;

  double& at(std::size_t row, std::size_t column) { return cells[row * size + column]; }
  double at(std::size_t row, std::size_t column) const { return cells[row * size + column]; }
};

Point operator*(const Matrix& matrix, std::span<const double> x);
Matrix operator*(const Matrix& a, const Matrix& b);

/// diag(d) * matrix.
Matrix scale_rows(std::span<const double> d, Matrix matrix);

/// A random orthogonal matrix: standard normal entries, made orthonormal by Gram-Schmidt.
/// Source for this file: Hansen, Finck, Ros & Auger 2009, "Real-Parameter Black-Box Optimization
/// Benchmarking 2009: Noiseless Functions Definitions", INRIA RR-6829, section 0.2.
Matrix random_rotation(std::size_t size, Rng& rng);

/// The diagonal of Lambda^alpha: alpha^(i / (2 (D - 1))), i = 0 .. D-1.
/// Requires: D > 1.
Point conditioning(double alpha, std::size_t size);

/// T_osz: smooth, local irregularities; keeps sign and zero.
double oscillate(double x);
void oscillate(std::span<double> x);

/// T_asy^beta: breaks the symmetry of positive coordinates. Requires: D > 1.
void break_symmetry(double beta, std::span<double> x);

/// f_pen: squared distances to the box [-5, 5]^D.
double boundary_penalty(std::span<const double> x);

}  // namespace evolt
