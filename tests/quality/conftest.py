"""Being here, this file lets the tests of the checks import what the tests of quality share."""
