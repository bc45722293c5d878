"""Being here, this file lets the tests of the checks import what the tests of the bottleneck share."""
